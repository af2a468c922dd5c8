"""The PDF of a map, as the command `map --pdf` asks for it."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gridmap.cli.options import open_plan
from gridmap.cli.screen import Screen
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError

__all__ = ["PAPER", "PrintWish", "print_map", "require_no_wish", "scale_of"]

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
