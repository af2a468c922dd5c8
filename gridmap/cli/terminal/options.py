"""Options that mean the same in every command, and what goes out with and without `--public`."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gridmap.cli.terminal.screen import Screen
from gridmap.words import Language
from layers.contract.errors import PlanError, UsageError

if TYPE_CHECKING:
    from gridmap.plan.plan import Plan

__all__ = [
    "Crs",
    "Decimals",
    "Encoding",
    "Expected",
    "Gcj02",
    "Json",
    "Lang",
    "Multi",
    "On",
    "Overwrite",
    "PlanFile",
    "PlanFolder",
    "PlanOrId",
    "Public",
    "day_of",
    "open_plan",
    "release_for",
    "report_for",
    "require_fit",
]

Json = Annotated[
    bool, typer.Option("--json", help="Print the answer as JSON for machines, and nothing else.")
]
Lang = Annotated[
    Language | None,
    typer.Option(
        "--lang", help="Language of the answer. Default: Chinese in a Chinese locale, else English."
    ),
]
Public = Annotated[
    bool,
    typer.Option(
        "--public",
        help="For the public: without phones, vacancies, problem estates and sensitive ground; "
        "names only where the rules allow it.",
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace the output file if it exists.")
]
Crs = Annotated[
    str,
    typer.Option(
        "--crs",
        help="Coordinate system of layers: EPSG:4326, EPSG:4490, EPSG:4547 … Default: the town's.",
    ),
]
Encoding = Annotated[
    Literal["utf-8", "gbk"],
    typer.Option("--encoding", help="Texts of Shapefiles: utf-8, or gbk for old programs."),
]
Gcj02 = Annotated[
    bool,
    typer.Option(
        "--gcj02", help="A marked copy for GCJ-02 maps, shifted some 500 m: no true places."
    ),
]
Multi = Annotated[
    bool, typer.Option("--multi", help="Every polygon as a MultiPolygon, for a database.")
]
Decimals = Annotated[
    int, typer.Option("--decimals", help="Decimals of a degree: 7 (1 cm) or 6 (11 cm).")
]
On = Annotated[
    datetime | None,
    typer.Option(
        "--on",
        formats=["%Y-%m-%d"],
        help="Day on which terms of posts are looked at. Default: they are not.",
        show_default=False,
    ),
]
PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", help="Plan file, *.gridmap.gpkg.", show_default=False)
]

PlanOrId = Annotated[
    str,
    typer.Argument(
        metavar="PLAN",
        help="Plan file, *.gridmap.gpkg, or its id in the folder of plans.",
        show_default=False,
    ),
]
PlanFolder = Annotated[Path, typer.Option("--folder", help="Folder of plans that the app shows.")]
Expected = Annotated[
    str,
    typer.Option(
        "--expected",
        help="Only if the plan still has this revision ('plans --json' tells it): else somebody "
        "has changed it, and nothing is done.",
        show_default=False,
    ),
]


def day_of(on: datetime | None) -> str:
    """Give the day of `--on` as ISO text; "" without one."""
    return on.date().isoformat() if on else ""


def open_plan(
    screen: Screen, plan_file: Path, *, public: bool = False, on: datetime | None = None,
    boards: bool = False,
) -> tuple["Plan", dict[str, Any]]:  # fmt: skip
    """Read a plan as it may go out, with who is on post on a day; the rest as `release_for`.

    With `boards` the boards that the record beside it knows are counted too.
    """
    from gridmap.boards.listing import with_boards
    from gridmap.staffing.rows import on_day
    from gridmap.store import load_plan

    plan = load_plan(plan_file)
    plan = with_boards(plan, plan_file) if boards else plan
    return release_for(screen, on_day(plan, day_of(on)), public=public, on=on)


def release_for(
    screen: Screen, plan: "Plan", *, public: bool = False, on: datetime | None = None
) -> tuple["Plan", dict[str, Any]]:
    """Give a plan as it may go out, and keep for the end what is asked and left out.

    The public is told who is on post on the day, today without one.

    Returns
    -------
    The plan, and what the answer for machines says of it: `audience`, `notice`, in the house the
    `questions`.
    """
    from gridmap.plan.notice import notice_line
    from gridmap.publish import public_remarks, questions, release

    released = release(plan, public=public, day=day_of(on) or date.today().isoformat())
    asked = questions(plan)
    for remark in [*asked, *(public_remarks(plan) if public else [])]:
        screen.remark(screen.pick(remark.zh, remark.en))
    said: dict[str, Any] = {"notice": notice_line(plan)}
    if released.is_redacted:  # what was left out is nothing for the public either
        return released, {"audience": "public", **said}
    return released, {
        "audience": "internal",
        **said,
        "questions": [{"zh": one.zh, "en": one.en} for one in asked],
    }


def require_fit(plan: "Plan", *, contacts: bool = False, hidden: bool = False) -> None:
    """Refuse options that a file for the public cannot have.

    Raises
    ------
    UsageError
        For names where the rules do not allow them, and for what no list for the public holds.
    """
    if hidden:
        raise UsageError(
            "--with-hidden lists problem estates, vacancies and sensitive objects: that is for the "
            "house alone. Leave it out, or leave out --public.",
            "--with-hidden 会列出问题楼盘、空置房产和敏感对象，只供内部使用。"
            "请去掉它，或去掉 --public。",
        )
    if contacts and not plan.rules.publish.names_public:
        raise UsageError(
            "--with-contacts would write names into a file for the public. The rules of the plan "
            "do not allow it: 'names_public = true' under [publish] in rules.toml does.",
            "--with-contacts 会把姓名写入公开文件，而方案的规则不允许。如确需公开，"
            "请在 rules.toml 的 [publish] 中写 names_public = true。",
        )


def report_for(screen: Screen, plan: "Plan") -> bytes | None:
    """Write the report of a plan; of a plan made of state secrets there is none, which is said."""
    from gridmap.ledgers.report import report_of
    from gridmap.publish import questions, release

    try:
        released = release(plan)
    except PlanError as error:
        screen.remark(screen.pick(error.zh, str(error)))
        return None
    for remark in questions(plan):
        screen.remark(screen.pick(remark.zh, remark.en))
    return report_of(released)
