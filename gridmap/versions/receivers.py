"""A plan as layers and files for other systems, with its state, licence and look."""

from pathlib import Path
from typing import Any

from boundaries.export.formats import Layer, receiver_crs, receiver_layers, require_reach
from boundaries.export.geojson import said_of
from boundaries.export.geojson.figures import owners_of
from boundaries.export.geopackage import Border, Fill, Style, filled, geopackage_bytes, outlined
from gridmap.lookup.object_list import object_list
from gridmap.maps.legend import CATEGORY_LOOKS
from gridmap.maps.signs import level_sign
from gridmap.plan.plan import Plan
from gridmap.versions.boundaries import source_of
from layers.contract.categories import RESIDUAL_KEYS
from layers.contract.errors import Named

__all__ = [
    "about_plan",
    "crs_remark",
    "geopackage_of",
    "layers_of",
    "left_with_parents",
    "styles_of",
]

_LABELS = (9, 14, 12, 10)  # points by level of the border, 0 for micro-grids
_PATCH = Border(0.5, "#8a8a8a")


def layers_of(
    plan: Plan,
    *,
    crs: Any = None,
    decimals: int | None = None,
    with_patches: bool = False,
    with_contacts: bool = False,
    gcj02: bool = False,
) -> tuple[Layer, ...]:
    """Give a plan as layers for other systems; problem estates and vacancies are no objects there.

    Parameters
    ----------
    plan
        The plan as it may go out (`gridmap.publish.release`).
    crs
        As `boundaries.export.formats.receiver_crs` takes it; None or "" for the town's own.
    decimals, with_patches, with_contacts, gcj02
        As `boundaries.export.formats.receiver_layers` has them.

    Raises
    ------
    BoundaryError
        If the grids are so far from a tiling that none comes out.
    LayerCRSError
        If the CRS is none for such files, or does not reach the town.
    """
    return receiver_layers(
        plan.grids,
        plan.patches,
        plan.assignments,
        plan.people,
        object_list(plan, with_contacts=with_contacts),
        crs=receiver_crs(crs, own=plan.crs),
        decimals=decimals,
        with_patches=with_patches,
        with_contacts=with_contacts,
        public=plan.is_redacted,
        gcj02=gcj02,
    )


def about_plan(
    plan: Plan, *, beside: Path | None = None, crs: Any = None, licence: str = ""
) -> dict[str, Any]:
    """Say of files made of a plan what it is, in which CRS they are and what one may do with them.

    Parameters
    ----------
    plan, crs
        As `layers_of` has them.
    beside, licence
        As `gridmap.versions.boundaries.boundary_files` has them.

    Raises
    ------
    UsageError
        If files for the public have no licence.
    """
    found = receiver_crs(crs, own=plan.crs)
    authority = found.to_authority()
    told = said_of(source_of(plan, beside=beside, licence=licence))
    return {**told, "crs": ":".join(authority) if authority else found.name}


def crs_remark(plan: Plan, crs: Any) -> Named | None:
    """Say what is to be said of a CRS whose zone lies beside the town; None for nothing.

    Parameters
    ----------
    plan, crs
        As `layers_of` has them.

    Raises
    ------
    LayerCRSError
        If the CRS is none for such files, or belongs to another part of the world.
    """
    found = require_reach(plan.grids, receiver_crs(crs, own=plan.crs))
    return None if found is None else found.told


def geopackage_of(
    plan: Plan,
    *,
    beside: Path | None = None,
    crs: Any = None,
    licence: str = "",
    with_patches: bool = False,
    with_contacts: bool = False,
) -> bytes:
    """Write a plan as a GeoPackage for other systems, which opens as our map looks.

    Parameters
    ----------
    plan, crs, with_patches, with_contacts
        As `layers_of` has them.
    beside
        File of the plan, as `gridmap.versions.boundaries.boundary_files` has it.
    licence
        For this file; "" for that of the rules.

    Raises
    ------
    UsageError
        If a file for the public has no licence.
    BoundaryError, LayerCRSError
        As `layers_of` does.
    """
    about = about_plan(plan, beside=beside, crs=crs, licence=licence)
    layers = layers_of(plan, crs=crs, with_patches=with_patches, with_contacts=with_contacts)
    day = plan.rules.town.valid_from.isoformat()
    return geopackage_bytes(layers, about=about, day=day, styles=styles_of(layers))


def styles_of(layers: tuple[Layer, ...]) -> dict[str, Style]:
    """Give layers of ground the colours, borders and labels that they have on our map."""
    made = {}
    for layer in layers:
        if layer.name == "patches":
            made[layer.name] = filled(layer.name, _fills(layer), _PATCH, size=0)
        elif layer.name == "micro_grids":
            made[layer.name] = filled(layer.name, _fills(layer), _border(0), size=_LABELS[0])
        elif layer.name.startswith("grids_"):
            level = int(layer.name.removeprefix("grids_"))
            size = _LABELS[min(level, len(_LABELS) - 1)]
            made[layer.name] = outlined(layer.name, layer.title, _border(level), size=size)
    return made


def _fills(layer: Layer) -> list[Fill]:
    """Give the classes that occur; a sub-class of residual ground decides where there is one."""
    residual = frozenset(RESIDUAL_KEYS)
    there = {*layer.frame["category"].dropna(), *layer.frame["subclass"].dropna()}
    fills = [
        Fill("subclass" if look.key in residual else "category", look.key, look.zh, look.colour)
        for look in CATEGORY_LOOKS
        if look.key in there
    ]
    return sorted(fills, key=lambda one: one.field != "subclass")


def left_with_parents(plan: Plan) -> dict[str, float]:
    """Give the ground, in m², that each grid with grids below holds itself."""
    area = plan.patches["area_m2"].groupby(owners_of(plan.patches)).sum()
    below = plan.grids["parent_code"][plan.grids["spatial"]]
    return {str(code): float(size) for code, size in area.items() if code in set(below)}


def _border(level: int) -> Border:
    sign = level_sign(level)
    return Border(sign.weight, sign.colour, sign.dash)
