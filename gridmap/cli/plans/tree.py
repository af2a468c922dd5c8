"""The command on whole plans: their tree, names, copies, drafts, freezing, deleting."""

import getpass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gridmap.cli.terminal.options import Expected, Json, Lang, PlanFolder
from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from layers.contract.errors import UsageError, printable, quoted

if TYPE_CHECKING:
    from gridmap.plan_store import Entry
    from gridmap.versions import Node

__all__ = ["plans"]

OF_A_FILE = ("rename", "duplicate", "branch", "freeze", "thaw", "delete")
HEADS = ("name", "state", "file", "version", "changed", "micro_grids", "over", "vacant")


def plans(
    action: Annotated[
        Literal[
            "list", "rename", "duplicate", "branch", "freeze", "thaw", "delete", "restore", "empty"
        ],
        typer.Argument(
            metavar="[ACTION]",
            help="list, rename, duplicate, branch, freeze, thaw, delete, restore or empty.",
        ),
    ] = "list",
    plan: Annotated[
        str,
        typer.Argument(
            metavar="[PLAN]",
            help="Plan file, *.gridmap.gpkg, or id in the folder; for restore the key in the list.",
            show_default=False,
        ),
    ] = "",
    folder: PlanFolder = Path("out"),
    name: Annotated[
        str, typer.Option("--name", help="Name of the plan, the copy or the draft: any text.")
    ] = "",
    step: Annotated[
        int | None,
        typer.Option(
            "--step",
            help="The draft begins with the plan after so many entries of its log.",
            min=0,
            show_default=False,
        ),
    ] = None,
    number: Annotated[
        str, typer.Option("--number", help="The draft begins with this published version.")
    ] = "",
    why: Annotated[str, typer.Option("--why", help="Reason for freezing.")] = "",
    days: Annotated[
        int, typer.Option("--days", help="Throw away what was deleted so many days ago.", min=1)
    ] = 30,
    expected: Expected = "",
    json: Json = False,
    lang: Lang = None,
) -> None:
    """List the plans of a folder as a tree; name, copy, branch, freeze, delete and restore them.

    A draft remembers the plan that it was branched from, whatever the files are called. A frozen
    plan is not changed by anybody until it is thawed. A deleted plan lies in a hidden folder, with
    all that lay beside it, until it is restored or thrown away with 'empty'.
    """
    from gridmap import versions

    screen = Screen.start(lang, json)
    if action == "list":
        _list(screen, folder)
        return
    who, when = getpass.getuser(), datetime.now().astimezone().isoformat(timespec="seconds")
    by = {"who": who, "when": when}
    answer: dict[str, Any] = {"action": action}
    if action == "empty":
        gone = versions.empty_wastebasket(folder, days=days, **by)
        answer["thrown_away"] = [one.place for one in gone]
        _tell(screen, "emptied", count=len(gone))
        screen.emit(answer)
        return
    if not plan:
        raise _needs_plan(action)
    if action == "restore":
        target = versions.restore_plan(plan, folder=folder, who=who)
    else:
        told = {"title": name, "step": step, "number": number, "why": why}
        target = _done(action, plan, folder, told, by, expected=expected or None)
    _tell(screen, action, path=printable(str(target)))
    screen.emit(answer | {"file": str(target)})


def _done(
    action: str, plan: str, folder: Path, told: dict[str, Any], by: dict[str, Any], *,
    expected: str | None,
) -> Path:  # fmt: skip
    """Do something with a plan; give the file that it is about, a new one if one was made."""
    from gridmap.plan_store import store_with
    from gridmap.versions.by_id import FileVersions

    store, id = store_with(plan, folder)
    path = store.path_of(id)
    plans = FileVersions(store, _folder_of(path, folder))
    if action == "rename":
        plans.name(id, told["title"], who=by["who"], expected=expected)
    elif action == "duplicate":
        made = plans.duplicate(id, title=told["title"], expected=expected, **by)
        return store.path_of(made)
    elif action == "branch":
        begun = {name: told[name] for name in ("title", "step", "number")}
        return store.path_of(plans.branch(id, expected=expected, **begun, **by))
    elif action == "freeze":
        plans.freeze(id, why=told["why"], expected=expected, **by)
    elif action == "thaw":
        plans.thaw(id, who=by["who"], expected=expected)
    else:
        plans.delete(id, expected=expected, **by)
    return path


