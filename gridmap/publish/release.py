"""The one decision before anything leaves the house: whether it may, what of it, and what is asked.

Every way out (export, map, print, report, tables, answers, redacted copies) works on what `release`
gives. docs/publishing.md says what the decisions rest on and how sure they are.
"""

from gridmap.plan.plan import Plan
from gridmap.publish.public_ground import HOUSING
from gridmap.publish.public_plan import public_plan
from gridmap.publish.sensitive import ESTATE, is_sensitive
from gridmap.rules.publishing import Publish
from gridmap.words import LANGUAGES, say
from layers.contract.errors import Named, PlanError
from layers.contract.phones import phones_of, without_phones

__all__ = [
    "LARGE_M2",
    "large_ground",
    "open_question",
    "public_remarks",
    "questions",
    "refuse_secrets",
    "release",
    "require_release",
]

PUBLIC = "public"
# More connected large-scale survey data may be a state secret: item 18 of the catalogue of 2020.
LARGE_M2 = 25e6


def release(plan: Plan, *, public: bool = False, day: str = "") -> Plan:
    """Give the plan as it may go out.

    Parameters
    ----------
    plan
        The plan; it stays as it is.
    public
        Whether it goes to the public. Otherwise it stays in the house, with all but phones.
    day
        ISO date on which people have to be on post to be named to the public; see `public_plan`.

    Returns
    -------
    For the public the copy of `public_plan`; in the house the plan without phones, in whatever
    column somebody typed them.

    Raises
    ------
    PlanError
        If the rules say that the layers are state secrets, or all ground is sensitive.
    """
    require_release(plan)
    return public_plan(plan, day=day) if public else _without_phones(plan)


def require_release(plan: Plan) -> None:
    """Refuse plans made of state secrets.

    Raises
    ------
    PlanError
        With what to do.
    """
    refuse_secrets(plan.rules.publish)


def refuse_secrets(decided: Publish) -> None:
    """Refuse what rules say to be made of state secrets; of a published version those of today.

    Raises
    ------
    PlanError
        With what to do.
    """
    if not decided.is_secret:
        return
    raise PlanError(
        "The rules say that the layers are state secrets (source_classification under [publish]): "
        "nothing made of them is exported. Keep the plan on the computer approved for secrets. Ask "
        "the office for natural resources for released data (保密技术处理) and make the plan of "
        "those layers; then write 'internal' or 'public' there.",
        "规则中写明资料涉密（[publish] 的 source_classification 为 secret），"
        "由此生成的成果一律不导出。方案只能保存在涉密计算机上。请向自然资源主管部门申请经保密技术处理的资料，"
        "用其重新生成方案，再改为 internal 或 public。",
    )


def open_question(plan: Plan) -> Named | None:
    """Ask how the layers are classified, where nobody has said."""
    asked = plan.rules.publish.source_classification is None
    return _said("publish.unanswered") if asked else None


def large_ground(plan: Plan) -> Named | None:
    """Warn of so much ground that survey data of it may be a state secret, unless it is public."""
    area = float(plan.patches["area_m2"].sum())
    if area <= LARGE_M2 or plan.rules.publish.source_classification == PUBLIC:
        return None
    return _said("publish.large", area=f"{area / 1e6:,.1f}")


def questions(plan: Plan) -> list[Named]:
    """Say what the town has not answered yet, and what that means for its plan."""
    return [one for one in (open_question(plan), large_ground(plan)) if one is not None]


def public_remarks(plan: Plan) -> list[Named]:
    """Say what a copy of a plan for the public leaves out, and what a reader may still tell.

    Parameters
    ----------
    plan
        The plan that the copy is made of.
    """
    if plan.is_redacted:
        return []
    micro = plan.micro_grids
    hidden = int(is_sensitive(plan).sum())
    estates = int((micro["category"] == ESTATE).sum())
    told = []
    if hidden:
        told.append(_said("publish.hidden", count=hidden))
    if estates:
        told.append(_said("publish.estates", count=estates))
    if estates and not (micro["subclass"] == HOUSING).any():
        told.append(_said("publish.telling"))
    return told


def _said(key: str, **values: object) -> Named:
    zh, en = (say(key, language, **values) for language in LANGUAGES)
    return Named(en, zh)


def _without_phones(plan: Plan) -> Plan:
    """Empty the column of phones, and mask phones in texts of people, posts and grids."""
    phones = phones_of(plan.people)
    tables = {"people": plan.people.assign(phone="")}
    for table, columns in {
        "people": ("name", "office"),
        "posts": ("duties",),
        "assignments": ("reason", "reason_zh"),
        "grids": ("name", "name_en", "label"),
        "patches": ("name",),
        "issues": ("message", "message_zh"),
        "edits": ("why",),
    }.items():
        frame = tables.get(table, getattr(plan, table))
        masked = {
            column: without_phones(frame[column], phones) for column in columns if column in frame
        }
        tables[table] = frame.assign(**masked)
    return plan.with_tables(**tables)
