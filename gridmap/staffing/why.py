"""Why somebody is on a post and not on another, why a post is vacant, and what would fill it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_name
from gridmap.staffing.affinity import THOUSANDTHS
from gridmap.staffing.case import Case, case_of
from gridmap.staffing.explanations import (
    alternative_sentence,
    remedy_sentence,
    vacancy_sentence,
)
from gridmap.staffing.posts import places_of
from gridmap.staffing.solver.alternatives import with_pin
from gridmap.staffing.solver.solve import solve_staffing
from gridmap.staffing.solver.vacancies import Remedy, explain_vacancies
from layers.contract.errors import PlanError, quoted

__all__ = ["Answer", "Way", "posts_on", "vacancies_of", "why_not", "why_post"]


@dataclass(frozen=True)
class Way:
    """Something that was tried and fills a vacant post."""

    kind: str  # ban | hours | person
    cost: float  # points by which the whole changes
    text: str
    text_zh: str


@dataclass(frozen=True)
class Answer:
    """An answer in both languages, with who would move and what would help."""

    post: str
    sentence: str
    sentence_zh: str
    cost: float = 0.0  # points by which the whole would change; below 0 is less
    ways: tuple[Way, ...] = ()
    moves: tuple[tuple[str, str, str], ...] = ()  # name, posts before and after


def posts_on(plan: Plan, place: str) -> pd.DataFrame:
    """Give the posts on a grid, group or object, or the one post with this id.

    Raises
    ------
    PlanError
        If there is nothing of that name in the plan.
    """
    found = plan.posts[(plan.posts.index == place) | (places_of(plan.posts) == place)]
    if found.empty:
        raise PlanError(
            f"There is no post, and no place with posts, {place!r} in this plan. Give the id of a "
            "post, the code of a grid, or the id of a group or object.",
            f"本方案中没有岗位或设岗处{quoted(place)}。请给出岗位编号、网格编码、组合或对象编号。",
        )
    return found


def why_post(plan: Plan, post: str) -> Answer:
    """Say why a post is filled as it is, or why it is vacant and what would fill it.

    Parameters
    ----------
    plan
        The plan.
    post
        Id of a post.
    """
    rows = plan.assignments[plan.assignments["post_id"] == post]
    posts_on(plan, post)
    if len(rows) and rows["status"].iloc[0] == "filled":
        row = rows.iloc[0]
        name = _name(plan, str(row["person_id"]))
        return Answer(
            post,
            f"{name} is on {post}. {row['reason']}",
            f"{name}在岗位 {post}。{row['reason_zh']}",
        )
    found = [one for one in vacancies_of(plan, limit=1, only=post) if one.post == post]
    if found:
        return found[0]
    reason, reason_zh = rows[["reason", "reason_zh"]].iloc[0] if len(rows) else ("", "")
    return Answer(post, f"{post} is vacant. {reason}", f"岗位 {post} 空缺。{reason_zh}")


def vacancies_of(plan: Plan, *, limit: int = 20, only: str = "") -> list[Answer]:
    """Explain the vacant posts that anybody could be given, those of most need first.

    Parameters
    ----------
    plan
        The plan.
    limit
        For how many of them ways out are tried; each is solved again.
    only
        A single post to explain; "" for all.

    Returns
    -------
    One answer a vacancy: the reason, and the ways out that were tried, the cheapest first.
    """
    case = case_of(plan)
    request = case.request
    if only:  # ways out are tried for posts in their order: the one asked about comes first
        at, order = case.post(only), np.argsort(request.rank)
        if at < 0:
            return []
        request = replace(request, order=np.append(at, order[order != at]))
    held, found = solve_staffing(case.request), []
    for one in explain_vacancies(request, held, limit=1 if only else limit):
        post = str(case.posts.index[one.post])
        if only and post != only:
            continue
        reason, reason_zh = vacancy_sentence(one, hours=case.hours_asked(one.post))
        ways = tuple(_way(plan, case, remedy, post) for remedy in one.remedies)
        text = " Or: ".join(way.text for way in ways) or "Nothing that was tried would fill it."
        text_zh = "或：".join(way.text_zh for way in ways) or "已试各种办法均不能补足。"
        found.append(
            Answer(
                post,
                f"{post} is vacant. {reason} {text}",
                f"岗位 {post} 空缺。{reason_zh}{text_zh}",
                cost=min((way.cost for way in ways), default=0.0),
                ways=ways,
            )
        )
    return found


def why_not(plan: Plan, person: str, place: str) -> Answer:
    """Say why somebody is not on a post, and what the best staffing with that would change.

    Parameters
    ----------
    plan
        The plan.
    person
        Id of a person of its roster.
    place
        Id of a post, or the place of posts: the first that the person could take is meant.

    Raises
    ------
    PlanError
        If there is no such person or post.
    """
    if person not in plan.people.index:
        raise PlanError(
            f"Nobody on the roster has the id {person!r}. Give an id of the roster.",
            f"花名册中没有编号{quoted(person)}。请给出花名册中的编号。",
        )
    posts = posts_on(plan, place)
    rows = plan.assignments
    own = rows[(rows["person_id"] == person) & rows["post_id"].isin(posts.index)]
    if len(own):
        return why_post(plan, str(own["post_id"].iloc[0]))
    case = case_of(plan)
    name = _name(plan, person)
    open_here = [post for post in posts.index if case.post(post) >= 0]
    at = case.person(person)
    if not open_here:
        return _standing_answer(plan, name, posts)
    fits = [post for post in open_here if at >= 0 and case.takes(at, case.post(post))]
    post = str((fits or open_here)[0])
    if at < 0 or not fits:
        role = str(case.asked[case.post(post)])
        word, word_zh = (role_name(plan.rules, role, one) for one in ("en", "zh"))
        return Answer(
            post,
            f"{name} may not take {post}: it asks for the role {word}, which the roster does not "
            "give. Write it into the roster.",
            f"{name}不能任岗位 {post}：该岗要求{word_zh}，花名册中没有此角色。请在花名册中填写。",
        )
    held = solve_staffing(case.request)
    found = with_pin(case.request, held, at, case.post(post))
    moves = tuple(
        (
            _name(plan, str(case.people.index[move.person])),
            ", ".join(case.posts.index[list(move.before)]),
            ", ".join(case.posts.index[list(move.after)]),
        )
        for move in found.moves
    )
    text = alternative_sentence(found, person=name, post=post, moves=list(moves))
    return Answer(post, *text, cost=found.cost / THOUSANDTHS, moves=moves)


def _standing_answer(plan: Plan, name: str, posts: pd.DataFrame) -> Answer:
    """Answer for a post that only its holder takes."""
    post = str(posts.index[0])
    role = str(posts["role"].iloc[0])
    word, word_zh = (role_name(plan.rules, role, one) for one in ("en", "zh"))
    return Answer(
        post,
        f"{post} is for the {word} whom the roster names there: {name} is not the one. Write the "
        "role and the present grid into the roster.",
        f"岗位 {post} 只由花名册所列的现任{word_zh}担任，{name}不是。"
        "请在花名册中填写角色和现任网格。",
    )


def _way(plan: Plan, case: Case, remedy: Remedy, post: str) -> Way:
    at = remedy.person
    name = _name(plan, str(case.people.index[at])) if at >= 0 else ""
    named = str(case.posts.index[remedy.post]) if remedy.post >= 0 else post
    skill = str(case.posts["skill"].get(post, ""))
    text, text_zh = remedy_sentence(remedy, person=name, post=named, skill=skill)
    return Way(remedy.kind, remedy.cost / THOUSANDTHS, text, text_zh)


def _name(plan: Plan, person: str) -> str:
    return str(plan.people["name"].get(person, "")) or person
