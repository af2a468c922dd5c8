"""Makers of what offices keep in Excel and Word: the ledgers, and the announcement."""

from collections.abc import Iterator

from gridmap.handover.kinds import File, Job, Kind
from gridmap.ledgers import announcement_docx, ledger_xlsx
from gridmap.plan.plan import Plan
from gridmap.store import load_plan

__all__ = ["KINDS"]


def _ledger(job: Job) -> Iterator[File]:
    codes = None if job.order.targets == "all" else job.codes
    made = ledger_xlsx(
        job.plan,
        codes=codes,
        contacts=job.contacts,
        since=_earlier(job),
        printed=job.printed,
        language=job.order.language,
        tell=job.tell,
    )
    yield File("-ledger.xlsx", made.xlsx, remarks=made.left_out)


def _announcement(job: Job) -> Iterator[File]:
    """Write the announcement, by the town's own document where there is one beside the plan."""
    own = job.source.parent / f"announcement-{job.plan.rules.town.code}.docx"
    made = announcement_docx(
        job.plan,
        template=own.read_bytes() if own.is_file() else None,
        contacts=job.contacts,
        before=_earlier(job),
        printed=job.printed,
        language=job.order.language,
        tell=job.tell,
    )
    yield File("-announcement.docx", made.docx, remarks=made.remarks)


def _earlier(job: Job) -> Plan | None:
    """Read the plan that changes are counted from."""
    return load_plan(job.source.parent / job.order.since) if job.order.since else None


KINDS = (
    Kind(
        "ledger", "keep", "-ledger.xlsx", _ledger, of="grids", contacts=True,
        options=("since",), cost=0.02,
    ),
    Kind(
        "announcement", "keep", "-announcement.docx", _announcement, contacts=True,
        options=("since",),
    ),
)  # fmt: skip
