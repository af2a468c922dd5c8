"""The command export: boundaries and objects of a plan for other systems."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gridmap.cli.terminal.options import (
    Json,
    Lang,
    On,
    Overwrite,
    PlanFile,
    Public,
    day_of,
    release_for,
    require_fit,
)
from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError

if TYPE_CHECKING:
    from boundaries.export.geojson import Layout
    from gridmap.plan.plan import Plan

__all__ = ["export"]

NAMED = 5  # codes named on the screen; the file has all
# What a name ends with says how its features are laid out.
LAYOUTS: dict[str, "Layout"] = {
    ".geojson": "collection", ".json": "collection", ".geojsonl": "lines", ".geojsons": "sequence",
}  # fmt: skip


def export(
    plan_file: PlanFile,
    geojson: Annotated[
        Path | None, typer.Option("--geojson", help="GeoJSON file of the boundaries to write.")
    ] = None,
    objects: Annotated[
        Path | None,
        typer.Option("--objects", help="File of the objects to write: .geojson or .csv."),
    ] = None,
    patches: Annotated[
        Path | None,
        typer.Option("--patches", help="GeoJSON file of the patches to write, beside the grids."),
    ] = None,
    with_contacts: Annotated[
        bool,
        typer.Option("--with-contacts", help="Write the names of the people; never phones."),
    ] = False,
    with_hidden: Annotated[
        bool,
        typer.Option(
            "--with-hidden",
            help="List problem estates, vacancies and sensitive objects too: for inside use only.",
        ),
    ] = False,
    licence: Annotated[
        str, typer.Option("--licence", help="Licence of the data. Default: that of the rules.")
    ] = "",
    multi: Annotated[
        bool, typer.Option("--multi", help="Every polygon as a MultiPolygon, for a database.")
    ] = False,
    decimals: Annotated[
        int, typer.Option("--decimals", help="Decimals of a degree: 7 (1 cm) or 6 (11 cm).")
    ] = 7,
    on: On = None,
    public: Public = False,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write the boundaries of a plan for other systems, as GeoJSON in WGS84, or its objects.

    Still a valid tiling after rounding; the file says so itself. A name that ends in .geojsonl has
    a feature a line, .geojsons a sequence of texts. Ends with 1 when the grids of the plan do not
    tile the town. Objects have their grid and who is in charge.
    """
    from gridmap.staffing.rows import on_day
    from gridmap.store import load_plan
    from layers.files.atomic import check_free

    screen = Screen.start(lang, json)
    if geojson is None and objects is None:
        raise UsageError(
            "Nothing is to be written. Name a file with --geojson for the boundaries, or with "
            "--objects for the objects.",
            "没有指定要写的文件。请用 --geojson 指定边界文件，或用 --objects 指定对象文件。",
        )
    if patches is not None and (geojson is None or patches == geojson):
        raise UsageError(
            "--patches names a file of its own, beside that of the grids: grids and patches never "
            "lie in one file. Name both: --geojson grids.geojson --patches patches.geojson.",
            "--patches 须另写一个文件：网格与图斑不放在同一文件中。请同时指定两个文件："
            "--geojson grids.geojson --patches patches.geojson。",
        )
    told: dict[str, Any] = {}
    for path in (geojson, patches):
        if path is not None:
            check_free(path, overwrite=overwrite, endings=tuple(LAYOUTS))
    if objects is not None:
        check_free(objects, overwrite=overwrite, endings=(".geojson", ".json", ".csv"))
    with screen.progress() as tell:
        given = on_day(load_plan(plan_file), day_of(on))
        if public:
            require_fit(given, contacts=with_contacts, hidden=with_hidden)
        plan, said = release_for(screen, given, public=public, on=on)
        tell(Step.WRITE, 0.3)
        if geojson is not None:
            wish = _Wish(geojson, patches, licence, multi, decimals, with_contacts)
            told |= _write_boundaries(plan, wish, beside=plan_file, overwrite=overwrite)
        if objects is not None:
            count = _write_objects(
                plan, objects, contacts=with_contacts, hidden=with_hidden, overwrite=overwrite
            )
            told |= {"objects": str(objects), "count": count}
    if geojson is not None:
        for text in _findings(screen, told["topology"], len(plan.grids)):
            screen.line(text)
        if not told["licence"]:
            screen.line(say("handover.no_licence", screen.language))
        for path in (geojson, patches):
            if path is not None:
                screen.line(screen.say("file.made", path=path))
    if objects is not None:
        left = len(plan.objects) - told["count"]
        screen.line(screen.say("export.objects", count=told["count"], path=objects, left=left))
    screen.emit({**told, **said})
    raise typer.Exit(int(geojson is not None and not told["topology"]["valid_tiling"]))


@dataclass(frozen=True)
class _Wish:
    """The boundaries that were asked for."""

    grids: Path
    patches: Path | None
    licence: str
    multi: bool
    decimals: int
    contacts: bool


def _write_boundaries(
    plan: "Plan", wish: _Wish, *, beside: Path, overwrite: bool
) -> dict[str, Any]:
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
        form=Form(wish.decimals, wish.multi, layout),
        with_patches=wish.patches is not None,
        with_contacts=wish.contacts,
    )
    write_atomically(wish.grids, made.grids, overwrite=overwrite)
    told: dict[str, Any] = {"geojson": str(wish.grids), "bytes": len(made.grids)}
    if wish.patches is not None and made.patches is not None:
        write_atomically(wish.patches, made.patches, overwrite=overwrite)
        told["patches"] = str(wish.patches)
    return told | {key: made.head[key] for key in ("topology", "state", "licence")}


def _write_objects(plan: Any, path: Path, *, contacts: bool, hidden: bool, overwrite: bool) -> int:
    """Write the list of objects and give their number."""
    from gridmap.lookup.object_list import object_list, objects_of
    from layers.files.atomic import write_atomically

    options = {"with_contacts": contacts, "with_hidden": hidden}
    form: Literal["csv", "geojson"] = "csv" if path.suffix.lower() == ".csv" else "geojson"
    write_atomically(path, objects_of(plan, form, **options), overwrite=overwrite)
    return len(object_list(plan, **options))


def _findings(screen: Screen, topology: dict[str, Any], grids: int) -> list[str]:
    found = []
    if topology["valid_tiling"]:
        found.append(screen.say("export.valid", grids=grids))
    else:
        found.append(screen.say("export.invalid", gaps=topology["gaps"]))
    if not topology["valid_tiling_before_rounding"]:
        found.append(screen.say("export.rough"))
    for key in ("mended", "vanished"):
        if topology[key]:
            codes = screen.say("list").join(topology[key][:NAMED])
            more = " …" if len(topology[key]) > NAMED else ""
            count = len(topology[key])
            found.append(screen.say(f"export.{key}", count=count, codes=codes + more))
    return found
