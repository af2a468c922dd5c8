"""Rules GROUP: every member of a group is there, and every group has members."""

from collections.abc import Iterator

from boundaries.validate.tables import Fault, Tables

__all__ = ["find_empty_groups", "find_lost_members"]

_KINDS = {"grid": ("grid", "网格"), "object": ("object", "对象"), "post": ("post", "岗位")}


def find_lost_members(tables: Tables) -> Iterator[Fault]:
    """GROUP-1: a member that this plan does not have, such as a grid that was joined to another."""
    members = tables.members
    if members is None or members.empty:
        return
    known = {
        "grid": set(tables.once.index),
        "object": set(tables.objects.index) if tables.objects is not None else set(),
        "post": set(tables.posts.index),
    }
    for row in members.itertuples():
        there = known.get(row.kind, set())
        if row.member_id in there:
            continue
        word, word_zh = _KINDS.get(row.kind, (str(row.kind), str(row.kind)))
        name, name_zh = tables.group(row.group_id)
        yield Fault(
            f"The {word} {row.member_id!r} of {name} is not in this plan: it may have been joined "
            f"to another one or renamed. Correct the table of groups, or take it out.",
            f"{name_zh}的成员{word_zh} {row.member_id} 不在本方案中，可能已并入其他{word_zh}"
            "或改名。请更正组合表或删去该行。",
            other_code=str(row.group_id),
            size=1.0,
            unit="members",
        )


def find_empty_groups(tables: Tables) -> Iterator[Fault]:
    """GROUP-2: a group without any member that is there."""
    groups, members = tables.groups, tables.members
    if groups is None or groups.empty:
        return
    there = set() if members is None else set(members["group_id"])
    for group in groups.index:
        if group in there:
            continue
        name, name_zh = tables.group(str(group))
        yield Fault(
            f"{name[:1].upper()}{name[1:]} has no members. Name its grids, objects or posts in the "
            "table of groups.",
            f"{name_zh}没有成员。请在组合表中列出其网格、对象或岗位。",
            other_code=str(group),
        )
