"""What the plan of a town depends on, as one digest: its files, its rules, and the plan logic.

A town whose digest has not changed need not be planned again. Pages, commands and exports take no
part in a plan, so that a change of theirs does not plan a province anew.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from gridmap.city.folder import TownPlace
from gridmap.town import hash_inputs
from layers.files.paths import file_hash

__all__ = ["LOGIC", "inputs_digest", "plan_logic"]

# What `make_plan` runs through. A test compares it with the imports that it starts.
LOGIC = (
    *("layers", "boundaries/topology", "boundaries/overlay", "boundaries/hierarchy"),
    *("boundaries/relations", "boundaries/tiling", "boundaries/validate"),
    *("gridmap/words/__init__.py", "gridmap/words/people.csv", "gridmap/words/stations.csv"),
    *("gridmap/rules", "gridmap/partition", "gridmap/town", "gridmap/split"),
    *("gridmap/plan", "gridmap/staffing", "gridmap/coverage"),
    *("gridmap/store", "gridmap/workflow"),
)
_READ = (".py", ".csv", ".toml", ".ini", ".xlsx")
_ROOT = Path(__file__).resolve().parents[2]


def inputs_digest(town: TownPlace, *, hash_of: Callable[[Path], str] = file_hash) -> str:
    """Give the digest of everything that the plan of a town depends on.

    Parameters
    ----------
    town
        A town with rules; its files are read.
    hash_of
        What gives the SHA-256 of a file.

    Raises
    ------
    OSError
        If a file that the rules name cannot be read.
    """
    assert town.rules is not None
    digest = hashlib.sha256(plan_logic().encode())
    digest.update(town.rules_text.encode())
    for name, of_file in sorted(hash_inputs(town.folder, town.rules, hash_of=hash_of).items()):
        # The own rules are in the merged text; a comment that moved between files changes nothing.
        if name != "rules.toml":
            digest.update(f"\n{name} {of_file}".encode())
    return digest.hexdigest()


def plan_logic() -> str:
    """Give the digest of the sources that make a plan, as they were when this process began."""
    return _LOGIC_NOW


def _hash_logic() -> str:
    digest = hashlib.sha256()
    for room in LOGIC:
        place = _ROOT / room
        for source in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if source.suffix in _READ and source.is_file():
                digest.update(source.relative_to(_ROOT).as_posix().encode())
                digest.update(source.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


# Read when this is loaded: a program that is updated while it runs still works with what it was.
_LOGIC_NOW = _hash_logic()
