"""The sentences that say why a person has a post, why a post is vacant, why somebody is left over.

Each function gives the English and the Chinese sentence. Names come from the user's files and are
not escaped here: pages and maps do that.
"""

import math

from gridmap.staffing.affinity import Pair
from layers.contract.categories import KINDS
from layers.contract.errors import Named

__all__ = [
    "filled_reason",
    "leader_reason",
    "pinned_reason",
    "role_vacant_reason",
    "standing_reason",
    "surplus_reason",
    "surplus_role_reason",
    "vacant_leader_reason",
    "vacant_reason",
]


def filled_reason(pair: Pair) -> tuple[str, str]:
    """Why this cadre has this post."""
    if pair.keeps:
        return "Keeps the present post.", "留任现岗。"
    english, chinese = [], []
    if pair.skill:
        kind = KINDS.get(pair.skill)
        name, name_zh = (kind.en, kind.zh) if kind else (pair.skill, pair.skill)
        has = "lacks" if pair.skill_missing else "has"
        english.append(f"{has} the skill {name!r}")
        chinese.append(f"{'缺少' if pair.skill_missing else '具备'}“{name_zh}”专长")
    if pair.at_home:
        english.append(f"at home in {pair.home[0]}")
        chinese.append(f"家在{pair.home[1]}")
    elif math.isnan(pair.distance_km) and pair.home[1]:
        english.append(f"home village {pair.home[0]}, the place has no ground of its own")
        chinese.append(f"家在{pair.home[1]}，该处没有自己的地面")
    elif math.isnan(pair.distance_km):
        english.append("home village unknown")
        chinese.append("居住村未知")
    else:
        english.append(f"{pair.distance_km:.1f} km from the home village {pair.home[0]}")
        chinese.append(f"距居住村{pair.home[1]} {pair.distance_km:.1f} 公里")
    if pair.leaves:
        english.append(f"leaves the present post on {pair.leaves}")
        chinese.append(f"离开现岗 {pair.leaves}")
    if pair.present_unknown:
        english.append(f"the present grid {pair.present_unknown!r} is not in this plan")
        chinese.append(f"现岗网格“{pair.present_unknown}”不在本方案中")
    sentence = "; ".join(english)
    return f"{sentence[0].upper()}{sentence[1:]}.", f"{'；'.join(chinese)}。"


def pinned_reason(reason: tuple[str, str]) -> tuple[str, str]:
    """Why somebody has a post that the rules pin to them."""
    return f"Pinned by the rules. {reason[0]}", f"按规则固定。{reason[1]}"


def standing_reason(place: str, role: Named, who: str) -> tuple[str, str]:
    """Why a post that only its holder takes is filled, or vacant when `who` is ""."""
    if who:
        return f"Holds the post of {role.en} on {place} ({who}).", (
            f"现任 {place} 的{role.zh}（{who}）。"
        )
    return (
        f"The roster has nobody with the role {role.en} and present grid {place!r}. "
        "Name one there.",
        f"花名册中没有现岗为 {place} 的{role.zh}。请确定 1 人。",
    )


def role_vacant_reason(code: str, role: Named, *, people: int, hours: float) -> tuple[str, str]:
    """Why a post that asks for a role stays empty.

    Parameters
    ----------
    code
        `nobody_allowed`, `nobody_left`, `hours` or `line`, as the solver tells it.
    role
        The role that the post asks for.
    people
        How many of the roster can take it.
    hours
        Hours a week that the post asks for; 0 where nobody tells any.
    """
    if not people or code == "nobody_allowed":
        if people:
            return (
                f"Whoever can be {role.en} ({people}) is banned from this post or leads above it. "
                "Lift a ban, or name one more.",
                f"可任{role.zh}的 {people} 人均回避此岗或为其上级网格长。请取消回避或增加人选。",
            )
        return (
            f"Nobody of the roster can be {role.en}. Write the role {role.en!r} into the roster "
            "for somebody.",
            f"花名册中无人可任{role.zh}。请在花名册中为某人填写该角色。",
        )
    if code == "hours":
        return (
            f"The {people} who can be {role.en} have too few hours left; the post asks for "
            f"{hours:g} a week. Agree on more hours with one of them, or name one more.",
            f"可任{role.zh}的 {people} 人剩余工时不足，该岗每周需 {hours:g} 小时。"
            "请增加其中一人的工时，或增加人选。",
        )
    if code == "line":
        return (
            f"Whoever has hours left to be {role.en} holds a post on the same place, or leads "
            "above or below it. Name one more.",
            f"尚有工时可任{role.zh}的人已在同一处任职，或为其上下级网格长。请增加人选。",
        )
    return (
        f"All {people} who can be {role.en} are on other posts. Name one more in the roster.",
        f"可任{role.zh}的 {people} 人均在其他岗位。请在花名册中增加 1 人。",
    )


