"""Commands on what of a plan may go out, and who stays in it: classify, redact, retain."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from gridmap.cli.terminal.options import Json, Lang, Overwrite, PlanFile, open_plan, release_for
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError

__all__ = ["classify", "redact", "retain"]


def redact(
    plan_file: PlanFile,
    out: Annotated[
        Path,
        typer.Option("--out", help="Plan file to write, *.gridmap.gpkg.", show_default=False),
    ],
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write a copy of a plan for the public: it opens like any plan, and its receipt says so.

    Without phones, names (unless the rules allow them), problem estates, sensitive ground, objects,
    loads, vacancies, issues and log.
    """
    from gridmap.store.plan_lock import saver_at

    screen = Screen.start(lang, json)
    save = saver_at(out, overwrite=overwrite)
    if out.exists() and plan_file.exists() and out.samefile(plan_file):
        raise UsageError(
            f"{str(out)!r} is the plan itself, which must stay. Give another name with --out.",
            f"“{out}”就是原方案，应保持原样。请用 --out 给出另一个文件名。",
        )
    with screen.progress() as tell:
        made, said = open_plan(screen, plan_file, public=True)
        tell(Step.SAVE, 0.7)
        save(made)
    screen.line(screen.say("file.made", path=out))
    lacks = made.receipt["redacted"]
    screen.emit({"plan": str(out), "from": str(plan_file), "without": lacks, **said})


def retain(
    plan_file: PlanFile,
    months: Annotated[
        int | None,
        typer.Option(
            "--months",
            min=0,
            help="Months that people are kept after their last term ended. Default: keep_months "
            "of the rules.",
        ),
    ] = None,
    today: Annotated[
        str, typer.Option("--today", help="Day to count from, as 2026-11-30. Default: today.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many; change nothing.")
    ] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Remove the names of people whose terms ended long ago, from the plan and from its log.

    Assignments that ended before are gone, their posts vacant; whoever has no later one becomes a
    number. The receipt of the plan says how many, never who. Without a number of months in the
    rules or here all are kept.
    """
    from gridmap.boards.forgetting import forget_in_boards
    from gridmap.publications.copies import forget_in_publications
    from gridmap.publish.retention import retain as remove
    from gridmap.receipts.forgetting import forget_people
    from gridmap.store import load_plan
    from gridmap.store.plan_lock import change_plan

    screen = Screen.start(lang, json)
    day = _day(today) if today else date.today()
    plan = load_plan(plan_file)
    kept = plan.rules.publish.keep_months if months is None else months
    if kept is None:
        screen.line(screen.say("retain.all"))
        screen.emit({"plan": str(plan_file), "people": 0, "assignments": 0, "months": None})
        return
    found = remove(plan, today=day, months=kept)
    # The records first: once the plan has numbers alone, nobody knows whose links they were.
    forgotten = forget_people(plan_file, found.numbers, today=day, dry_run=dry_run)
    versions = forget_in_publications(plan_file, found.numbers, dry_run=dry_run)
    photos = forget_in_boards(plan, plan_file, found.numbers, dry_run=dry_run)
    if not dry_run and found.assignments:
        change_plan(plan_file, lambda now: remove(now, today=day, months=kept).plan)
    key = "retain.would" if dry_run else "retain.done"
    counts = {"people": found.people, "assignments": found.assignments}
    screen.line(screen.say(key, before=found.before.isoformat(), **counts))
    beside = {"links": forgotten.links, "answers": forgotten.answers}
    if any(beside.values()):
        screen.line(screen.say(f"{key}_beside", **beside))
    if versions:
        screen.line(screen.say(f"{key}_published", count=versions))
    if photos:
        screen.line(screen.say(f"{key}_photos", count=photos))
    screen.emit(
        {
            "plan": str(plan_file),
            **counts,
            **beside,
            "published": versions,
            "photos": photos,
            "before": found.before.isoformat(),
            "months": kept,
            "dry_run": dry_run,
        }
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"--today {text!r} is no date. Write it as 2026-11-30.",
            f"--today“{text}”不是日期，请写成 2026-11-30。",
        ) from None


def classify(
    plan_file: PlanFile,
    source: Annotated[
        Literal["public", "internal", "secret"] | None,
        typer.Option(
            "--source", help="Answer: whether the layers are published, internal, secret."
        ),
    ] = None,
    audit_number: Annotated[
        str | None,
        typer.Option("--audit-number", help="Number under which the map was reviewed, or ''."),
    ] = None,
    licence: Annotated[
        str | None,
        typer.Option("--licence", help="Licence of the boundaries, as CC-BY-4.0, or ''."),
    ] = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what a plan lets out and what is still asked; options answer.

    Answers are kept in the rules of the plan. Write them into rules.toml too, for the next plan.
    """
    from gridmap.publish.answering import answered
    from gridmap.store import load_plan
    from gridmap.store.plan_lock import change_plan

    screen = Screen.start(lang, json)
    if source is None and audit_number is None and licence is None:
        plan = load_plan(plan_file)
    else:
        plan = change_plan(
            plan_file,
            lambda now: answered(now, source=source, audit_number=audit_number, licence=licence),
        )
    settings = plan.rules.publish
    known = settings.source_classification
    screen.line(
        screen.say("publish.source", source=screen.say(f"publish.source.{known or 'none'}"))
    )
    screen.line(
        screen.say(
            "publish.licence", licence=settings.licence or screen.say("publish.licence.none")
        )
    )
    screen.line(screen.say("publish.names", answer=screen.say(f"yes.{settings.names_public}")))
    _, said = release_for(screen, plan, public=True)
    screen.line(screen.say("publish.line", line=said["notice"]))
    screen.emit(
        {
            "plan": str(plan_file),
            "source_classification": known,
            "audit_number": settings.audit_number,
            "names_public": settings.names_public,
            "keep_months": settings.keep_months,
            **said,
        }
    )
