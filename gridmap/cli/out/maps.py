"""The command map: a plan as one HTML file, or as PDF sheets at a true scale."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.terminal.options import Json, Lang, Overwrite, PlanFile, Public, open_plan
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError

__all__ = ["PAPER", "PrintWish", "map_", "print_map", "require_no_wish", "scale_of"]

PAPER = "A3"


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
