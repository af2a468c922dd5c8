"""Makers of what cadres get: task sheets, and pages for their phones."""

import getpass
from collections.abc import Iterator
from datetime import timedelta

from gridmap.access.accounts import accounts_folder
from gridmap.access.audit import Audit
from gridmap.access.behalf import acting_who
from gridmap.handover.kinds import File, Job, Kind, said
from gridmap.phone import PhoneLink, phone_link, phone_page
from gridmap.phone.making import confirmed_by, link_of_person
from gridmap.sheets import task_sheets_pdf

__all__ = ["KINDS"]

DAYS = 180  # that a link made here is valid


def _tasks(job: Job) -> Iterator[File]:
    order = job.order
    made = task_sheets_pdf(
        job.plan,
        job.codes,
        contacts=job.contacts,
        printed=job.printed,
        language=order.language,
        grey=order.grey,
        tell=job.tell,
    )
    remarks = [said("handover.task_sheets", count=len(made.people))]
    if made.lacking:
        remarks.append(said("handover.lacking", signs=made.lacking))
    yield File("-tasks.pdf", made.pdf, remarks=tuple(remarks))


def _phones(job: Job) -> Iterator[File]:
    """Make a page for each person; by choice with a link of theirs, by which they answer."""
    answering = job.order.answers
    remark = said("handover.phones_answer" if answering else "handover.phones_look")
    for done, person in enumerate(job.codes, start=1):
        link = _link(job, person) if answering else None
        page = phone_page(
            job.plan,
            person,
            printed=job.printed,
            language=job.order.language,
            link=link,
            confirmed=confirmed_by(job.plan, job.source, person) if answering else {},
        )
        name = str(job.plan.people["name"].get(person, ""))
        # A dot begins the ending of a file, for programs too.
        tail = f"{name}-{person}".replace(".", " ")
        yield File(f"-phone-{tail}.html", page, remarks=(remark,))
        job.tell(done, len(job.codes))


def _link(job: Job, person: str) -> PhoneLink:
    until = job.printed + timedelta(days=DAYS)
    serial, is_new = link_of_person(job.source, person, until=until, today=job.printed)
    if is_new:
        audit = Audit(accounts_folder(job.source))
        who = acting_who() or f"{getpass.getuser()} (command line)"
        audit.note_file("link-made", job.source, who=who, person=person, serial=serial)
    return phone_link(job.source, serial, today=job.printed, address=job.order.address)


KINDS = (
    Kind(
        "tasks", "give", "-tasks.pdf", _tasks, of="people", audiences=("house",), contacts=True,
        options=("grey",), cost=0.2,
    ),
    Kind(
        "phones", "give", ".html", _phones, of="people", audiences=("house",),
        options=("answers",), cost=0.3,
    ),
)  # fmt: skip
