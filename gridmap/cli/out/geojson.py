"""Boundaries as GeoJSON, as the command export writes them, and what it says of their check."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridmap.cli.terminal.screen import Screen
from layers.contract.errors import UsageError

if TYPE_CHECKING:
    from boundaries.export.geojson import Layout
    from gridmap.plan.plan import Plan

__all__ = ["LAYOUTS", "Wish", "findings", "write_boundaries"]

NAMED = 5  # codes named on the screen; the file has all
# What a name ends with says how its features are laid out.
LAYOUTS: dict[str, "Layout"] = {
    ".geojson": "collection", ".json": "collection", ".geojsonl": "lines", ".geojsons": "sequence",
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """The GeoJSON that was asked for."""

    grids: Path
    patches: Path | None
    licence: str
    multi: bool
    decimals: int
    contacts: bool
    gcj02: bool = False


def write_boundaries(plan: "Plan", wish: Wish, *, beside: Path, overwrite: bool) -> dict[str, Any]:
    """Write the grids, and the patches where they were asked for; say what was written."""
    from boundaries.export.geojson import Form
    from gridmap.versions.boundaries import boundary_files
    from layers.files.atomic import write_atomically

    layout = LAYOUTS[wish.grids.suffix.lower()]
    if wish.patches is not None and LAYOUTS[wish.patches.suffix.lower()] != layout:
        raise UsageError(
            "Grids and patches are written alike: give both files the same ending.",
            "网格文件与图斑文件的格式须一致，请使用相同的扩展名。",
        )
    made = boundary_files(
        plan,
        beside=beside,
        licence=wish.licence,
        form=Form(wish.decimals, wish.multi, layout, wish.gcj02),
        with_patches=wish.patches is not None,
        with_contacts=wish.contacts,
    )
    write_atomically(wish.grids, made.grids, overwrite=overwrite)
    told: dict[str, Any] = {"geojson": str(wish.grids), "bytes": len(made.grids)}
    if wish.patches is not None and made.patches is not None:
        write_atomically(wish.patches, made.patches, overwrite=overwrite)
        told["patches"] = str(wish.patches)
    return told | {key: made.head[key] for key in ("topology", "state", "licence")}


def findings(screen: Screen, topology: dict[str, Any], grids: int) -> list[str]:
    """Say what the check of the written borders found."""
    found = []
    if topology["valid_tiling"]:
        found.append(screen.say("export.valid", grids=grids))
    else:
        found.append(screen.say("export.invalid", gaps=topology["gaps"]))
    if not topology["valid_tiling_before_rounding"]:
        found.append(screen.say("export.rough"))
    other = topology.get("neighbours") or {"lost": [], "new": []}
    if pairs := [f"{one}–{two}" for one, two in (*other["lost"], *other["new"])]:
        named = screen.say("list").join(pairs[:NAMED]) + (" …" if len(pairs) > NAMED else "")
        found.append(screen.say("export.neighbours", count=len(pairs), pairs=named))
    for key in ("mended", "vanished"):
        if topology[key]:
            codes = screen.say("list").join(topology[key][:NAMED])
            more = " …" if len(topology[key]) > NAMED else ""
            count = len(topology[key])
            found.append(screen.say(f"export.{key}", count=count, codes=codes + more))
    return found
