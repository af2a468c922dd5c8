"""The user's own towns: folders with a rules.toml, which the app may fill; samples are copied.

A town folder lies right below the folder of towns. Nothing here knows Streamlit.
"""

import tomllib
from pathlib import Path

__all__ = ["RULES", "find_towns", "names_of", "plan_folder", "plan_place", "town_of_plan"]

RULES = "rules.toml"


def find_towns(towns: Path) -> list[Path]:
    """Town folders right below a folder, the one changed last first."""
    found = [path.parent for path in towns.glob(f"*/{RULES}") if path.parent.name[0] != "."]
    return sorted(found, key=lambda path: (-_changed(path), path.name))


def names_of(town: Path) -> tuple[str, str]:
    """Give the Chinese and the English name of a town; the folder's where the rules say none."""
    try:
        given = tomllib.loads((town / RULES).read_text(encoding="utf-8-sig")).get("town", {})
    except (OSError, ValueError):
        given = {}
    name = given.get("name") if isinstance(given, dict) else None
    name_en = given.get("name_en") if isinstance(given, dict) else None
    name = name if isinstance(name, str) and name else town.name
    return name, name_en if isinstance(name_en, str) and name_en else name


def plan_folder(folder: Path, town: Path) -> Path:
    """Folder in which the plans of a town lie."""
    return folder / town.name


def plan_place(folder: Path, town: Path) -> Path:
    """Give the place of a further plan of a town: the first name that is free."""
    number, place = 1, plan_folder(folder, town) / f"{town.name}.gridmap.gpkg"
    while place.exists():
        number += 1
        place = place.with_name(f"{town.name}-{number}.gridmap.gpkg")
    return place


def town_of_plan(path: Path, folder: Path, towns: Path) -> Path | None:
    """Give the own town that a plan was made from; None for a plan from elsewhere."""
    try:
        first = path.resolve().relative_to(folder.resolve()).parts
    except ValueError:
        return None
    town = towns / first[0]
    return town if len(first) > 1 and (town / RULES).is_file() else None


def _changed(town: Path) -> int:
    try:
        return (town / RULES).stat().st_mtime_ns
    except OSError:
        return 0
