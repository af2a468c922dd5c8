"""Commands that make plans: plan, assign, close."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridmap.cli.terminal.options import Json, Lang, Overwrite, PlanFile
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step

if TYPE_CHECKING:
    from gridmap.plan.plan import Plan

__all__ = ["assign", "close", "plan", "report_path"]


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
    from gridmap.store import SUFFIX
    from gridmap.store.plan_lock import saver_at
    from gridmap.workflow.workflow import make_plan
    from layers.files.atomic import check_free, write_atomically

    screen = Screen.start(lang, json)
    target = out or Path(f"{folder.resolve().name}{SUFFIX}")
    report = report_path(target)
    save = saver_at(target, overwrite=overwrite)
    check_free(report, overwrite=overwrite)
    with screen.progress() as tell:
        made = make_plan(folder, progress=tell, issued=issued_beside(target))
        tell(Step.SAVE, 0.95)
        save(made)
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
    from gridmap.store import check_place, load_plan
    from gridmap.store.plan_lock import change_plan, saver_at
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
            save = saver_at(target, overwrite=overwrite)
            made = reassign(old, roster)
            save(made)
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
    from gridmap.store import check_place, load_plan
    from gridmap.store.plan_lock import change_plan, saver_at

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
        save = saver_at(target, overwrite=overwrite)
        made = closed(old)
        save(made)
    entry = made.edits.iloc[-1]
    new = [code for code, edit in lineage(made)["edit_id"].items() if edit == entry.name]
    mark = screen.pick("、", ", ")
    screen.line(screen.say("close.done", grid=grid, codes=mark.join(new) or "–"))
    screen.line(screen.say("issues.count", **count_issues(made)))
    screen.line(screen.say("plan.made", path=target))
    screen.emit({"plan": str(target), "closed": grid, "created": new, "issues": count_issues(made)})
    raise typer.Exit(int(has_errors(made)))
