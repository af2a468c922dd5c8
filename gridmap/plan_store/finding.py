"""Which plan files there are in a folder: at any depth, or those of the towns of a city."""

import os
from contextlib import suppress
from pathlib import Path

from gridmap.city.settings import FILE as CITY_FILE
from gridmap.store.form import SUFFIX

__all__ = ["CITY_FILE", "CITY_PLANS", "find_plans", "town_folder_of"]

CITY_PLANS = "plans"  # folder of plans in that of a city


def find_plans(folder: Path) -> list[Path]:
    """Plans below a folder, the newest first.

    Hidden folders hold drafts and what was put aside, no plans. Of a city only its folder of plans
    counts: plans that are being made lie in its catalogue. A file that is gone before it was
    looked at is left out.
    """
    found = []
    for root, folders, files in os.walk(folder):
        of_city = CITY_FILE in files
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and (not of_city or name == CITY_PLANS)
        ]
        for name in files:
            path = Path(root, name)
            if name.endswith(SUFFIX) and not name.startswith("."):
                with suppress(OSError):
                    found.append((-path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found)]


def town_folder_of(path: Path, folder: Path) -> str:
    """Name the town's folder that a plan was made from, by where it lies; "" for none.

    Plans of a town lie in a folder of its name; the plan of a town of a city is called after it.
    """
    if path.parent.name == CITY_PLANS and (path.parent.parent / CITY_FILE).is_file():
        return path.name.removesuffix(SUFFIX)
    try:
        first, *below = path.relative_to(folder).parts
    except ValueError:
        return ""
    return first if below else ""
