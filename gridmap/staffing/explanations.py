"""Sentences on a staffing: why a post is vacant, what would fill it, why X is here, not there.

Each function gives the English and the Chinese sentence. Names come from the user's files and are
not escaped here: pages and maps do that.
"""

from gridmap.staffing.solver.alternatives import Alternative
from gridmap.staffing.solver.vacancies import Remedy, Vacancy
from layers.contract.categories import KINDS

__all__ = ["alternative_sentence", "remedy_sentence", "vacancy_sentence"]

_POINT = 1000  # costs are whole thousandths of a point


def vacancy_sentence(vacancy: Vacancy, *, hours: float = 0.0) -> tuple[str, str]:
    """Say why a post is vacant.

    Parameters
    ----------
    vacancy
        The vacancy, as `gridmap.staffing.solver.vacancies.explain_vacancies` gives it.
    hours
        Hours a week that the post asks for, 0 where it takes a person whole.
    """
    able = len(vacancy.allowed)
    if vacancy.reason == "nobody_allowed":
        return (
            "0 people of the roster may take this post: none has its role, or all are banned.",
            "花名册中可任此岗的为 0 人：没有人具备该岗角色，或均被禁任。",
        )
    if vacancy.reason == "hours":
        asked = f"{hours:g} hours a week" if hours else "a whole person"
        asked_zh = f"每周 {hours:g} 小时" if hours else "整人"
        return (
            f"The post asks for {asked}. Of the {able} who may take it, the one with most time "
            f"left has {vacancy.hours_left:g} hours.",
            f"此岗需要{asked_zh}；可任者 {able} 人，余时最多者为 {vacancy.hours_left:g} 小时。",
        )
    if vacancy.reason == "line":
        return (
            f"Of the {able} who may take it, those with time left are on the same target already, "
            "or lead above or below it.",
            f"可任者 {able} 人中有余时的，已在同一对象任岗，或已在其上下级任网格长。",
        )
    return (
        f"{able} may take it, and all are on other posts ({len(vacancy.rivals)}), which come first "
        "or can be filled by nobody else.",
        f"可任者 {able} 人均在其他岗位（{len(vacancy.rivals)} 个），这些岗位次序在前或无他人可任。",
    )


def remedy_sentence(
    remedy: Remedy, *, person: str = "", post: str = "", skill: str = ""
) -> tuple[str, str]:
    """Say what would fill a vacant post, and what it costs.

    Parameters
    ----------
    remedy
        The remedy.
    person
        Name or id of the person it is about.
    post
        The post of a ban that is lifted, or the vacant post.
    skill
        Skill that the vacant post asks for, "" for none.
    """
    points = remedy.cost / _POINT
    cost, cost_zh = f"{points:+g} points in all", f"总代价 {points:+g} 分"
    if remedy.kind == "ban":
        return (
            f"Lift the ban of {person} on {post}: {cost}.",
            f"取消{person}对{post}的禁任：{cost_zh}。",
        )
    if remedy.kind == "hours":
        return (
            f"{remedy.hours:g} more hours a week of {person}: {cost}.",
            f"{person}每周增加 {remedy.hours:g} 小时：{cost_zh}。",
        )
    kind = KINDS.get(skill)
    name, name_zh = (kind.en, kind.zh) if kind else (skill, skill)
    return (
        f"One more person who may take {post}{f', with the skill {name!r}' if skill else ''}: "
        f"{cost}.",
        f"增加 1 名可任{post}的人员{f'（专长：{name_zh}）' if skill else ''}：{cost_zh}。",
    )


def alternative_sentence(
    alternative: Alternative, *, person: str, post: str, moves: list[tuple[str, str, str]]
) -> tuple[str, str]:
    """Say why a person is not on a post: what the best staffing with that would cost.

    Parameters
    ----------
    alternative
        What `gridmap.staffing.solver.alternatives.with_pin` found.
    person, post
        Names of the person and the post.
    moves
        Who would move: name, posts before and after as text, "" for none; the person first.
    """
    barriers = {
        "role": (
            f"{person} may not take {post}: the roster does not give that role.",
            f"{person}不能任{post}：花名册中没有相应角色。",
        ),
        "pin": (
            f"{post} is pinned to somebody else in the rules. Take that pin out first.",
            f"{post}已在规则中指定给他人。请先删除该指定。",
        ),
        "hours": (
            f"{post} takes more hours a week than {person} gives. Raise the hours in the roster.",
            f"{post}所需工时超过{person}可投入的工时。请在花名册中增加其工时。",
        ),
    }
    if alternative.barrier in barriers:
        return barriers[alternative.barrier]
    points, filled = alternative.cost / _POINT, sum(alternative.filled)
    if alternative.staffing is not None and not alternative.moves:
        return f"{person} is on {post}.", f"{person}正在{post}。"
    ban = f"The ban of {person} on {post} would have to be lifted. " * (
        alternative.barrier == "ban"
    )
    ban_zh = f"须先取消{person}对{post}的禁任。" * (alternative.barrier == "ban")
    who = "; ".join(f"{name}: {old or 'no post'} → {new or 'no post'}" for name, old, new in moves)
    who_zh = "；".join(f"{name}：{old or '无岗'}→{new or '无岗'}" for name, old, new in moves)
    if any(alternative.filled):
        what = f"{abs(filled)} posts {'more' if filled > 0 else 'fewer'} would be filled"
        what_zh = f"在岗{'增加' if filled > 0 else '减少'} {abs(filled)} 个"
        if not filled:
            what, what_zh = "posts of less need would be filled", "将改由次要岗位有人"
    elif points > 0:
        what, what_zh = (
            f"the best staffing would cost {points:g} points more",
            f"最优代价增加 {points:g} 分",
        )
    elif points < 0:
        what, what_zh = (
            f"the best staffing would cost {-points:g} points less",
            f"最优代价减少 {-points:g} 分",
        )
    else:
        what, what_zh = (
            "it would cost the same, and the lower id decides",
            "代价相同，按编号先后确定",
        )
    return (
        f"{ban}With {person} on {post} {what}. {len(moves)} would move: {who}.",
        f"{ban_zh}若由{person}任{post}，{what_zh}。变动 {len(moves)} 人：{who_zh}。",
    )
