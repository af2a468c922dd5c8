"""Commands that make plans: plan, assign, close, demo."""

import multiprocessing
import os
import time
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.terminal.options import Json, Lang, Overwrite, PlanFile
from gridmap.cli.terminal.screen import Screen, Tell
from gridmap.workflow.steps import Step
from layers.contract.collecting import collect_rarely

if TYPE_CHECKING:
    from gridmap.plan.plan import Plan

__all__ = ["assign", "close", "demo", "plan", "report_path"]

Table = tuple[list[str], list[list[str]]]

SAMPLES = ("zhengan", "cambridge")
_SAVED = 0.8  # share of the work of a sample after which its plan is on disk


def plan(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="Folder with rules.toml and the layers.", show_default=False
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Plan file to write. Default: DIR.gridmap.gpkg, in the current folder."
        ),
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make the plan of a town from its layers, hierarchy, rules and roster.

    A workbook beside the plan lists faults and repairs, and what became of every hectare.
    Ends with 1 when the plan is made but has errors.
    """
    from gridmap.cli.terminal.options import report_for
    from gridmap.cli.terminal.summary import has_errors, show_shortage, show_summaries, summarise
    from gridmap.publications import issued_beside
    from gridmap.store import SUFFIX, check_place, save_plan
    from gridmap.workflow.workflow import make_plan
    from layers.files.atomic import check_free, write_atomically

    screen = Screen.start(lang, json)
    target = out or Path(f"{folder.resolve().name}{SUFFIX}")
    report = report_path(target)
    check_place(target, overwrite=overwrite)
    check_free(report, overwrite=overwrite)
    with screen.progress() as tell:
        made = make_plan(folder, progress=tell, issued=issued_beside(target))
        tell(Step.SAVE, 0.95)
        save_plan(made, target, overwrite=overwrite)
        told = report_for(screen, made)
        if told is not None:
            write_atomically(report, told, overwrite=overwrite)
    summary = summarise(made)
    show_summaries(screen, [summary])
    show_shortage(screen, made)
    screen.line(screen.say("plan.made", path=target))
    if told is not None:
        screen.line(screen.say("plan.report", path=report))
    screen.line(screen.say("plan.next", path=target))
    written = str(report) if told is not None else None
    screen.emit({"plan": str(target), "report": written, **summary})
    raise typer.Exit(int(has_errors(made)))


def report_path(plan: Path) -> Path:
    """Place of the report beside a plan file."""
    from gridmap.store import SUFFIX

    return plan.with_name(f"{plan.name.removesuffix(SUFFIX).removesuffix('.gpkg')}.report.xlsx")


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
    """Assign the people of another roster to the posts of a plan.

    Boundaries stay; people stay on their posts where that is best. Ends with 1 when the new plan
    has errors.
    """
    from gridmap.cli.terminal.summary import count_issues, has_errors, show_shortage
    from gridmap.store import check_place, load_plan, save_plan
    from gridmap.store.plan_lock import change_plan
    from gridmap.workflow.workflow import reassign

    screen = Screen.start(lang, json)
    target = out or plan_file
    with screen.progress() as tell:
        tell(Step.PEOPLE, 0.2)
        if target.exists() and plan_file.exists() and target.samefile(plan_file):
            check_place(target, overwrite=overwrite)  # said before the lock is waited for
            made = change_plan(plan_file, lambda plan: reassign(plan, roster))
        else:
            old = load_plan(plan_file)
            check_place(target, overwrite=overwrite)
            made = reassign(old, roster)
            save_plan(made, target, overwrite=overwrite)
    found = made.assignments["status"].value_counts()
    states = {key: int(found.get(key, 0)) for key in ("filled", "vacant", "surplus")}
    screen.line(screen.say("assign.done", **states))
    screen.line(screen.say("issues.count", **count_issues(made)))
    show_shortage(screen, made)
    screen.line(screen.say("plan.made", path=target))
    screen.emit({"plan": str(target), **states, "issues": count_issues(made)})
    raise typer.Exit(int(has_errors(made)))


def close(
    plan_file: PlanFile,
    grid: Annotated[
        str,
        typer.Argument(metavar="GRID", help="Code of an exclusive grid.", show_default=False),
    ],
    who: Annotated[str, typer.Option("--who", help="Name for the log.", show_default=False)],
    why: Annotated[str, typer.Option("--why", help="Reason for the log.")] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Plan file to write. Default: PLAN, with --overwrite."),
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Close an exclusive grid whose unit has left: its ground goes back to the grids around it.

    The code is never used again. The change stands in the log and can be undone on the page of
    redrawing. Ends with 1 when the new plan has errors.
    """
    from gridmap.cli.terminal.summary import count_issues, has_errors
    from gridmap.edits import apply, close_grid, lineage
    from gridmap.store import check_place, load_plan, save_plan
    from gridmap.store.plan_lock import change_plan

    screen = Screen.start(lang, json)
    target = out or plan_file

    def closed(plan: "Plan") -> "Plan":
        when = datetime.now().isoformat(timespec="seconds")
        return apply(plan, close_grid(plan, grid), who=who, when=when, why=why)

    if target.exists() and plan_file.exists() and target.samefile(plan_file):
        check_place(target, overwrite=overwrite)  # said before the lock is waited for
        made = change_plan(plan_file, closed)
    else:
        old = load_plan(plan_file)
        check_place(target, overwrite=overwrite)
        made = closed(old)
        save_plan(made, target, overwrite=overwrite)
    entry = made.edits.iloc[-1]
    new = [code for code, edit in lineage(made)["edit_id"].items() if edit == entry.name]
    mark = screen.pick("、", ", ")
    screen.line(screen.say("close.done", grid=grid, codes=mark.join(new) or "–"))
    screen.line(screen.say("issues.count", **count_issues(made)))
    screen.line(screen.say("plan.made", path=target))
    screen.emit({"plan": str(target), "closed": grid, "created": new, "issues": count_issues(made)})
    raise typer.Exit(int(has_errors(made)))


