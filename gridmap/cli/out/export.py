"""Commands that give a plan to people and other systems: map (also as a PDF), export."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from gridmap.cli.terminal.options import (
    Json,
    Lang,
    On,
    Overwrite,
    PlanFile,
    Public,
    day_of,
    open_plan,
    release_for,
    require_fit,
)
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError

__all__ = ["PAPER", "PrintWish", "export", "map_", "print_map", "require_no_wish", "scale_of"]

PAPER = "A3"
NAMED = 5  # codes named on the screen; the file has all


@dataclass(frozen=True)
class PrintWish:
    """What was asked for, as it was typed."""

    scale: str
    paper: str
    landscape: bool | None
    grid: str
    grey: bool
    font: Path | None


def map_(
    plan_file: PlanFile,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="HTML file to write. Default: beside the plan, .html."),
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", help="PDF file to write instead, at a true scale.")
    ] = None,
    scale: Annotated[
        str,
        typer.Option("--scale", help="Scale of the PDF, as 1:5000. Default: what fits a sheet."),
    ] = "",
    paper: Annotated[str, typer.Option("--paper", help="Paper of the PDF: A4 to A0.")] = PAPER,
    landscape: Annotated[
        bool | None, typer.Option("--landscape/--portrait", help="Default: what suits the town.")
    ] = None,
    grid: Annotated[
        str, typer.Option("--grid", help="Print this grid alone, with what lies round it.")
    ] = "",
    grey: Annotated[
        bool, typer.Option("--grey", help="Greys and hatches in place of colours.")
    ] = False,
    font: Annotated[
        Path | None,
        typer.Option("--font", help="TrueType font of the PDF. Default: the one that comes along."),
    ] = None,
    public: Public = False,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Draw the map of a plan: one HTML file that works offline, or PDF sheets at a true scale."""
    wish = PrintWish(scale, paper, landscape, grid, grey, font)
    if pdf is None:
        require_no_wish(wish)
    else:
        screen = Screen.start(lang, json)
        print_map(plan_file, pdf, wish, public=public, overwrite=overwrite, screen=screen)
        return
    from gridmap.maps import map_html
    from gridmap.store import SUFFIX
    from layers.files.atomic import check_free, write_atomically

    screen = Screen.start(lang, json)
    stem = plan_file.name.removesuffix(SUFFIX).removesuffix(".gpkg")
    target = out or plan_file.with_name(f"{stem}{'-public' if public else ''}.html")
    check_free(target, overwrite=overwrite, endings=(".html", ".htm"))
    with screen.progress() as tell:
        plan, said = open_plan(screen, plan_file, public=public)
        tell(Step.DRAW, 0.3)
        page = map_html(plan, language=screen.language).encode()
        write_atomically(target, page, overwrite=overwrite)
    screen.line(screen.say("file.made", path=target))
    count = len(plan.micro_grids)
    screen.emit({"map": str(target), "bytes": len(page), "micro_grids": count, **said})


