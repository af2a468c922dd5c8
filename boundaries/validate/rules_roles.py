"""Rules ASSIGN-6 and 9 to 11: teams of exclusive grids, posts of roles, hours, and terms."""

from collections.abc import Iterator

import pandas as pd

from boundaries.validate.tables import Fault, Tables, title
from layers.contract.phrases import apart, counted
from layers.contract.terms import has_ended, in_force

__all__ = [
    "find_ended_terms",
    "find_incomplete_teams",
    "find_overbooked",
    "find_vacant_roles",
]

_OFFICERS = ("leader", "member")


def find_incomplete_teams(tables: Tables) -> Iterator[Fault]:
    """ASSIGN-6: an exclusive grid, with its sub-grids, of whose team somebody is missing."""
    exclusive = tables.once[tables.once["kind"] == "exclusive"]
    if exclusive.empty or len(tables.people) == 0:
        return
    parent = exclusive["parent_code"]
    for code in exclusive.index[~parent.isin(exclusive.index)]:
        inside = [code, *_below(exclusive, code)]
        posts = tables.posts[tables.posts["grid_code"].isin(inside)]
        wanted = posts[~posts["role"].isin(tables.roles.optional)]
        missing = wanted[~wanted.index.isin(tables.filled["post_id"])]
        if missing.empty and len(wanted):
            continue
        name, name_zh = tables.name(str(code))
        if not len(wanted):
            text, text_zh = "has no posts at all", "没有任何岗位"
        else:
            count = missing["role"].value_counts(sort=False)
            lacks = [tables.role(role) for role in count.index]
            text = "lacks " + ", ".join(
                f"{number} x {role.en}" for role, number in zip(lacks, count, strict=True)
            )
            text_zh = "缺" + "、".join(
                f"{role.zh} {number} 名" for role, number in zip(lacks, count, strict=True)
            )
        yield Fault(
            f"{title(name)} {text} of its team of {len(wanted)}. Give the posts to people who can "
            "take the role.",
            f"{name_zh}{text_zh}（应有 {len(wanted)} 岗）。请安排能任该角色的人员。",
            code=str(code),
            level=tables.level(str(code)),
            size=float(len(missing)),
            unit="people",
            geometry=tables.shape(str(code)),
        )


def _below(exclusive: pd.DataFrame, code: str) -> list[str]:
    """Sub-grids of an exclusive grid, at any depth, in order of code."""
    found, last = [], [code]
    while last:
        last = list(exclusive.index[exclusive["parent_code"].isin(last)])
        found += last
    return sorted(map(str, found))


def find_vacant_roles(tables: Tables) -> Iterator[Fault]:
    """ASSIGN-9: posts of the town's own roles that nobody holds, one row a role."""
    if len(tables.people) == 0:
        return
    own = ~tables.posts["role"].isin([*_OFFICERS, *tables.roles.optional])
    if not own.any():
        return
    exclusive = tables.once.index[tables.once["kind"] == "exclusive"]
    own &= ~tables.posts["grid_code"].isin(exclusive)  # ASSIGN-6 tells them
    posts = tables.posts[own]
    vacant = posts[~posts.index.isin(tables.filled["post_id"])]
    for role, rows in vacant.groupby("role", sort=True):
        wanted = int((posts["role"] == role).sum())
        word = tables.role(str(role))
        first = rows.iloc[0]
        place = first["grid_code"] or first["group_id"] or first["object_id"]
        code = str(first["grid_code"])
        yield Fault(
            f"{counted(len(rows), 'post', 'posts')} of {wanted} for {word.en} "
            f"{'is' if len(rows) == 1 else 'are'} vacant, the first on {place!r}. Name people with "
            "this role in the roster.",
            f"{word.zh}：应设 {wanted} 岗，空缺 {len(rows)} 岗（如 {place}）。"
            "请在花名册中确定能任该角色的人员。",
            code=code,
            level=tables.level(code),
            other_code=str(rows.index[0]),
            size=float(len(rows)),
            unit="people",
            geometry=tables.shape(code),
        )


def find_overbooked(tables: Tables) -> Iterator[Fault]:
    """ASSIGN-10: a person whose posts ask for more hours than the person gives.

    Looked at where hours are given, of the person or of a post; without them everybody has one post
    and ASSIGN-3 counts.
    """
    if not ((tables.people["hours"] > 0).any() or (tables.posts["hours"] > 0).any()):
        return
    rows = tables.filled[tables.filled["person_id"].isin(tables.people.index)]
    rows = rows[rows["post_id"].isin(tables.posts.index)].drop_duplicates("post_id")
    if rows.empty:
        return
    given = tables.people["hours"].reindex(rows["person_id"]).to_numpy()
    asked = tables.post_hours.reindex(rows["post_id"]).to_numpy()
    told = (given > 0) | (tables.posts["hours"].reindex(rows["post_id"]).to_numpy() > 0)
    sums = (
        pd.DataFrame({"person": rows["person_id"].to_numpy(), "asked": asked, "told": told})
        .groupby("person")
        .agg(asked=("asked", "sum"), told=("told", "any"), posts=("asked", "size"))
    )
    for person, asks, posts in sums.loc[sums["told"], ["asked", "posts"]].itertuples():
        own = float(tables.people.at[person, "hours"]) or tables.limits.officer_hours
        if asks <= own + 1e-6:
            continue
        more, hours = apart(float(asks), own)
        held = sorted(rows.loc[rows["person_id"] == person, "grid_code"])
        code = next((one for one in held if one), "")
        yield Fault(
            f"{person!r} holds {counted(int(posts), 'post', 'posts')} that ask for {more} hours a "
            f"week and gives {hours}. Take a post off, or agree on more hours.",
            f"{person} 任 {int(posts)} 个岗位，每周共需 {more} 小时，而其工时为 {hours} 小时。"
            "请减少岗位或增加工时。",
            code=str(code),
            level=tables.level(str(code)),
            other_code=str(person),
            size=float(asks) - own,
            unit="officer-hours",
            geometry=tables.shape(str(code)),
        )


def find_ended_terms(tables: Tables) -> Iterator[Fault]:
    """ASSIGN-11: a post whose holder's term has ended, or not begun, on the day of the check."""
    day = tables.on
    if not day:
        return
    rows = tables.assignments
    rows = rows[in_force(rows) & ~in_force(rows, day)].sort_values("post_id", kind="stable")
    ended = has_ended(rows, day)
    for mask, text, text_zh in (
        (ended, "ended on", "任期已于"),
        (~ended, "begins only on", "任期自"),
    ):
        column = "valid_to" if text == "ended on" else "valid_from"
        for row in rows[mask].itertuples():
            code = str(row.grid_code)
            until = str(getattr(row, column))
            yield Fault(
                f"The term of {row.person_id!r} on post {row.post_id!r} {text} {until}; the post "
                f"is vacant on {day}. Confirm the term, or name somebody else.",
                f"{row.person_id} 在岗位 {row.post_id} 的{text_zh} {until}"
                f"{'届满' if column == 'valid_to' else '起'}，{day} 该岗空缺。请续任或另定人选。",
                code=code,
                level=tables.level(code),
                other_code=str(row.post_id),
                size=1.0,
                unit="people",
                geometry=tables.shape(code),
            )