def demo(
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the results; older ones in it are replaced.")
    ] = Path("out"),
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Towns made side by side. Same results.")
    ] = min(len(SAMPLES), os.cpu_count() or 1),
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make the plans, maps and boundaries of both sample towns, and show their figures.

    Ends with 1 when a plan has errors.
    """
    from layers.contract.errors import LayerFileError, UsageError, quoted
    from layers.files.reader_faults import reason_zh

    screen = Screen.start(lang, json)
    data = Path(__file__).parents[3] / "data"
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
    with screen.progress() as tell:
        if workers > 1:
            folders = [data / town for town in SAMPLES]
            summaries, table = _make_side_by_side(screen, folders, out, tell, workers)
        else:
            summaries = [
                _make_sample(data / town, out, _part_of(tell, number, len(SAMPLES)))
                for number, town in enumerate(SAMPLES)
            ]
            table = _table_of(screen, summaries)
    # The app opens the newest plan first: that of the reference town.
    os.utime(summaries[0]["files"][0])
    screen.table(*table)
    for summary in summaries:
        for path in summary["files"]:
            screen.line(screen.say("file.made", path=path))
    screen.line(screen.say("demo.look"))
    screen.emit({"towns": summaries})
    good = all(one["errors"] == 0 and one["tiling_rounded"] for one in summaries)
    raise typer.Exit(0 if good else 1)


def _make_side_by_side(
    screen: Screen, folders: list[Path], out: Path, tell: Tell, workers: int
) -> tuple[list[dict[str, Any]], Table]:
    """Make each town in a process of its own; results in the order of the towns, and their table.

    Boundaries and report of a town are written from its saved plan by whoever is free. This process
    itself loads nothing of what they need, which takes as long as it takes each of them.
    """
    context = multiprocessing.get_context("spawn")
    shares: Any = context.Array("d", len(folders))
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_share_progress, initargs=(shares,)
    ) as pool:
        jobs = [pool.submit(_make_numbered, at, town, out) for at, town in enumerate(folders)]
        writing: dict[int, Future[bool]] = {}
        while not all(job.done() for job in jobs):
            tell(Step.BOTH, sum(shares) / len(folders))
            for at, town in enumerate(folders):
                if shares[at] >= _SAVED and at not in writing:
                    writing[at] = pool.submit(_write_saved, town.name, out)
            time.sleep(0.05)
        made = [job.result() for job in jobs]
        summaries = [
            {**summary, "tiling_rounded": writing[at].result() if at in writing else
             _write_saved(folders[at].name, out)}
            for at, summary in enumerate(made)
        ]  # fmt: skip
        return summaries, pool.submit(_table_of, screen, summaries).result()


def _table_of(screen: Screen, summaries: list[dict[str, Any]]) -> Table:
    """Lay out the figures of the towns."""
    from gridmap.cli.terminal.summary import summary_table

    return summary_table(screen, summaries)


_shares: Any = None


def _share_progress(shares: Any) -> None:
    """Keep the numbers by which a worker tells how far its town is."""
    global _shares
    _shares = shares
    collect_rarely()


def _make_numbered(at: int, folder: Path, out: Path) -> dict[str, Any]:
    def tell(_text: str, share: float) -> None:
        _shares[at] = share

    start = time.perf_counter()
    made, names = _plan_and_map(folder, out, tell)
    return _told(made, names, start)


def _write_saved(name: str, out: Path) -> bool:
    """Write boundaries and report of a plan on disk; whether the boundaries are a valid tiling."""
    from gridmap.store import SUFFIX, load_plan

    return _write_boundaries(load_plan(out / f"{name}{SUFFIX}"), name, out)


def _part_of(tell: Tell, number: int, count: int) -> Tell:
    """Report the progress of one of several towns."""
    return lambda text, share: tell(text, (number + share) / count)


def _make_sample(folder: Path, out: Path, tell: Tell) -> dict[str, Any]:
    start = time.perf_counter()
    made, names = _plan_and_map(folder, out, tell)
    tell(Step.WRITE, 0.9)
    valid = _write_boundaries(made, folder.name, out)
    return {**_told(made, names, start), "tiling_rounded": valid}


def _plan_and_map(folder: Path, out: Path, tell: Tell) -> tuple["Plan", list[Path]]:
    """Make and save the plan of a town, and draw its map; the files of the town."""
    from gridmap.maps import map_html
    from gridmap.publications import issued_beside
    from gridmap.publish import release
    from gridmap.store import SUFFIX, save_plan
    from gridmap.workflow.workflow import make_plan
    from layers.files.atomic import write_atomically

    endings = (SUFFIX, ".html", ".geojson", ".report.xlsx")
    names = [out / f"{folder.name}{ending}" for ending in endings]
    issued = issued_beside(names[0])
    made = make_plan(folder, progress=lambda text, share: tell(text, 0.7 * share), issued=issued)
    tell(Step.SAVE, 0.7)
    save_plan(made, names[0], overwrite=True)
    tell(Step.DRAW, _SAVED)
    write_atomically(names[1], map_html(release(made)).encode(), overwrite=True)
    return made, names


def _write_boundaries(made: "Plan", name: str, out: Path) -> bool:
    from gridmap.ledgers.report import report_of
    from gridmap.publish import release
    from gridmap.versions.boundaries import boundary_files
    from layers.files.atomic import write_atomically

    made = release(made)
    written = boundary_files(made)
    write_atomically(out / f"{name}.geojson", written.grids, overwrite=True)
    write_atomically(out / f"{name}.report.xlsx", report_of(made), overwrite=True)
    return bool(written.head["topology"]["valid_tiling"])


def _told(made: "Plan", names: list[Path], start: float) -> dict[str, Any]:
    from gridmap.cli.terminal.summary import summarise

    return {
        **summarise(made),
        "seconds": round(time.perf_counter() - start, 1),
        "files": [str(name) for name in names],
    }
