"""Commands that make plans: plan, assign, demo."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import Json, Lang, Overwrite, PlanFile
from gridmap.cli.screen import Screen, Tell

if TYPE_CHECKING:
    from gridmap.plan import Plan

__all__ = ["assign", "demo", "plan", "report_of", "report_path"]

SAMPLES = ("zhengan", "cambridge")


def plan(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="Folder with rules.toml and the layers.", show_default=False
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Plan file to write. Default: DIR.gridmap.gpkg, right here."),
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make the plan of a town from its layers, hierarchy, rules and roster.

    A workbook beside the plan reports what was found and mended, and what became of every hectare.
    Ends with 1 when the plan is made but has errors.
    """
    from gridmap.cli.summary import has_errors, show_summaries, summarise
    from gridmap.store import SUFFIX, check_place, save_plan
    from gridmap.workflow import make_plan
    from layers.atomic import check_free, write_atomically

    screen = Screen.start(lang, json)
    target = out or Path(f"{folder.resolve().name}{SUFFIX}")
    report = report_path(target)
    check_place(target, overwrite=overwrite)
    check_free(report, overwrite=overwrite)
    with screen.progress() as tell:
        made = make_plan(folder, progress=tell)
        tell("Saving", 0.95)
        save_plan(made, target, overwrite=overwrite)
        write_atomically(report, report_of(made), overwrite=overwrite)
    summary = summarise(made)
    show_summaries(screen, [summary])
    screen.line(screen.say("plan.made", path=target))
    screen.line(screen.say("plan.report", path=report))
    screen.line(screen.say("plan.next", path=target))
    screen.emit({"plan": str(target), "report": str(report), **summary})
    raise typer.Exit(int(has_errors(made)))


def report_path(plan: Path) -> Path:
    """Place of the report beside a plan file."""
    from gridmap.store import SUFFIX

    return plan.with_name(f"{plan.name.removesuffix(SUFFIX).removesuffix('.gpkg')}.report.xlsx")


def report_of(plan: "Plan") -> bytes:
    """Report of a plan as a workbook."""
    from boundaries.report import report_bytes

    town = plan.rules.town
    title = f"{town.name} {town.name_en}".strip() + f" · 版本 version {town.version}"
    return report_bytes(plan.issues, plan.ledger, plan.receipt, title=title)


def assign(
    plan_file: PlanFile,
    roster: Annotated[
        Path, typer.Option("--roster", help="Roster of people, .xlsx or .csv.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Plan file to write. Default: PLAN, with --overwrite."),
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Give the posts of a plan to the people of another roster.

    Boundaries stay; people stay on their posts where that is best. Ends with 1 when the new plan
    has errors.
    """
    from gridmap.cli.summary import count_issues, has_errors
    from gridmap.store import check_place, load_plan, save_plan
    from gridmap.workflow import reassign

    screen = Screen.start(lang, json)
    target = out or plan_file
    old = load_plan(plan_file)
    check_place(target, overwrite=overwrite)
    with screen.progress() as tell:
        tell("Giving people to posts", 0.2)
        made = reassign(old, roster)
        tell("Saving", 0.9)
        save_plan(made, target, overwrite=overwrite)
    found = made.assignments["status"].value_counts()
    states = {key: int(found.get(key, 0)) for key in ("filled", "vacant", "surplus")}
    screen.line(screen.say("assign.done", **states))
    screen.line(screen.say("issues.count", **count_issues(made)))
    screen.line(screen.say("plan.made", path=target))
    screen.emit({"plan": str(target), **states, "issues": count_issues(made)})
    raise typer.Exit(int(has_errors(made)))


def demo(
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the results; older ones in it are replaced.")
    ] = Path("out"),
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make the plans, maps and boundaries of both sample towns, and show their figures.

    Ends with 1 when a plan has errors.
    """
    from gridmap.cli.summary import show_summaries
    from layers.errors import LayerFileError, UsageError, quoted
    from layers.reader_faults import reason_zh

    screen = Screen.start(lang, json)
    data = Path(__file__).parents[2] / "data"
    if not all((data / town / "rules.toml").is_file() for town in SAMPLES):
        raise UsageError(
            f"There are no sample towns at {str(data)!r}. Run the demo from a copy of the project.",
            f"{quoted(data)}中没有示例镇。请在项目文件夹中运行 demo。",
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"Cannot make the folder {str(out)!r}: {why}. Give another one with --out.",
            f"无法建立文件夹{quoted(out)}：{why_zh}。请用 --out 换一个文件夹。",
        ) from None
    summaries: list[dict[str, Any]] = []
    with screen.progress() as tell:
        # The last one made is the newest, which the app opens first.
        for number, town in enumerate(reversed(SAMPLES)):
            step = _part_of(tell, number, len(SAMPLES))
            summaries.insert(0, _make_sample(data / town, out, step))
    show_summaries(screen, summaries)
    for summary in summaries:
        for path in summary["files"]:
            screen.line(screen.say("file.made", path=path))
    screen.line(screen.say("demo.look"))
    screen.emit({"towns": summaries})
    good = all(one["errors"] == 0 and one["tiling_rounded"] for one in summaries)
    raise typer.Exit(0 if good else 1)


def _part_of(tell: Tell, number: int, count: int) -> Tell:
    """Report the progress of one of several towns."""
    return lambda text, share: tell(text, (number + share) / count)


def _make_sample(folder: Path, out: Path, tell: Tell) -> dict[str, Any]:
    from gridmap.cli.giving import boundaries_of, topology_of
    from gridmap.cli.summary import summarise
    from gridmap.maps import map_html
    from gridmap.store import SUFFIX, save_plan
    from gridmap.workflow import make_plan
    from layers.atomic import write_atomically

    start = time.perf_counter()
    endings = (SUFFIX, ".html", ".geojson", ".report.xlsx")
    names = [out / f"{folder.name}{ending}" for ending in endings]
    made = make_plan(folder, progress=lambda text, share: tell(text, 0.7 * share))
    tell("Saving", 0.7)
    save_plan(made, names[0], overwrite=True)
    tell("Drawing the map", 0.8)
    write_atomically(names[1], map_html(made).encode(), overwrite=True)
    tell("Writing boundaries", 0.9)
    written = boundaries_of(made)
    write_atomically(names[2], written, overwrite=True)
    write_atomically(names[3], report_of(made), overwrite=True)
    return {
        **summarise(made),
        "tiling_rounded": topology_of(written)["valid_tiling"],
        "seconds": round(time.perf_counter() - start, 1),
        "files": [str(name) for name in names],
    }
