"""Which boards are to be printed, and what stands on them.

Nothing is noted here: a preview leaves no trace, and the same plan and record give the same boards.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from gridmap.boards.board import Board, content_text
from gridmap.boards.content import Contents
from gridmap.boards.listing import board_list
from gridmap.boards.numbers import number_of
from gridmap.boards.record import Tracked, tracked_boards
from gridmap.plan.objects import may_be_public
from gridmap.plan.plan import Plan
from gridmap.publish.contacts import OFFICE
from layers.contract.errors import UsageError, quoted

__all__ = ["MOST_PER_GRID", "boards_to_print"]

MOST_PER_GRID = 100  # a slip of the pen would print the town full


def boards_to_print(
    plan: Plan,
    plan_path: Path,
    targets: Sequence[str],
    *,
    per_grid: int = 1,
    places: Mapping[str, Sequence[str]] | None = None,
    again: bool = False,
    contacts: Mapping[str, str] | None = None,
) -> list[Board]:
    """Give the boards that a plan needs, with their numbers.

    Parameters
    ----------
    plan, plan_path
        The plan of the house, and its file: the record of boards lies beside it.
    targets
        Codes of grids and ids of objects, in the order of the output.
    per_grid
        How many boards each of them has at least; those that hang or wait count.
    places
        Where they hang, by target: these boards and no others. Places of boards that hang already
        are known.
    again
        Whether boards that hang and are right are printed once more.
    contacts
        Telephones that are printed, as `gridmap.publish.contacts` gives them of this same plan.

    Returns
    -------
    The boards in the order of the targets. One that was printed before and says the same has the
    number that it had; one for a board that is outdated names it in `replaces`.

    Raises
    ------
    UsageError
        If a target is none of the plan, or may not be shown to the public, or `per_grid` is no
        number of boards.
    LayerFileError
        If the record cannot be read.
    """
    if not 1 <= per_grid <= MOST_PER_GRID:
        raise UsageError(
            f"{per_grid} boards for each grid were asked for. Give 1 to {MOST_PER_GRID}.",
            f"每格公示牌数为 {per_grid}。请填写 1 至 {MOST_PER_GRID}。",
        )
    making = _Making(plan, plan_path, contacts or {})
    found: list[Board] = []
    for target in dict.fromkeys(targets):
        wanted = None if places is None else places.get(target)
        found += making.of(target, per_grid, wanted, again=again)
    return found


class _Making:
    """The boards of a plan, and what is known of those there are."""

    def __init__(self, plan: Plan, plan_path: Path, contacts: Mapping[str, str]) -> None:
        self._plan, self._contacts = plan, contacts
        self._contents = Contents(plan)
        self._record = tracked_boards(plan_path)
        self._boards = board_list(plan, plan_path)
        self._public = set(plan.objects.index[may_be_public(plan.objects)])

    def of(
        self, target: str, per_grid: int, wanted: Sequence[str] | None, *, again: bool
    ) -> Iterable[Board]:
        kind = self._kind(target)
        own = self._boards[(self._boards["target"] == target) & (self._boards["kind"] == kind)]
        spots = {str(slot): rows for slot, rows in own.groupby("slot", sort=False)}
        places = {slot: str(rows["place"].iloc[-1]) for slot, rows in spots.items()}
        if wanted is None:
            chosen: list[tuple[str, str]] = list(places.items())
            chosen += [("", "")] * (per_grid - len(chosen))
        else:
            left, chosen = dict(places), []
            for place in wanted:
                slot = next((one for one, there in left.items() if there == place), "")
                left.pop(slot, None)
                chosen.append((slot, place))
        for count, (slot, place) in enumerate(chosen):
            rows = spots.get(slot, own.iloc[:0])
            if again or not (rows["state"] == "current").any():
                yield self._board(kind, target, place, slot, rows, count)

    def _board(
        self, kind: str, target: str, place: str, slot: str, rows: pd.DataFrame, count: int
    ) -> Board:
        posts = self._contents.phone_posts(kind, target, self._contacts)
        marks = self._contents.marks(kind, target, posts)
        hung = rows.index[rows["state"].isin(("current", "old"))]
        replaces = str(hung[0]) if len(hung) else ""
        grid = self._contents.grid_of(kind, target)
        same = (one for one in map(str, rows.index) if self._says(one, marks, posts))
        number = next(same, "")
        if not number:
            what = [kind, target, place, slot or f"new {count}", replaces, content_text(marks)]
            number = number_of([*what, *posts], taken=self._record)
        return Board(
            number=number,
            grid_code=grid,
            object_id=target if kind == "object" else "",
            name=self._contents.name(kind, target),
            place=place,
            version=marks["version"],
            hotline=self._contacts.get(OFFICE, ""),
            content=marks,
            phone_posts=posts,
            slot=slot or number,
            replaces="" if replaces == number else replaces,
        )

    def _says(self, number: str, marks: Mapping[str, str], posts: tuple[str, ...]) -> bool:
        """Whether a board was printed with what would be printed now."""
        one = self._record.get(number, Tracked(number))
        return one.is_printed and one.content == marks and one.phone_posts == posts

    def _kind(self, target: str) -> str:
        if target in self._plan.grids.index:
            return "grid"
        if target in self._public:
            return "object"
        raise UsageError(
            f"{target!r} is no grid of the plan, nor an object that may be shown to the public. "
            "Give the code of a grid or the id of such an object.",
            f"{quoted(target)}不是方案中的网格，也不是可以公示的对象。请给出网格编码或对象编号。",
        )
