"""What became of each board, kept beside the plan: printed, hung, taken down.

The record is a file of events like the answers of cadres (`gridmap.access.sidecar`): lines are only
added, by several people at once, and a crash loses none. The plan itself does not change when a
board is hung, so that undo, branches and freezing have nothing to do with what hangs on a wall.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from gridmap.access.sidecar import BOARDS, Fields, add_events, beside, faulty_lines, read_events
from gridmap.boards.board import PARTS, Board, content_text
from layers.contract.errors import UsageError, quoted
from layers.contract.sentence import said

__all__ = ["EVENTS", "How", "Spot", "Tracked", "faulty_boards", "note_down", "note_hung",
           "note_printed", "tracked_boards"]  # fmt: skip

How = Literal["scan", "photo", "list", "typed"]  # how it was told that a board hangs
EVENTS: dict[str, Fields] = {
    "printed": {
        "board": "text",
        "time": "time",
        "grid": "text",
        "object": "text",
        "place": "text",
        "version": "text",
        "content": "text",
        "slot": "text",
    },
    "hung": {"board": "text", "time": "time", "day": "day", "who": "text", "how": "text"},
    "down": {"board": "text", "time": "time", "who": "text"},
}
_FARTHEST_M = 100_000  # accuracy of a place that says anything


@dataclass(frozen=True)
class Spot:
    """Where somebody was who hung a board, in degrees of WGS 84; the accuracy is nan if unknown."""

    lon: float
    lat: float
    accuracy_m: float = math.nan


@dataclass(frozen=True)
class Tracked:
    """What the record says of one board; days and times are ISO, "" stands for never.

    `grid_code`, `object_id`, `slot` and `content` are empty for a board that only the town's list
    knows. `down` is the time at which it was taken down.
    """

    number: str
    grid_code: str = ""
    object_id: str = ""
    place: str = ""
    version: str = ""
    slot: str = ""
    content: dict[str, str] = field(default_factory=dict)
    phone_posts: tuple[str, ...] = ()
    printed: str = ""
    printed_by: str = ""
    template: str = ""
    hung: str = ""  # time
    hung_on: str = ""
    hung_by: str = ""
    how: str = ""
    spot: Spot | None = None
    photo: str = ""
    down: str = ""

    @property
    def is_printed(self) -> bool:
        """Whether it is one of ours."""
        return self.printed != ""


def note_printed(
    plan_path: Path, boards: Iterable[Board], *, who: str, when: datetime, template: str = ""
) -> None:
    """Note that boards were printed; one that is printed again is there once.

    Parameters
    ----------
    plan_path
        The plan.
    boards
        As `gridmap.boards.printing.boards_to_print` gave them.
    who, when
        Who prints them: a name, and the time.
    template
        Name of the template.

    Raises
    ------
    LayerFileError
        If it cannot be saved; then none of them is noted.
    """
    add_events(
        beside(plan_path, BOARDS),
        [
            {
                "event": "printed",
                "board": board.number,
                "time": when.isoformat(timespec="seconds"),
                "who": who,
                "template": template,
                "grid": "" if board.object_id else board.grid_code,
                "object": board.object_id,
                "place": board.place,
                "version": board.version,
                "content": content_text(board.content),
                "phone_posts": list(board.phone_posts),
                "slot": board.slot or board.number,
            }
            for board in boards
        ],
    )


def note_hung(
    plan_path: Path,
    numbers: Iterable[str],
    *,
    who: str,
    when: datetime,
    how: How,
    day: date | None = None,
    spot: Spot | None = None,
    photo: str = "",
) -> None:
    """Note that boards hang.

    Parameters
    ----------
    plan_path
        The plan.
    numbers
        Boards of the record or of the town's list (`gridmap.boards.listing`).
    who, when
        Who says so, a person or an account, and the time.
    how
        By a scan, by a photo, by a list, or typed.
    day
        Since when they hang; the day of `when` if left out.
    spot
        Where that was.
    photo
        Name of the photo (`gridmap.boards.photos`).

    Raises
    ------
    UsageError
        If the day lies ahead, or the place is none on earth.
    LayerFileError
        If it cannot be saved.
    """
    since = day or when.date()
    if since > when.date():
        raise UsageError(
            f"The day {since.isoformat()} lies ahead. Give the day on which the board was hung.",
            f"{since.isoformat()} 尚未到来。请填写实际悬挂日期。",
        )
    if how not in get_args(How):
        raise UsageError(f"{how!r} is no way of telling.", f"没有{quoted(how)}这种登记方式。")
    where: dict[str, float] = {}
    if spot is not None:
        if not (abs(spot.lon) <= 180 and abs(spot.lat) <= 90):
            raise UsageError("The place is none on earth. Take it anew.", "位置无效，请重新定位。")
        where = {"lon": round(spot.lon, 7), "lat": round(spot.lat, 7)}
        if 0 <= spot.accuracy_m <= _FARTHEST_M:
            where["accuracy_m"] = round(spot.accuracy_m, 1)
    add_events(
        beside(plan_path, BOARDS),
        [
            {
                "event": "hung",
                "board": number,
                "time": when.isoformat(timespec="seconds"),
                "day": since.isoformat(),
                "who": who,
                "how": how,
                "photo": photo,
                **where,
            }
            for number in dict.fromkeys(numbers)
        ],
    )


def note_down(
    plan_path: Path, numbers: Iterable[str], *, who: str, when: datetime, why: str = ""
) -> None:
    """Note that boards were taken down; also one that was called hung by mistake.

    Raises
    ------
    UsageError
        If the sentence why is too long.
    LayerFileError
        If it cannot be saved.
    """
    text = said(why, may_be_empty=True)
    time = when.isoformat(timespec="seconds")
    add_events(
        beside(plan_path, BOARDS),
        [
            {"event": "down", "board": number, "time": time, "who": who, "why": text}
            for number in dict.fromkeys(numbers)
        ],
    )


def tracked_boards(plan_path: Path) -> dict[str, Tracked]:
    """Read what the record says of each board, in the order in which they came.

    Raises
    ------
    LayerFileError
        If there is a record that cannot be read.
    """
    found: dict[str, Tracked] = {}
    # By time: a record that another was taken into is not in order.
    events = sorted(read_events(beside(plan_path, BOARDS), EVENTS), key=lambda one: one["time"])
    for event in events:
        before = found.get(event["board"], Tracked(event["board"]))
        found[event["board"]] = _AFTER[event["event"]](before, event)
    return found


def faulty_boards(plan_path: Path) -> int:
    """Count the lines of the record that cannot be read; what they said is not shown."""
    return len(faulty_lines(beside(plan_path, BOARDS), EVENTS))


def _printed(before: Tracked, event: dict[str, Any]) -> Tracked:
    pairs = (part.split(":", 1) for part in event["content"].split(" ") if ":" in part)
    marks = {part: mark for part, mark in pairs if part in PARTS}
    posts = event.get("phone_posts")
    # Printed again after it was taken down: it is to hang again.
    again = replace(before, down="", hung="", hung_on="", photo="") if before.down else before
    return replace(
        again,
        grid_code=event["grid"],
        object_id=event["object"],
        place=event["place"],
        version=event["version"],
        slot=event["slot"],
        content=marks | {"version": event["version"]},
        phone_posts=tuple(map(str, posts)) if isinstance(posts, list) else (),
        printed=event["time"],
        printed_by=_text(event.get("who")),
        template=_text(event.get("template")),
    )


def _hung(before: Tracked, event: dict[str, Any]) -> Tracked:
    return replace(
        before,
        hung=event["time"],
        hung_on=event["day"],
        hung_by=event["who"],
        how=event["how"],
        spot=_spot(event),
        # A board that is told of again without a photo keeps the one it has.
        photo=_text(event.get("photo")) or before.photo,
        down="",
    )


def _down(before: Tracked, event: dict[str, Any]) -> Tracked:
    return replace(before, down=event["time"])


_AFTER = {"printed": _printed, "hung": _hung, "down": _down}


def _spot(event: dict[str, Any]) -> Spot | None:
    lon, lat, accuracy = (_number(event.get(key)) for key in ("lon", "lat", "accuracy_m"))
    return None if math.isnan(lon + lat) else Spot(lon, lat, accuracy)


def _number(value: object) -> float:
    told = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if told and math.isfinite(value) else math.nan  # type: ignore[arg-type]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
