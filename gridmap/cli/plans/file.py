"""Commands about a plan file as a whole, what is safe in it: verify, recover, log."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gridmap.cli.terminal.options import Json, Lang, Overwrite, PlanFile
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError

__all__ = ["log", "recover", "verify"]

SHOWN = 20  # faults or losses on the screen; JSON has all
LOG_ENDINGS = (".csv", ".json")


def verify(plan_file: PlanFile, json: Json = False, lang: Lang = None) -> None:
    """Check whether a plan file is as gridmap wrote it: which tables, columns and rows are not.

    Ends with 1 when it is not. The file is not changed.
    """
    from gridmap.store.verifying import verify_plan

    screen = Screen.start(lang, json)
    with screen.progress():
        found = verify_plan(plan_file)
    heads = [screen.say(f"head.{key}") for key in ("table", "state", "rows", "lost", "columns")]
    rows = [
        [
            one.table,
            screen.say(f"verify.{one.state}"),
            str(one.rows),
            str(one.lost),
            ", ".join(one.columns) or screen.pick(one.why_zh, one.why),
        ]
        for one in found.tables
    ]
    screen.table(heads, rows)
    _list_texts(screen, [(fault.en, fault.zh) for fault in found.faults])
    if found.beside:
        screen.line(screen.say("verify.beside", names=", ".join(found.beside)))
    if found.others:
        screen.line(screen.say("verify.others", names=", ".join(found.others)))
    if not found.proven:
        screen.line(screen.say("verify.no_digests"))
    if found.refused:
        screen.line(screen.pick(*reversed(found.refused)))
    result = "sound" if found.is_sound else "newer" if found.newer else "unsound"
    screen.line(screen.say(f"verify.{result}", path=plan_file))
    screen.emit(
        {
            "plan": str(plan_file),
            "sound": found.is_sound,
            "format": found.format,
            "digests": found.proven,
            "refused": found.refused[0] if found.refused else None,
            "refused_zh": found.refused[1] if found.refused else None,
            "tables": [
                {
                    "table": one.table,
                    "state": one.state,
                    "rows": one.rows,
                    "lost": one.lost,
                    "columns": list(one.columns),
                    "why": one.why,
                    "why_zh": one.why_zh,
                }
                for one in found.tables
            ],
            "faults": [_told(fault) for fault in found.faults],
            "beside": list(found.beside),
            "others": list(found.others),
        }
    )
    raise typer.Exit(int(not found.is_sound))


def recover(
    plan_file: PlanFile,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Plan file to write. Default: beside the plan, …-recovered.gridmap.gpkg."
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", help="A rules.toml for a plan whose own rules cannot be read."),
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Save what is readable of a damaged plan, or one changed by another program, to a new file.

    The content is taken over as it is, and what is missing is named. The old file stays as it is.
    Ends with 1 when something is missing.
    """
    from gridmap.store.faults import recovered_name
    from gridmap.store.plan_lock import saver_at
    from gridmap.store.recovery import recover_plan

    screen = Screen.start(lang, json)
    target = out or recovered_name(plan_file)
    save = saver_at(target, overwrite=overwrite)
    if target.exists() and target.samefile(plan_file):
        raise UsageError(
            f"{str(target)!r} is the file to recover from, which must stay. Give another name with "
            "--out.",
            f"“{target}”正是待救回的文件，应保持原样。请用 --out 给出另一个文件名。",
        )
    with screen.progress() as tell:
        saved = recover_plan(plan_file, rules_file=rules)
        tell(Step.SAVE, 0.7)
        save(saved.plan)
    changed = {one.table: list(one.columns) for one in saved.found.tables if one.columns}
    for table, columns in changed.items():
        screen.line(screen.say("recover.changed", table=table, columns=", ".join(columns)))
    _list_texts(screen, [(loss.en, loss.zh) for loss in saved.losses])
    screen.line(screen.say("recover.missing" if saved.losses else "recover.whole"))
    screen.line(screen.say("file.made", path=target))
    screen.emit(
        {
            "plan": str(target),
            "from": str(plan_file),
            "changed": changed,
            "missing": [_told(loss) for loss in saved.losses],
            "micro_grids": len(saved.plan.micro_grids),
            "people": len(saved.plan.people),
            "edits": len(saved.plan.edits),
        }
    )
    raise typer.Exit(int(bool(saved.losses)))


def log(
    plan_file: PlanFile,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write: .csv for a spreadsheet, .json with all."),
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Export the log of edits: who changed what, when and why; of a damaged plan too.

    Ends with 1 when entries are missing or not as gridmap wrote them.
    """
    from gridmap.edits.log_export import log_csv, log_json, log_rows
    from gridmap.edits.moves.log import VERBS
    from gridmap.store.log_recovery import read_log
    from layers.files.atomic import check_free, write_atomically

    screen = Screen.start(lang, json)
    if out is not None:
        check_free(out, overwrite=overwrite, endings=LOG_ENDINGS)
    saved = read_log(plan_file)
    entries, rows = saved.entries, log_rows(saved.entries)
    if out is not None:
        data = log_csv(entries) if out.suffix.lower() == ".csv" else log_json(entries)
        write_atomically(out, data, overwrite=overwrite, private=True)
        screen.line(screen.say("file.made", path=out))
    else:
        for row in rows:
            row["edit_kind"] = screen.pick(*reversed(VERBS.get(row["kind"], (row["kind"],) * 2)))
        keys = ("edit_id", "time", "who", "edit_kind", "grids", "why")
        heads = [screen.say(f"head.{key}") for key in keys]
        screen.table(heads, [[str(row[key]) for key in keys] for row in rows])
    screen.line(screen.say("log.count", count=len(rows)))
    if saved.changed:
        screen.line(screen.say("log.changed", columns=", ".join(saved.changed)))
    _list_texts(screen, [(loss.en, loss.zh) for loss in saved.losses])
    screen.emit(
        {
            "plan": str(plan_file),
            "out": str(out) if out else None,
            "edits": rows,
            "changed": list(saved.changed),
            "missing": [_told(loss) for loss in saved.losses],
        }
    )
    raise typer.Exit(int(bool(saved.losses or saved.changed)))


def _list_texts(screen: Screen, texts: list[tuple[str, str]]) -> None:
    for en, zh in texts[:SHOWN]:
        screen.line(screen.pick(zh, en))
    if len(texts) > SHOWN:
        screen.line(screen.say("verify.more", count=len(texts) - SHOWN))


def _told(one: Any) -> dict[str, str]:
    return {"table": one.table, "row": one.row, "message": one.en, "message_zh": one.zh}
