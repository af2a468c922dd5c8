"""All boards of a plan in one table: those of the town's list and those of the record.

What hangs is held against what would be printed now (`gridmap.boards.content`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from boundaries.hierarchy.ancestors import ancestors
from gridmap.boards.content import Contents, reasons
from gridmap.boards.record import Tracked, tracked_boards
from gridmap.coverage.boards import OUTDATED, board_states
from gridmap.plan.plan import Plan
from layers.contract.columns import BOARDS, with_dtypes
from layers.contract.errors import Named

__all__ = ["COLUMNS", "LIVE", "STATES", "board_list", "replace_list", "with_boards"]

# What may be said of a board, in the order in which lists show them.
LIVE = ("old", "gone", "waiting", "current", "void", "nothing")
STATES = (*LIVE, "replaced", "down")
COLUMNS = ("kind", "target", "grid_code", "object_id", "name", "village", "place", "state", "why",
           "why_zh", "version", "in_force", "printed_on", "printed_by", "hung_on", "hung_by", "how",
           "lon", "lat", "accuracy_m", "photo", "slot", "replaced_by", "is_listed")  # fmt: skip
_GONE = Named("the plan does not have it any more", "方案中已无此网格或对象")
_NOTHING = Named("the list names neither a grid nor an object", "清单未写网格或对象")
_TO_REPLACE = ("old", "gone")


def board_list(plan: Plan, plan_path: Path, *, history: bool = False) -> pd.DataFrame:
    """List all boards.

    Parameters
    ----------
    plan, plan_path
        The plan, and its file: the record of boards lies beside it.
    history
        Whether boards that were replaced or taken down are listed too.

    Returns
    -------
    By number (of the town's list: `file:id`), in the order of list and record: `kind` (grid |
    object | ""), `target`, `grid_code` (also of an object: where it lies), `object_id`, `name`,
    `village` (name of the level-2 grid), `place`, `version` on it and `in_force`, days, who,
    `how`, `lon`, `lat`, `accuracy_m`, `photo`, `slot`, `replaced_by`, `is_listed` (of the town's
    list). The state is

    - `current`: hangs, and says what would be printed now;
    - `old`: hangs, and says something else; `why` and `why_zh` say what;
    - `waiting`: printed or listed, not hung yet;
    - `void`: printed, never hung, and not what would be printed now;
    - `gone`: hangs, for a grid or object that the plan does not have;
    - `nothing`: of the list, for neither;
    - `replaced`, `down`: another one hangs in its place; taken down.

    Raises
    ------
    LayerFileError
        If the record cannot be read.
    """
    record = tracked_boards(plan_path)
    rows = [*_listed(plan, record), *_printed(plan, record.values())]
    _follow(rows)
    table = pd.DataFrame([row.values() for row in rows], columns=["number", *COLUMNS])
    table = table.set_index("number")
    numbers = ["lon", "lat", "accuracy_m"]
    texts = [one for one in COLUMNS if one not in (*numbers, "is_listed")]
    table = table.astype(
        dict.fromkeys(texts, "str") | dict.fromkeys(numbers, "float64") | {"is_listed": "bool"}
    )
    return table if history else table[table["state"].isin(LIVE)]


def replace_list(
    plan: Plan, plan_path: Path, *, boards: pd.DataFrame | None = None
) -> pd.DataFrame:
    """List the boards that must come down or be replaced, in the order in which one walks.

    Parameters
    ----------
    plan, plan_path
        The plan, and its file.
    boards
        What `board_list` gives, where it is known already.

    Returns
    -------
    Rows of `board_list` that are `old` or `gone`, by village, grid and place; `next` is the number
    of the board that is printed for it already, "" where none is.
    """
    boards = board_list(plan, plan_path) if boards is None else boards
    found = boards[boards["state"].isin(_TO_REPLACE)]
    ready = boards[boards["state"] == "waiting"]
    by_slot = dict(zip(ready["slot"], ready.index, strict=True))
    found = found.assign(next=[by_slot.get(slot, "") for slot in found["slot"]])
    order = found.assign(last=found["village"] == "", own=found.index)
    order = order.sort_values(["last", "village", "grid_code", "place", "own"], kind="stable")
    return found.loc[order.index]


def with_boards(plan: Plan, plan_path: Path, *, boards: pd.DataFrame | None = None) -> Plan:
    """Give the plan with all boards that hang or wait, for figures; it is never to be saved.

    `plan.boards` has a further column then, `gridmap.coverage.boards.OUTDATED`: why a board is of
    an older state. Without a record the plan is as it was. `boards` are what `board_list` gives,
    where it is known already.
    """
    if not tracked_boards(plan_path):
        return plan
    boards = board_list(plan, plan_path) if boards is None else boards
    boards = boards[boards["state"] != "void"]
    of_object = boards["kind"] == "object"
    told = boards.assign(
        grid_code=boards["target"].where(boards["kind"] == "grid", ""),
        object_id=boards["target"].where(of_object, ""),
    )
    table = with_dtypes(pd.DataFrame(told[list(BOARDS)]), BOARDS)
    table.index.name = plan.boards.index.name
    old = boards["why"].where(boards["state"] == "old", "")
    return plan.with_tables(boards=table.assign(**{OUTDATED: old}))


@dataclass
class _Row:
    """One board on its way into the table."""

    board: Tracked
    kind: str
    target: str
    grid: str
    name: str
    village: str
    state: str
    why: Named
    in_force: str
    is_listed: bool
    replaced_by: str = ""

    def values(self) -> tuple[object, ...]:
        one, spot = self.board, self.board.spot
        nowhere = float("nan")
        told = {
            "kind": self.kind,
            "target": self.target,
            "grid_code": self.grid,
            "object_id": self.target if self.kind == "object" else "",
            "name": self.name,
            "village": self.village,
            "place": one.place,
            "state": self.state,
            "why": self.why.en,
            "why_zh": self.why.zh,
            "version": one.version,
            "in_force": self.in_force,
            "printed_on": one.printed[:10],
            "printed_by": one.printed_by,
            "hung_on": one.hung_on,
            "hung_by": one.hung_by,
            "how": one.how,
            "lon": spot.lon if spot else nowhere,
            "lat": spot.lat if spot else nowhere,
            "accuracy_m": spot.accuracy_m if spot else nowhere,
            "photo": one.photo,
            "slot": one.slot or one.number,
            "replaced_by": self.replaced_by,
            "is_listed": self.is_listed,
        }
        return one.number, *(told[column] for column in COLUMNS)


class _Names:
    """What grids and objects are called, and in which village they lie."""

    def __init__(self, plan: Plan) -> None:
        grids = plan.grids[~plan.grids.index.duplicated()]
        named = grids["label"].where(grids["label"] != "", grids["name"])
        self._of_grid = dict(named)
        self._of_object = dict(plan.objects["name"])
        self._grid_of_object = dict(plan.objects["grid_code"])
        lines = ancestors(plan.grids)
        # Of level 2; of the town itself, and of one without any, the nearest above.
        self._village = {
            code: self._of_grid.get(next((up for up in (*line[1:2], *line[::-1]) if up), ""), "")
            for code, line in zip(lines.index, lines.to_numpy().tolist(), strict=True)
        }

    def of(self, kind: str, target: str, written: str) -> tuple[str, str, str]:
        """Give grid, name and village of a target; of one that is gone, what the board says."""
        grid = self._grid_of_object.get(target, "") if kind == "object" else target
        name = (self._of_object if kind == "object" else self._of_grid).get(target, "")
        return grid or written, name or target, self._village.get(grid, "")


def _listed(plan: Plan, record: dict[str, Tracked]) -> Iterable[_Row]:
    """Give the boards of the town's list, with what the record says of them since."""
    boards = plan.boards
    if boards.empty:
        return
    since = {number: record[number] for number in boards.index if number in record}
    hung = [since[one].hung_on if one in since and since[one].hung_on else day
            for one, day in zip(boards.index, boards["hung_on"], strict=True)]  # fmt: skip
    states = board_states(plan.with_tables(boards=boards.assign(hung_on=hung)))
    names = _Names(plan)
    for (number, row), (_, said), day in zip(
        boards.iterrows(), states.iterrows(), hung, strict=True
    ):
        number, state = str(number), str(said["state"])
        told = since.get(number, Tracked(number))
        told = replace(told, place=str(row["place"]), version=str(row["version"]), hung_on=day)
        if told.down:
            state = "down"
        why = {"gone": _GONE, "nothing": _NOTHING}.get(state, Named("", ""))
        if state == "old":
            why = reasons({"version": told.version}, {"version": str(said["in_force"])})
        kind, target = str(said["kind"]), str(said["target"])
        yield _Row(
            told, kind, target, *names.of(kind, target, str(row["grid_code"])), state, why,
            str(said["in_force"]), is_listed=True,
        )  # fmt: skip


