"""The report of a plan as bytes: what was found, its grids and people, and what it rests on.

The command line writes it to a file, the hand-over page offers it for download.
"""

from boundaries.export.report import report_bytes
from boundaries.export.workbook import Column, Sheet
from gridmap.ledgers.columns import head_of
from gridmap.ledgers.contents import Contents, Ledger
from gridmap.plan.kinds import kind_table
from gridmap.plan.notice import notice_line
from gridmap.plan.plan import Plan
from gridmap.words import LANGUAGES, say

__all__ = ["report_of"]


def report_of(plan: Plan) -> bytes:
    """Write what was found, grids, people, kinds of ground, ledger and receipt as a workbook.

    Parameters
    ----------
    plan
        A plan that `gridmap.publish.release` gave. No phone is written.
    """
    town = plan.rules.town
    title = f"{town.name} {town.name_en}".strip() + f" · 版本 version {town.version}"
    title = f"{title} · {notice_line(plan)}"
    # A code that a faulty plan has twice is one of its issues; here it is listed once.
    again = plan.grids.index.duplicated()
    once = plan.with_tables(grids=plan.grids[~again]) if again.any() else plan
    contents = Contents(once, ("grids", "people"), None, {}, None, "zh")
    return report_bytes(
        plan.issues,
        plan.ledger,
        plan.receipt,
        title=title,
        patches=plan.patches,
        kinds=kind_table(once),
        tables=[_sheet(one, title) for one in contents.ledgers() if one.key != "summary"],
    )


def _sheet(ledger: Ledger, title: str) -> Sheet:
    """Lay a ledger out with heads in both languages, as every sheet of the report."""
    keys = [one.key for one in ledger.columns]
    heads = [" ".join(head_of(one, language) for language in LANGUAGES) for one in ledger.columns]
    name = " ".join(say(f"ledger.sheet.{ledger.key}", language) for language in LANGUAGES)
    return Sheet(
        name=name,
        title=title,
        columns=[Column(head, one.form) for head, one in zip(heads, ledger.columns, strict=True)],
        rows=([row[key] for key in keys] for row in ledger.rows),
        frozen=1,
    )
