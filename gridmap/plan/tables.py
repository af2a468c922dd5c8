"""The tables that not every plan has, empty: what stands for none of them."""

from typing import Any

import pandas as pd

from gridmap.town.registered import ROWS, empty_business, empty_objects, empty_rows
from gridmap.town.surroundings import empty_context, empty_units
from layers.landuse.lines import empty_lines

__all__ = ["empty_tables"]


def empty_tables(crs: Any) -> dict[str, pd.DataFrame]:
    """Make all tables that not every plan has, by name.

    Parameters
    ----------
    crs
        Work CRS of the plan; None while it is not known.
    """
    return {
        "barriers": empty_lines(crs),
        "context": empty_context(crs),
        "units": empty_units(crs),
        "objects": empty_objects(crs),
        "business": empty_business(crs),
        **{name: empty_rows(name) for name in ROWS},
    }
