"""Land-use codes of ground that no map for the public may show: military, missions, prisons.

The classes are those of the built-in systems; what each list rests on is in docs/publishing.md. A
class that holds them without telling them apart (09 and 15, special use) counts as a whole: what
cannot be told apart cannot be shown.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from layers.landuse.codes import full_code

__all__ = ["CODE", "LAYER", "SENSITIVE_CODES", "sensitive_codes"]

CODE, LAYER = "code", "layer"  # what marks ground as sensitive, in the column `sensitive_by`
# By system: prefixes of codes, and classes that are sensitive where a code says no more than them.
SENSITIVE_CODES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "gbt21010": (("0901", "0902", "0903"), ("09",)),
    "gbt21010_2007": (("091", "092", "093"), ()),
    "yongdi_yonghai_2023": (("1501", "1502", "1505"), ("15",)),
    "osm": (("landuse=military", "military=", "amenity=prison"), ()),
}


def sensitive_codes(codes: pd.Series, system: str | Path) -> pd.Series:
    """Say which codes are of ground that no map for the public may show.

    Parameters
    ----------
    codes
        Codes as text.
    system
        One of the built-in systems. Of a town's own table nothing is known: there the rules name
        the layer or the records.

    Returns
    -------
    Truth on the index of `codes`.
    """
    prefixes, alone = SENSITIVE_CODES.get(str(system), ((), ()))
    key = str(codes.name or "")
    whole = {text: full_code(text, system, key) for text in codes.unique()}
    found = {
        text: bool(prefixes) and (code.startswith(prefixes) or code in alone)
        for text, code in whole.items()
    }
    return codes.map(found).astype("bool")
