"""The command on public boards: which hang, what to replace, and noting what became of them."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gridmap.cli.terminal.options import Json, Lang, Overwrite, PlanFile
from gridmap.cli.terminal.screen import Screen
from layers.contract.errors import UsageError

__all__ = ["boards"]

SHOWN = 20  # boards on the screen; JSON and the file have all


def boards(
    plan_file: PlanFile,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write with what is to be replaced: .csv or .xlsx."),
    ] = None,
    hung: Annotated[
        str,
        typer.Option("--hung", help="Numbers of boards to note as hung, separated by commas."),
    ] = "",
    down: Annotated[
        str, typer.Option("--down", help="Numbers of boards to note as taken down.")
    ] = "",
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], help="Day of --hung. Default: today."),
    ] = None,
    who: Annotated[str, typer.Option("--who", help="Who says so, for the record.")] = "",
    take_from: Annotated[
        Path | None,
        typer.Option("--from", help="Another plan whose boards this one is to know of."),
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show which public boards hang, which are outdated and why, and what to replace.

    What is noted with --hung, --down and --from is kept in the record beside the plan.
    """
    from gridmap.boards.listing import LIVE, board_list, replace_list
    from gridmap.store import load_plan
    from gridmap.words import say
    from layers.files.atomic import check_free

    screen = Screen.start(lang, json)
    if out is not None:
        check_free(out, overwrite=overwrite, endings=(".csv", ".xlsx"))
    plan = load_plan(plan_file)
    noted = _note(plan, plan_file, hung, down, day, who, take_from)
    if any(noted.values()):
        screen.line(say("boards.noted_all", screen.language, **noted))
    found = board_list(plan, plan_file)
    walk = replace_list(plan, plan_file, boards=found)
    counts = Counter(found["state"])
    states = {state: counts[state] for state in LIVE}
    screen.line(say("boards.counts", screen.language, all=len(found), **states))
    _show(screen, plan, walk)
    if out is not None:
        _write(plan, walk, out, screen, overwrite=overwrite)
    rows = walk.reset_index()[["number", "state", "why", "why_zh", "village", "place", "grid_code",
                               "object_id", "version", "in_force", "next"]]  # fmt: skip
    screen.emit({"plan": str(plan_file), "boards": len(found), "states": states, "noted": noted,
                 "replace": rows.to_dict("records")})  # fmt: skip


def _note(
    plan: Any, path: Path, hung: str, down: str, day: datetime | None, who: str,
    take_from: Path | None,
) -> dict[str, int]:  # fmt: skip
    from gridmap.boards.copies import take_over_boards
    from gridmap.boards.record import note_down, note_hung

    taken = 0
    if take_from is not None:
        if not take_from.is_file():
            raise UsageError(
                f"There is no plan {str(take_from)!r}. Give the file of another plan.",
                f"没有方案“{take_from}”。请给出另一个方案的文件。",
            )
        taken = take_over_boards(take_from, path)
    now = datetime.now()
    up, off = _numbers(plan, path, hung), _numbers(plan, path, down)
    if up:
        since: date | None = day.date() if day else None
        note_hung(path, up, who=who, when=now, how="list", day=since)
    if off:
        note_down(path, off, who=who, when=now)
    return {"hung": len(up), "down": len(off), "taken": taken}


def _numbers(plan: Any, path: Path, text: str) -> tuple[str, ...]:
    from gridmap.boards.listing import board_list
    from gridmap.boards.typed import boards_named

    if not text.strip():
        return ()
    found = boards_named(text, board_list(plan, path).index)
    if found.unknown:
        listed = ", ".join(found.unknown)
        raise UsageError(
            f"There are no such boards: {listed}. Nothing was noted of --hung and --down.",
            f"没有这些编号的公示牌：{listed}。--hung 和 --down 均未登记。",
        )
    return found.known


def _show(screen: Screen, plan: Any, walk: Any) -> None:
    from gridmap.boards.sheet import WALKED, boards_in_words
    from gridmap.words import say

    if walk.empty:
        return
    table = boards_in_words(plan, walk.head(SHOWN), screen.language)[list(WALKED)]
    heads = [say(f"boards.column.{one}", screen.language) for one in WALKED]
    screen.table(heads, table.to_numpy().tolist())
    if len(walk) > SHOWN:
        screen.line(screen.say("service.more", count=len(walk) - SHOWN))


def _write(plan: Any, walk: Any, out: Path, screen: Screen, *, overwrite: bool) -> None:
    from gridmap.boards.sheet import replace_csv, replace_xlsx
    from layers.files.atomic import write_atomically

    if out.suffix.lower() == ".csv":
        data = replace_csv(plan, walk, screen.language)
    else:
        data = replace_xlsx(plan, walk, screen.language, printed=date.today())
    write_atomically(out, data, overwrite=overwrite)
    screen.line(screen.say("file.made", path=out))