def surplus_role_reason(role: Named, *, posts: int, people: int) -> tuple[str, str]:
    """Why somebody with a role of the rules has no post."""
    return (
        f"{people} people can be {role.en}, and {posts} posts ask for it: this one is left over.",
        f"可任{role.zh}的有 {people} 人，需要该角色的岗位 {posts} 个，此人富余。",
    )


def leader_reason(code: str, office: str) -> tuple[str, str]:
    """Why this leader has a given grid."""
    if not office:
        return f"Standing leader of grid {code}.", f"网格 {code} 现任网格长。"
    return f"Standing leader of grid {code} ({office}).", f"网格 {code} 现任网格长（{office}）。"


def vacant_leader_reason(code: str, name_en: str, name: str) -> tuple[str, str]:
    """Why a given grid has no leader."""
    return (
        f"The roster has 0 people with role 'leader' and present grid {code!r}"
        f"{f' ({name_en or name})' if name_en or name else ''}. Name one leader there.",
        f"花名册中没有现岗为 {code}{f'（{name}）' if name else ''}的网格长（0 人）。请确定 1 人。",
    )


def vacant_reason(*, posts: int, cadres: int) -> tuple[str, str]:
    """Why a post on a micro-grid stays empty: fewer cadres than posts."""
    short = posts - cadres
    return (
        f"{posts} posts on micro-grids, {cadres} cadres: {short} stay vacant. Leaders are placed "
        f"first, then the fullest micro-grids. Add {short} to the roster.",
        f"微网格共 {posts} 个岗位，干部 {cadres} 人，缺 {short} 人；先保证每个微网格有网格长，"
        "再补人均工作量最大的微网格。"
        f"请补充 {short} 人。",
    )


def surplus_reason(
    *,
    role: str,
    present: str,
    holder: str,
    known: bool,
    posts: int,
    cadres: int,
    officers_max: int,
    use_surplus: bool,
) -> tuple[str, str]:
    """Why somebody has no post.

    Parameters
    ----------
    role, present
        Role and present grid of the person.
    holder
        Who holds that grid's leader post, "" for nobody.
    known
        Whether the present grid is in this plan.
    posts, cadres
        Numbers of posts on micro-grids and of cadres.
    officers_max, use_surplus
        The rules that limit posts.
    """
    if role == "cadre":
        over = cadres - posts
        limit = (
            f"no micro-grid takes more than {officers_max}"
            if use_surplus
            else "assignment.use_surplus is off"
        )
        limit_zh = f"每个微网格最多 {officers_max} 人" if use_surplus else "未启用富余人员补充"
        return (
            f"{cadres} cadres, {posts} posts on micro-grids: {over} left over; {limit}.",
            f"干部 {cadres} 人，微网格岗位 {posts} 个，富余 {over} 人；{limit_zh}。",
        )
    if role != "leader":
        return (
            f"Role {role!r} is not known. Write 'cadre' or 'leader'.",
            f"角色“{role}”无法识别，请填写 cadre（干部）或 leader（网格长）。",
        )
    if holder:
        return (
            f"Grid {present!r} has 1 leader post and it is held by {holder}. Name another grid.",
            f"网格 {present} 只有 1 个网格长岗位，已由 {holder} 担任。请改填其他网格。",
        )
    if not present:
        return (
            "Role 'leader' without a present grid. Name the grid, or change the role to 'cadre'.",
            "角色为网格长但未填现岗网格。请填写网格，或将角色改为干部。",
        )
    if known:
        return (
            f"Standing leaders lead given grids, and {present!r} is a micro-grid. Change the role "
            "to 'cadre', or name a given grid.",
            f"网格长只任于既有网格，而 {present} 是微网格。请将角色改为干部，或改填既有网格。",
        )
    return (
        f"Present grid {present!r} is not in this plan. Correct its code in the roster.",
        f"现岗网格“{present}”不在本方案中。请更正花名册中的编码。",
    )
