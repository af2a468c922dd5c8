"""The report of a plan as bytes.

The command line writes it to a file, the hand-over page offers it for download.
"""

from boundaries.export.report import report_bytes
from gridmap.plan.kinds import kind_table
from gridmap.plan.notice import notice_line
from gridmap.plan.plan import Plan

__all__ = ["report_of"]


def report_of(plan: Plan) -> bytes:
    """Write what was found, kinds of ground, ledger and receipt as a workbook."""
    town = plan.rules.town
    title = f"{town.name} {town.name_en}".strip() + f" · 版本 version {town.version}"
    title = f"{title} · {notice_line(plan)}"
    return report_bytes(
        plan.issues,
        plan.ledger,
        plan.receipt,
        title=title,
        patches=plan.patches,
        kinds=kind_table(plan),
    )