def _folder_of(path: Path, folder: Path) -> Path:
    """Give the folder of plans, or the plan's own folder when it lies elsewhere."""
    inside = folder.resolve() in path.resolve().parents
    return folder if inside else path.resolve().parent


def _needs_plan(action: str) -> UsageError:
    example, example_zh = "PLAN", "方案文件"
    if action == "restore":
        example, example_zh = "KEY", "编号"
    return UsageError(
        f"'plans {action}' needs one more word: {example}. 'python -m gridmap plans' lists them.",
        f"plans {action} 还需要给出{quoted(example_zh)}。可用 python -m gridmap plans 查看。",
    )


def _list(screen: Screen, folder: Path) -> None:
    from gridmap.plan_store import FilePlans
    from gridmap.versions import plan_tree

    today = date.today()
    nodes = plan_tree(folder, today=today)
    screen.table(
        [say(f"plans.head_{key}", screen.language) for key in HEADS],
        [_row(node, folder, screen) for node in nodes],
    )
    for node in nodes:
        if node.glance.fault is not None:
            why = screen.pick(node.glance.fault.zh, node.glance.fault.en)
            screen.line(f"{printable(node.path.name)}：{why}")
        elif node.deleted is not None:
            key, shown = node.deleted.key, printable(node.glance.name)
            days = node.deleted.days(today)
            screen.line(screen.say("plans.restore_hint", name=shown, serial=key, days=days))
    if screen.json:  # else nothing is noted in the folder by looking
        store = FilePlans(folder)
        known = {store.path_of(one.id).resolve(): one for one in store.list()}
        screen.emit({"plans": [_named(node, folder, known) for node in nodes]})


def _named(node: "Node", folder: Path, known: dict[Path, "Entry"]) -> dict[str, Any]:
    """Tell of a plan with the id and the revision that the store knows it by; "" for none."""
    entry = known.get(node.path.resolve())
    id, revision = (entry.id, entry.revision) if entry is not None else ("", "")
    return {"store_id": id, "revision": revision, **_told(node, folder)}


def _row(node: "Node", folder: Path, screen: Screen) -> list[str]:
    from gridmap.versions.tree import place_below

    seen = node.glance
    counts = ["", "", ""]
    if node.state not in ("missing", "unreadable"):
        counts = [f"{n:,}" for n in (seen.micro_grids, seen.over_capacity, seen.vacant)]
    return [
        "  " * node.depth + printable(seen.name),
        say(f"plans.state_{node.state}", screen.language),
        printable(place_below(node, folder)),
        printable(seen.version),
        printable(f"{node.changed_at[:10]} {node.changed_by}".strip()),
        *counts,
    ]


def _told(node: "Node", folder: Path) -> dict[str, Any]:
    from gridmap.versions.tree import place_below

    seen, own = node.glance, node.identity
    return {
        "id": own.plan_id,
        "parent_id": own.parent_id,
        "parent_state": own.parent_state,
        "origin": own.origin,
        "depth": node.depth,
        "name": seen.name,
        "state": node.state,
        "file": place_below(node, folder),
        "key": node.deleted.key if node.deleted else "",
        "town": seen.town,
        "version": seen.version,
        "valid_from": seen.valid_from,
        "edits": seen.steps,
        "changed_by": node.changed_by,
        "changed_at": node.changed_at,
        "frozen_by": own.frozen_by,
        "frozen_at": own.frozen_at,
        "micro_grids": seen.micro_grids,
        "over_capacity": seen.over_capacity,
        "vacant": seen.vacant,
        "same_id": node.twins,
        "fault": seen.fault.en if seen.fault else "",
    }


def _tell(screen: Screen, what: str, **values: object) -> None:
    screen.line(screen.say(f"plans.done_{what}", **values))
