"""The files that stand beside a shapefile and belong to it, in whatever case they are written.

Windows does not tell `DLTB.shp` from `dltb.DBF`; a server that does would lose the attributes.
"""

from pathlib import Path

__all__ = ["found_by_readers", "sidecar_files"]

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def sidecar_files(path: Path) -> dict[str, Path]:
    """Find the parts of a shapefile by their ending in lower case; the given file is one of them.

    A part of exactly the same name comes before one that differs in case; a part that belongs to
    another shapefile of the folder is left to that one.
    """
    wanted = path.stem.lower()
    near = [file for file in path.parent.iterdir() if file.stem.lower() == wanted]
    near = sorted(file for file in near if file.suffix.lower() in _PARTS and file.is_file())
    others = {file.stem for file in near if file.suffix.lower() == ".shp"} - {path.stem}
    found: dict[str, Path] = {}
    for file in near:
        if file.stem == path.stem:
            found[file.suffix.lower()] = file
    for file in near:
        if file.stem not in others:
            found.setdefault(file.suffix.lower(), file)
    if path.suffix.lower() in _PARTS:
        found[path.suffix.lower()] = path
    return found


def found_by_readers(path: Path, parts: dict[str, Path]) -> bool:
    """Tell whether the parts are named so that a reader finds them from the .shp file."""
    return all(
        file.stem == path.stem and file.suffix in (ending, ending.upper())
        for ending, file in parts.items()
    )