def export(
    plan_file: PlanFile,
    geojson: Annotated[
        Path | None, typer.Option("--geojson", help="GeoJSON file of the boundaries to write.")
    ] = None,
    objects: Annotated[
        Path | None,
        typer.Option("--objects", help="File of the objects to write: .geojson or .csv."),
    ] = None,
    patches: Annotated[bool, typer.Option("--patches", help="Write the patches too.")] = False,
    with_contacts: Annotated[
        bool,
        typer.Option("--with-contacts", help="Write names and roles of the people; never phones."),
    ] = False,
    with_hidden: Annotated[
        bool,
        typer.Option(
            "--with-hidden",
            help="List problem estates, vacancies and sensitive objects too: for inside use only.",
        ),
    ] = False,
    licence: Annotated[
        str, typer.Option("--licence", help="Licence of the data, for the head of the file.")
    ] = "",
    on: On = None,
    public: Public = False,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write the boundaries of a plan for other systems, as GeoJSON in WGS84, or its objects.

    Still a valid tiling after rounding to 7 decimals; the file says so itself. Ends with 1 when
    the grids of the plan do not tile the town. Objects have their grid and who is in charge.
    """
    from gridmap.plan.output import boundaries_of, topology_of
    from gridmap.staffing.rows import on_day
    from gridmap.store import load_plan
    from layers.files.atomic import check_free, write_atomically

    screen = Screen.start(lang, json)
    if geojson is None and objects is None:
        raise UsageError(
            "Nothing is to be written. Name a file with --geojson for the boundaries, or with "
            "--objects for the objects.",
            "没有指定要写的文件。请用 --geojson 指定边界文件，或用 --objects 指定对象文件。",
        )
    told: dict[str, Any] = {}
    if geojson is not None:
        check_free(geojson, overwrite=overwrite, endings=(".geojson", ".json"))
    if objects is not None:
        check_free(objects, overwrite=overwrite, endings=(".geojson", ".json", ".csv"))
    with screen.progress() as tell:
        given = on_day(load_plan(plan_file), day_of(on))
        if public:
            require_fit(given, contacts=with_contacts, hidden=with_hidden)
        plan, said = release_for(screen, given, public=public, on=on)
        tell(Step.WRITE, 0.3)
        if geojson is not None:
            written = boundaries_of(
                plan, licence=licence, with_patches=patches, with_contacts=with_contacts
            )
            write_atomically(geojson, written, overwrite=overwrite)
            told |= {"geojson": str(geojson), "bytes": len(written)}
            told["topology"] = topology_of(written)
        if objects is not None:
            count = _write_objects(
                plan, objects, contacts=with_contacts, hidden=with_hidden, overwrite=overwrite
            )
            told |= {"objects": str(objects), "count": count}
    if geojson is not None:
        for text in _findings(screen, told["topology"], len(plan.grids)):
            screen.line(text)
        screen.line(screen.say("file.made", path=geojson))
    if objects is not None:
        left = len(plan.objects) - told["count"]
        screen.line(screen.say("export.objects", count=told["count"], path=objects, left=left))
    screen.emit({**told, **said})
    raise typer.Exit(int(geojson is not None and not told["topology"]["valid_tiling"]))


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


def require_no_wish(wish: PrintWish) -> None:
    """Refuse what only a print can heed, where none was asked for.

    Raises
    ------
    UsageError
        When anything was wished.
    """
    if wish != PrintWish("", PAPER, None, "", False, None):
        raise UsageError(
            "--scale, --paper, --landscape, --grid, --grey and --font are for a print. Name its "
            "file with --pdf.",
            "--scale、--paper、--landscape、--grid、--grey、--font 只用于打印图，"
            "请用 --pdf 写明其文件。",
        )


def print_map(
    plan_file: Path,
    target: Path,
    wish: PrintWish,
    *,
    public: bool,
    overwrite: bool,
    screen: Screen,
) -> None:
    """Print a plan into a PDF file and say what is on it."""
    from gridmap.maps.pdf import map_pdf
    from gridmap.maps.pdf.fonts import open_font
    from layers.files.atomic import check_free, write_atomically

    scale, paper = scale_of(wish.scale), wish.paper.upper()
    check_free(target, overwrite=overwrite, endings=(".pdf",))
    with screen.progress() as tell:
        plan, said = open_plan(screen, plan_file, public=public)
        tell(Step.DRAW, 0.3)
        made = map_pdf(
            plan,
            printed=date.today(),
            paper=paper,
            scale=scale,
            landscape=wish.landscape,
            grid=wish.grid,
            grey=wish.grey,
            language=screen.language,
            font=open_font(wish.font) if wish.font is not None else None,
        )
        write_atomically(target, made.pdf, overwrite=overwrite)
    screen.line(screen.say("print.sheets", paper=paper, scale=made.scale, count=made.sheets))
    if made.unnumbered:
        screen.line(screen.say("print.unnumbered", count=made.unnumbered))
    if made.lacking:
        screen.line(screen.say("print.lacking", signs=made.lacking))
    screen.line(screen.say("file.made", path=target))
    screen.emit(
        {
            "pdf": str(target),
            "bytes": len(made.pdf),
            "paper": paper,
            "scale": made.scale,
            "sheets": made.sheets,
            "unnumbered": made.unnumbered,
            "lacking": made.lacking,
            **said,
        }
    )


def scale_of(text: str) -> int | None:
    """Read a scale, as 1:5000 or 5000; None when none was typed.

    Raises
    ------
    UsageError
        For anything else.
    """
    if not text.strip():
        return None
    found = re.fullmatch(r"(?:1\s*[:：/]\s*)?(\d{1,3}(?:[ ,]?\d{3})*|\d{1,9})", text.strip())
    if found is None:
        raise UsageError(
            f"{text!r} is not a scale. Write it as 1:5000.",
            f"“{text}”不是比例尺，请写成 1:5000。",
        )
    return int(re.sub(r"[ ,]", "", found[1]))
