"""Makers of tables and texts that offices keep: the ledgers."""

from collections.abc import Iterator

from gridmap.handover.kinds import File, Job, Kind
from gridmap.ledgers import ledger_xlsx

__all__ = ["KINDS"]


def _ledger(job: Job) -> Iterator[File]:
    codes = None if job.order.targets == "all" else job.codes
    made = ledger_xlsx(
        job.plan,
        codes=codes,
        contacts=job.contacts,
        printed=job.printed,
        language=job.order.language,
        tell=job.tell,
    )
    yield File("-ledger.xlsx", made.xlsx, remarks=made.left_out)


KINDS = (Kind("ledger", "keep", "-ledger.xlsx", _ledger, of="grids", contacts=True, cost=0.02),)
