"""Makers of paper for residents: public boards and contact cards."""

import getpass
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from gridmap.access.behalf import acting_who
from gridmap.boards.board import Board
from gridmap.boards.printing import boards_to_print
from gridmap.boards.record import note_printed
from gridmap.handover.kinds import File, Job, Kind, said
from gridmap.handover.templates import template_for
from gridmap.paper import boards_pdf, cards_pdf
from gridmap.paper.template import Template
from gridmap.publish.contacts import OFFICE, contacts_of
from layers.contract.errors import UsageError

__all__ = ["KINDS"]


def _boards(job: Job) -> Iterator[File]:
    order = job.order
    places = boards_to_print(
        job.given, job.source, job.codes, per_grid=order.per_grid,
        again=order.again or job.is_preview, contacts=_shown(job),
    )  # fmt: skip
    if not places:
        raise UsageError(
            "All boards of these grids hang and say what is true. Ask for them again to print "
            "them once more.",
            "这些网格的公示牌都已悬挂，内容没有变化。如需重印，请选“没有变化的也重印”。",
        )
    told = [_for_public(job, board) for board in places] if order.is_public else places
    made = boards_pdf(
        job.plan, printed=job.printed, template=_template(job), places=told,
        contacts=job.contacts, language=order.language, tell=job.tell,
    )  # fmt: skip
    remarks = [said("handover.boards", count=len(places)), *made.said]
    if order.noted:
        remarks.append(said("handover.boards_noted", count=len(places)))
    yield File("-boards.pdf", made.pdf, remarks=tuple(remarks), settle=_Noted(job, places))


def _for_public(job: Job, board: Board) -> Board:
    """Leave the place out where the copy for the public has no board that hangs there."""
    return board if board.place in set(job.plan.boards["place"]) else replace(board, place="")


class _Noted:
    """Notes boards as printed, once they are delivered."""

    def __init__(self, job: Job, boards: Sequence[Board]) -> None:
        self._job, self._boards = job, boards

    def __call__(self) -> None:
        if self._job.order.noted:
            who = acting_who() or getpass.getuser()
            note_printed(self._job.source, self._boards, who=who, when=datetime.now())


def _shown(job: Job) -> Mapping[str, str]:
    """Give whose phones will stand on boards, by the ids of the plan in its file."""
    order, plan = job.order, job.given
    found = contacts_of(
        plan, order.contacts, roles=order.roles or None, day=job.printed.isoformat()
    )
    if plan.rules.publish.names_public:
        return found
    return {key: phone for key, phone in found.items() if key == OFFICE}


def _cards(job: Job) -> Iterator[File]:
    order = job.order
    made = cards_pdf(
        job.plan, job.codes, printed=job.printed, template=_template(job),
        contacts=job.contacts, copies=1 if job.is_preview else order.copies,
        language=order.language, tell=job.tell,
    )  # fmt: skip
    yield File("-cards.pdf", made.pdf, remarks=made.said)


def _template(job: Job) -> Template:
    return template_for(job.order.template, job.order.logo, job.given, job.source)


KINDS = (
    Kind(
        "boards", "hang", "-boards.pdf", _boards, of="grids", contacts=True,
        options=("template", "per_grid", "again", "noted"), cost=0.15,
    ),
    Kind(
        "cards", "hang", "-cards.pdf", _cards, of="grids", contacts=True,
        options=("template", "copies"), cost=0.03,
    ),
)  # fmt: skip
