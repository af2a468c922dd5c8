"""Taking in what a phone page hands on: each answer once, refused with the reason, never in part.

Who may answer is asked at the moment of taking in: the link as it is in its file now. Answers about
a state of before are kept and marked, for the planner to read; they confirm nothing.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import shapely

from gridmap.access.answers import add_dispute, confirm, dispute
from gridmap.access.link_key import is_paused, key_of
from gridmap.access.links import links_of
from gridmap.access.place import place_in_work_crs
from gridmap.access.sidecar import Fields, add_event, beside, read_events
from gridmap.access.view import CadreView, cadre_view
from gridmap.phone.answer_file import Answer, Envelope, answers_in, read_envelope
from gridmap.phone.link import PhoneLink, phone_link, seal
from gridmap.plan.plan import Plan
from gridmap.publish import release
from gridmap.receipts.by_phone import attach_photo
from gridmap.receipts.photos import drawn_anew
from gridmap.receipts.place_posts import confirm_place, dispute_place, place_posts
from layers.contract.errors import GridmapError, PlanError, UsageError, quoted
from layers.contract.sentence import said

__all__ = ["Outcome", "Taken", "TakenAnswer", "states_shown", "take_in"]

Outcome = Literal["taken", "outdated", "again", "refused"]
_TAKEN: dict[str, Fields] = {"taken": {"answer": "text", "person": "text", "outcome": "text"}}
FARTHEST_M = 5_000  # of a disputed place from the town
_ONE_AT_A_TIME = threading.Lock()  # a file and what the page sends may come together


@dataclass(frozen=True)
class TakenAnswer:
    """What became of one answer.

    Attributes
    ----------
    id, kind, place
        As in the file.
    outcome
        `taken`; `outdated`: kept, but grid or post have changed since the page was made; `again`:
        taken in before; `refused`.
    why, why_zh
        Why it was refused, or its photo left out; "" otherwise.
    """

    id: str
    kind: str
    place: str
    outcome: Outcome
    why: str = ""
    why_zh: str = ""


@dataclass(frozen=True)
class Taken:
    """What became of a file: whose it is, and its answers in their order."""

    person_id: str
    answers: tuple[TakenAnswer, ...]

    def count(self, outcome: Outcome) -> int:
        """Count the answers with an outcome."""
        return sum(one.outcome == outcome for one in self.answers)


def take_in(plan: Plan, plan_path: Path, data: bytes, *, when: datetime) -> Taken:
    """Take a file of answers in.

    Parameters
    ----------
    plan, plan_path
        The plan as it is now, and its file.
    data
        The file, as it came: nothing of it is believed.
    when
        Now.

    Returns
    -------
    What became of each answer. Taken in again, the same file changes nothing.

    Raises
    ------
    UsageError
        If nothing of the file is taken: it is none, its signature does not fit, it belongs to
        another plan, or its link was revoked or has ended.
    LayerFileError
        If the answers cannot be read or written.
    """
    envelope = read_envelope(data)
    link = _link_of(plan_path, envelope, when)
    answers = answers_in(envelope, link)
    with _ONE_AT_A_TIME:
        desk = _Desk(plan, plan_path, link, when)
        return Taken(link.person_id, tuple(desk.take(one) for one in answers))


def states_shown(plan: Plan, person_id: str) -> dict[str, str]:
    """Give the state of each grid, group and object of a person as a page of today shows it.

    Parameters
    ----------
    plan
        The plan as `gridmap.publish.release` gives it for the house, as a page is made of it.
    person_id
        Whose.
    """
    view = cadre_view(plan, person_id)
    grids = {one.code: one.state for one in (view.grids if view else ())}
    return grids | {one.place: one.state for one in place_posts(plan, person_id)}


def _link_of(plan_path: Path, envelope: Envelope, when: datetime) -> PhoneLink:
    """Find the link of a file as it is now; who has none any more is told so."""
    key = key_of(plan_path)
    link = next((one for one in links_of(plan_path) if one.serial == envelope.link), None)
    if key is None or key.plan != envelope.plan or link is None or link.is_view:
        raise UsageError(
            "The file belongs to another plan, or to a link that is not on record. Open the plan "
            "that the page was made of.",
            "该文件属于别的方案，或其链接没有记录。请打开生成该手机页的方案。",
        )
    if link.revoked:
        raise UsageError(
            "The link of this page was revoked; nothing was taken. Make a new page for the person.",
            "该手机页的链接已停用，内容未收。请为此人重新生成手机页。",
        )
    if link.expires < when.date():
        raise UsageError(
            f"The link of this page ended on {link.expires}; nothing was taken. Make a new page "
            "for the person.",
            f"该手机页的链接已于 {link.expires} 到期，内容未收。请为此人重新生成手机页。",
        )
    if is_paused(plan_path, key):
        raise UsageError(
            "The links beside this plan come from another machine and are paused. Take them over "
            "first: python -m gridmap link take-over.",
            "方案旁的链接来自其他电脑，已暂停。请先接管：python -m gridmap link take-over。",
        )
    return phone_link(plan_path, link.serial, today=when.date())


class _Desk:
    """Where the answers of one file are taken in."""

    def __init__(self, plan: Plan, plan_path: Path, link: PhoneLink, when: datetime) -> None:
        self._plan, self._path, self._link, self._when = plan, plan_path, link, when
        self._person = link.person_id
        self._shown = states_shown(release(plan), link.person_id)
        self._view = cadre_view(plan, link.person_id)
        self._record = beside(plan_path, "answers")
        self._before = {
            event["answer"]
            for event in read_events(self._record, _TAKEN)
            if event["person"] == link.person_id
        }

    def take(self, answer: Answer) -> TakenAnswer:
        """Take one answer in, or say why not."""

        def told(outcome: Outcome, error: GridmapError | None = None) -> TakenAnswer:
            why = (error.text("en"), error.text("zh")) if error else ("", "")
            return TakenAnswer(answer.id, answer.kind, answer.place, outcome, *why)

        if answer.id in self._before:
            return told("again")
        left_out = None
        try:
            self._own()
            outdated = self._is_outdated(answer)
            if answer.kind.startswith("confirm"):
                self._confirm(answer, outdated)
            else:
                number = self._dispute(answer, outdated)
                left_out = self._keep_photo(number, answer)
        except (UsageError, PlanError) as error:
            return told("refused", error)
        outcome: Outcome = "outdated" if outdated else "taken"
        add_event(self._record, {**self._event("taken"), "answer": answer.id, "outcome": outcome})
        self._before.add(answer.id)
        return told(outcome, left_out)

    def _is_outdated(self, answer: Answer) -> bool:
        """Whether place or state are other ones now; refuses what no page of ours has shown."""
        if seal(self._link.sealing, answer.place, answer.state) != answer.seal:
            raise UsageError(
                f"The page did not show {answer.place!r} like this; the answer was not taken.",
                f"手机页没有这样显示过{quoted(answer.place)}，该条答复未收。",
            )
        return self._shown.get(answer.place) != answer.state

    def _confirm(self, answer: Answer, outdated: bool) -> None:
        if outdated:  # a receipt is for one state: this one confirms what was, and nothing else
            add_event(
                self._record,
                {**self._event("confirmed"), "grid": answer.place, "state": answer.state,
                 "outdated": True},
            )  # fmt: skip
        elif answer.kind == "confirm":
            confirm(self._path, self._own(), answer.place, when=self._when)
        else:
            confirm_place(self._plan, self._path, self._person, answer.place, self._when)

    def _dispute(self, answer: Answer, outdated: bool) -> str:
        facts: dict[str, str | bool] = {"said": answer.said, "outdated": outdated}
        if outdated:
            # The place may be somebody else's by now, or gone: what was said of it stays as it is.
            return add_dispute(self._path, self._as_said(answer, facts), when=self._when)
        if answer.kind == "dispute":
            return dispute(
                self._path, self._own(), answer.place, lon=answer.lon, lat=answer.lat,
                sentence=answer.sentence, when=self._when, facts=facts,
            )  # fmt: skip
        return dispute_place(
            self._plan, self._path, self._person, answer.place, sentence=answer.sentence,
            when=self._when, facts=facts,
        )  # fmt: skip

    def _as_said(self, answer: Answer, facts: Mapping[str, str | bool]) -> dict[str, Any]:
        told = {
            "person": self._person,
            "grid": answer.place,
            "sentence": said(answer.sentence),
            "state": answer.state,
            **facts,
        }
        if answer.kind == "dispute_post":
            return {"event": "disputed_post", **told}
        place = place_in_work_crs(self._own(), answer.lon, answer.lat)
        away = shapely.distance(shapely.box(*self._plan.grids.total_bounds), place)
        if not away <= FARTHEST_M:
            raise UsageError(
                f"The place is {away:,.0f} m from the town; the answer was not taken.",
                f"该位置距本镇 {away:,.0f} 米，该条答复未收。",
            )
        at = {"lon": round(answer.lon, 7), "lat": round(answer.lat, 7)}
        return {"event": "disputed", **told, **at}

    def _keep_photo(self, number: str, answer: Answer) -> GridmapError | None:
        """Keep the photo of a dispute; one that cannot be kept leaves the sentence as it is."""
        if answer.photo is None:
            return None
        try:
            jpeg = drawn_anew(answer.photo)
            attach_photo(self._path, number, self._person, jpeg, when=self._when)
        except UsageError as error:
            return error
        return None

    def _own(self) -> CadreView:
        if self._view is None:
            raise PlanError(
                f"{self._person!r} is not on the roster any more.",
                f"{quoted(self._person)}已不在花名册中。",
            )
        return self._view

    def _event(self, kind: str) -> dict[str, str | bool]:
        return {
            "event": kind,
            "time": self._when.isoformat(timespec="seconds"),
            "person": self._person,
        }
