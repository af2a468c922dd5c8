"""The files of a town's folder: read as they are written, and changed as a test wants them."""

import geopandas as gpd
import pandas as pd

__all__ = ["change_rules", "read_hierarchy", "read_roster", "write_hierarchy"]


def change_rules(folder, old, new):
    """Replace a text that stands in the rules."""
    path = folder / "rules.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def write_hierarchy(folder, grids):
    """Put other grids in the place of those of the folder."""
    (folder / "hierarchy.gpkg").unlink()
    grids.to_file(folder / "hierarchy.gpkg", layer="grids")


def read_hierarchy(folder):
    """Give the grids of a hierarchy as they stand in the file."""
    return gpd.read_file(folder / "hierarchy.gpkg", layer="grids")


def read_roster(folder):
    """Give the cells of a roster as texts."""
    return pd.read_excel(folder / "roster.xlsx", dtype=str, keep_default_na=False)
