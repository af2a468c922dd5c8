"""Plans of several towns and the border they agreed on, put in their places together or not at all.

No file system replaces two files at once. So what is to be done is written down first, with all
that it needs beside it; who is stopped on the way is followed by somebody who finishes it. Where a
plan was edited meanwhile, what was moved is moved back. A plan that another program has open is
not replaced (`layers.files.database_files`).
"""

import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from gridmap.city.borders.record import read_agreed, write_agreed
from gridmap.city.folder import City
from gridmap.city.outcomes import Outcome, write_outcome
from gridmap.city.worker import digest_of
from gridmap.store import SUFFIX
from gridmap.store.plan_lock import holding_plan
from layers.contract.errors import PlanError, quoted
from layers.files.atomic import cannot_write, flush, move_over, watched_write, write_atomically
from layers.files.database_files import FileMark, alone_with, mark_of, require_unchanged, settle

__all__ = ["Part", "draft_of", "drop_drafts", "finish_settling", "is_settling", "put_in_place",
           "sweep_settling", "towns_in_hand"]  # fmt: skip

_FOLDER, _INTENT = "settling", "settling.json"


@dataclass(frozen=True)
class Part:
    """What changes of a town.

    Attributes
    ----------
    town, code
        Name of its folder, and its code.
    inputs
        Digest of what the new plan was made of.
    before, after
        SHA-256 of its plan as it is and as it will be.
    agreed
        The layer of agreed borders that will count; "" for none.
    """

    town: str
    code: str
    inputs: str
    before: str
    after: str
    agreed: str


def draft_of(city: City, town: str) -> Path:
    """Give the place of a new plan until it is moved to its own."""
    return city.folder / _FOLDER / f"{town}{SUFFIX}"


def is_settling(city: City) -> bool:
    """Whether a run has written down what is to be done, and has not ended."""
    return any((place / _INTENT).exists() for place in (city.folder, city.catalogue))


def towns_in_hand(city: City) -> tuple[str, ...]:
    """Name the towns of whom a run has written down what is to be done, and has not ended."""
    for place in (city.folder, city.catalogue):
        with suppress(OSError, ValueError, LookupError, TypeError):
            told = json.loads((place / _INTENT).read_text(encoding="utf-8"))
            return tuple(str(part["town"]) for part in told)
    return ()


def sweep_settling(city: City) -> None:
    """Make room for new drafts; those of a run that wrote down no intent are of no use."""
    assert not is_settling(city)
    for place in (city.folder, city.catalogue):
        shutil.rmtree(place / _FOLDER, ignore_errors=True)
    (city.folder / _FOLDER / "before").mkdir(parents=True)


def drop_drafts(city: City) -> None:
    """Remove new plans that are not put in their places."""
    assert not is_settling(city)
    for place in (city.folder, city.catalogue):
        shutil.rmtree(place / _FOLDER, ignore_errors=True)


def put_in_place(city: City, parts: Sequence[Part]) -> None:
    """Put new plans and agreed borders in their places, all of them or none.

    Parameters
    ----------
    city
        The city; whoever calls has it to himself.
    parts
        Towns whose drafts are there.

    Raises
    ------
    PlanError
        If a plan has changed since; then nothing has.
    InUseError
        If another program has a plan open; then nothing has changed.
    """
    with _holding(city, parts):
        marks = _settled(city, parts)
        for part in parts:
            place = city.plan_of(part.town)
            if digest_of(place) != part.before:
                raise PlanError(
                    f"The plan of {part.town!r} was edited meanwhile. Nothing was changed; settle "
                    "the border again.",
                    f"{quoted(part.town)}的方案在此期间有改动，未作任何更改。请重新操作。",
                )
            shutil.copy2(place, _kept_of(city, part.town))
            flush(_kept_of(city, part.town))
        text = json.dumps([asdict(part) for part in parts], ensure_ascii=False, indent=1)
        with _alone(city, marks):
            write_atomically(city.folder / _INTENT, text.encode(), overwrite=True)
            _go_on(city, parts, marks)


def finish_settling(city: City, *, anew: Collection[str] = ()) -> bool | None:
    """Finish what a run that was stopped had begun, or take it back.

    Parameters
    ----------
    city
        The city; whoever calls has it to himself.
    anew
        Names of towns whose edits since may be lost.

    Returns
    -------
    True: the new borders are in all plans; False: in none; None: there was nothing to finish.

    Raises
    ------
    PlanError
        If it can be neither finished nor taken back without losing edits.
    InUseError
        If another program has a plan open.
    """
    if not is_settling(city):
        return None
    _take_up(city)
    told = (city.folder / _INTENT).read_text(encoding="utf-8")
    parts = [Part(**one) for one in json.loads(told)]
    with _holding(city, parts):
        marks = _settled(city, parts)
        if _must_go_back(city, parts, anew):
            back = _moved(city, parts)
            with _alone(city, marks):
                _go_back(city, back, marks)
            return False
        with _alone(city, marks):
            _go_on(city, parts, marks)
        return True