def _printed(plan: Plan, record: Iterable[Tracked]) -> Iterable[_Row]:
    """Give the boards that were printed here."""
    own = [one for one in record if one.is_printed]
    if not own:
        return
    names, contents = _Names(plan), Contents(plan)
    for one in own:
        kind = "object" if one.object_id else "grid"
        target = one.object_id or one.grid_code
        there = target in (plan.objects if kind == "object" else plan.grids).index
        grid, name, village = names.of(kind, target, one.grid_code)
        why, in_force = _GONE, contents.version(grid)
        if there:
            why = reasons(one.content, contents.marks(kind, target, one.phone_posts))
        state = _state(one, there=there, same=not why.en)
        why = why if state in ("old", "gone", "void") else Named("", "")
        yield _Row(one, kind, target, grid, name, village, state, why, in_force, is_listed=False)


def _state(one: Tracked, *, there: bool, same: bool) -> str:
    if one.down:
        return "down"
    if not one.hung:
        return "waiting" if same else "void"
    return "gone" if not there else "current" if same else "old"


def _follow(rows: list[_Row]) -> None:
    """Of the boards of one spot only that hangs which was hung last."""
    slots: dict[str, list[_Row]] = {}
    for row in rows:
        slots.setdefault(row.board.slot or row.board.number, []).append(row)
    for own in slots.values():
        hung = [row for row in own if row.board.hung and row.state != "down"]
        printed_over = [row for row in own if row.is_listed and row.board.hung_on]
        if not hung:
            # Of the list, and a newer one is printed for it: then that one is waited for.
            if len(own) > 1 and not printed_over:
                for row in own:
                    if row.is_listed and row.state == "waiting":
                        row.state, row.replaced_by = "replaced", own[-1].board.number
            continue
        last = max(hung, key=lambda row: row.board.hung)
        for row in own:
            if row is last or row.state == "down":
                continue
            if row in hung or row.is_listed:
                row.state, row.replaced_by = "replaced", last.board.number
                row.why = Named("", "")
