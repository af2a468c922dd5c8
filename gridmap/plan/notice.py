"""The line that stands on everything that leaves the house: for internal use, or its audit number.

A map that the public may see has been reviewed and carries the number of that review
(地图管理条例); what has no number says that it must not be published. Sources: docs/publishing.md.
"""

from gridmap.plan.plan import Plan
from gridmap.words import say
from layers.contract.errors import Named

__all__ = ["notice", "notice_line"]


def notice(plan: Plan) -> Named:
    """Give the line in both languages; `publish.audit_number` of the rules decides which."""
    number = plan.rules.publish.audit_number.strip()
    if number:
        return Named(
            say("publish.audited", "en", number=number), say("publish.audited", "zh", number=number)
        )
    return Named(say("publish.internal", "en"), say("publish.internal", "zh"))


def notice_line(plan: Plan) -> str:
    """Give the line for readers of either language, Chinese first."""
    said = notice(plan)
    return f"{said.zh}。{said.en}."