def _take_up(city: City) -> None:
    """Take what an earlier program had begun out of the catalogue, which may be deleted."""
    if not (city.catalogue / _INTENT).exists() or (city.folder / _INTENT).exists():
        return
    if (city.catalogue / _FOLDER).exists():
        shutil.rmtree(city.folder / _FOLDER, ignore_errors=True)
        os.replace(city.catalogue / _FOLDER, city.folder / _FOLDER)
    move_over(city.catalogue / _INTENT, city.folder / _INTENT)
    flush(city.folder)


def _go_on(city: City, parts: Sequence[Part], marks: Mapping[str, FileMark | None]) -> None:
    for part in parts:
        draft = draft_of(city, part.town)
        if draft.exists():
            _replace(draft, city.plan_of(part.town), marks[part.town])
    for part in parts:
        done = Outcome(part.town, part.code, "done", part.inputs, part.after)
        derived = city.derived_of(part.town)
        derived.mkdir(parents=True, exist_ok=True)  # the catalogue may have been deleted
        write_outcome(derived, done)
    agreed = read_agreed(city.folder) | {part.town: part.agreed for part in parts}
    write_agreed(city.folder, agreed)
    _forget(city)


def _must_go_back(city: City, parts: Sequence[Part], anew: Collection[str]) -> bool:
    """Whether a plan that was not moved yet is another one now, or its draft is no longer whole."""
    for part in parts:
        now, draft = digest_of(city.plan_of(part.town)), digest_of(draft_of(city, part.town))
        is_edited = draft != "" and now != part.before and part.town not in anew
        is_lost = draft == "" and now == part.before  # moved back by a run that was stopped too
        if is_edited or is_lost or draft not in ("", part.after):
            return True
    return False


def _moved(city: City, parts: Sequence[Part]) -> list[Part]:
    """Name the towns whose plans are to be moved back; refuse where that would lose edits."""
    moved = [part for part in parts if not draft_of(city, part.town).exists()]
    now = {part.town: digest_of(city.plan_of(part.town)) for part in moved}
    for part in moved:
        if now[part.town] not in (part.before, part.after):
            others = ", ".join(repr(one.town) for one in parts if one not in moved)
            others_zh = quoted(*(one.town for one in parts if one not in moved))
            raise PlanError(
                f"A border was being changed and the run was stopped; {part.town!r} has the new "
                f"border and was edited since, {others} has the old one and was edited too. Say "
                "which edits may be lost: 'city settle' with --anew.",
                f"边界更改中途停止：{quoted(part.town)}已是新边界并有修改，{others_zh}仍是旧边界"
                "也有修改。请用 city settle 的 --anew 指明可放弃哪一镇的修改。",
            )
    return [part for part in moved if now[part.town] == part.after]


def _go_back(city: City, parts: Sequence[Part], marks: Mapping[str, FileMark | None]) -> None:
    for part in parts:
        _replace(_kept_of(city, part.town), city.plan_of(part.town), marks[part.town])
    _forget(city)


def _replace(source: Path, place: Path, mark: FileMark | None) -> None:
    try:
        require_unchanged(place, mark)
        with watched_write(place):
            move_over(source, place)
        flush(place.parent)
    except OSError as error:
        raise cannot_write(place, error) from None


def _forget(city: City) -> None:
    intent = city.folder / _INTENT
    with watched_write(intent):
        intent.unlink()
    flush(intent.parent)
    shutil.rmtree(city.folder / _FOLDER, ignore_errors=True)


def _kept_of(city: City, town: str) -> Path:
    return city.folder / _FOLDER / "before" / f"{town}{SUFFIX}"


@contextmanager
def _holding(city: City, parts: Sequence[Part]) -> Iterator[None]:
    """Keep other writers out of all plans, always in the same order."""
    with ExitStack() as held:
        for town in sorted(part.town for part in parts):
            held.enter_context(holding_plan(city.plan_of(town)))
        yield


def _settled(city: City, parts: Sequence[Part]) -> dict[str, FileMark | None]:
    """Bring into each plan what another program left beside it; give the marks of the plans."""
    for part in parts:
        settle(city.plan_of(part.town))
    return {part.town: mark_of(city.plan_of(part.town)) for part in parts}


@contextmanager
def _alone(city: City, marks: Mapping[str, FileMark | None]) -> Iterator[None]:
    """Keep other programs out of all plans, which are still those of the marks."""
    with ExitStack() as held:
        for town in sorted(marks):
            held.enter_context(alone_with(city.plan_of(town)))
        for town, mark in marks.items():
            require_unchanged(city.plan_of(town), mark)
        yield
