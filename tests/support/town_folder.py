"""Changes to the files of a town's folder, as a test makes them before it is read."""

__all__ = ["change_rules", "write_hierarchy"]


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
