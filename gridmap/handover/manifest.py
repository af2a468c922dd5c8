"""What was handed over, in a file beside the others: `manifest.json`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from boundaries.export.geojson import said_of
from boundaries.export.manifest import MANIFEST, Handed, manifest_bytes, read_manifest
from gridmap.handover.kinds import File
from gridmap.plan.plan import Plan
from gridmap.versions.boundaries import source_of
from gridmap.versions.receivers import left_with_parents

__all__ = ["manifest_file"]


def manifest_file(
    handed: Iterable[Handed], plan: Plan, *, beside: Path, licence: str = "", place: Path
) -> File:
    """Write the manifest of files.

    Parameters
    ----------
    handed
        As `boundaries.export.manifest.hand` gives them.
    plan
        The plan as it went out, of which they were made.
    beside
        Its file, beside which the record of its publications lies.
    licence
        For these files; "" for that of the rules.
    place
        The folder they go to, whose manifest is continued, or a zip file.

    Raises
    ------
    LayerFileError
        If a manifest that lies there is damaged.
    """
    source = source_of(plan, beside=beside, licence=licence, must_be_licensed=False)
    data = manifest_bytes(
        handed,
        about=said_of(source),
        receipt=plan.receipt,
        left=left_with_parents(plan),
        earlier=_earlier(place),
    )
    return File(MANIFEST, data, kind="manifest", replaces=True)


def _earlier(folder: Path) -> dict[str, Any] | None:
    """Read the manifest that lies in a folder, as far as its files still do."""
    if not (folder / MANIFEST).is_file():
        return None
    content = read_manifest((folder / MANIFEST).read_bytes(), folder)
    rows = [row for row in content["files"] if (folder / row["name"]).is_file()]
    return {**content, "files": rows}
