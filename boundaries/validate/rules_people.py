"""Rules ASSIGN: everywhere somebody is in charge, and nobody of too much."""

from collections.abc import Iterator

import pandas as pd

from boundaries.validate.tables import Fault, Tables, title
from layers.contract.phrases import apart, few

__all__ = [
    "find_fallbacks",
    "find_leader_faults",
    "find_leaders_of_many",
    "find_same_branch",
    "find_uneven_load",
    "find_unstaffed",
]


def find_leader_faults(tables: Tables) -> Iterator[Fault]:
    """ASSIGN-1: a grid with no leader, or with two. Nobody at all is ASSIGN-2 on micro-grids."""
    if _no_roster(tables):
        return
    for code in tables.once.index:
        leaders = int(tables.filled_leaders.get(code, 0))
        staffed = tables.filled_posts.get(code, 0) > 0
        micro = code in tables.micro.index
        if (
            leaders == 1
            or (micro and not staffed)
            or (leaders == 0 and _led_from_above(tables, code))
        ):
            continue
        name, name_zh = tables.name(str(code))
        if leaders > 1:
            rows = tables.leading
            people = sorted(rows.loc[rows["grid_code"] == code, "person_id"].unique())
            yield Fault(
                f"{title(name)} has {leaders} leaders: {few(people).en}. Keep one, make the "
                "others members.",
                f"{name_zh}有 {leaders} 名网格长：{few(people).zh}。请保留 1 名，其余改任网格员。",
                code=str(code),
                level=tables.level(str(code)),
                size=float(leaders),
                unit="people",
                geometry=tables.shape(str(code)),
            )
            continue
        remedy = (
            "Make one of its members the leader."
            if micro
            else "Name one in the roster: role 'leader', present grid this code."
        )
        remedy_zh = (
            "请由一名网格员担任网格长。"
            if micro
            else "请在花名册中确定 1 人：角色为网格长，现岗为该网格。"
        )
        yield Fault(
            f"{title(name)} has no leader on post. {remedy}",
            f"{name_zh}没有在岗网格长。{remedy_zh}",
            code=str(code),
            level=tables.level(str(code)),
            size=1.0,
            unit="people",
            geometry=tables.shape(str(code)),
        )


def find_unstaffed(tables: Tables) -> Iterator[Fault]:
    """ASSIGN-2: a micro-grid without a cadre (error) or with vacant posts (warning)."""
    if _no_roster(tables):
        yield Fault(
            f"The plan has no roster: none of its {len(tables.posts)} posts is filled, and nobody "
            "is in charge anywhere. Give it one: assign PLAN --roster FILE.",
            f"方案没有花名册：{len(tables.posts)} 个岗位均空缺，各网格均无人负责。"
            "请用 assign 命令导入花名册。",
            size=float(len(tables.posts)),
            unit="people",
            severity="warning",
        )
        return
    posts = tables.officers.groupby("grid_code").size()
    hours = tables.limits.officer_hours
    micro = tables.micro
    for code, load in zip(micro.index, micro["load_h"], strict=True):
        filled = int(tables.filled_posts.get(code, 0))
        wanted = int(posts.get(code, 0))
        if filled > 0 and filled >= wanted:
            continue
        name, name_zh = tables.name(str(code))
        if filled == 0:
            text = (
                f"{title(name)} has nobody: 0 of {wanted} posts are filled. Put a cadre there, or "
                "join it to a micro-grid that has one."
            )
            text_zh = f"{name_zh}无人在岗：{wanted} 个岗位均空缺。请安排干部，或并入有人的微网格。"
        else:
            text = (
                f"{title(name)} has {filled} of {wanted} posts filled; {load / filled:,.1f} "
                f"officer-hours a week fall to each, {hours:g} are given. Add "
                f"{wanted - filled} to the roster or take ground away."
            )
            text_zh = (
                f"{name_zh}：{wanted} 个岗位到岗 {filled} 人，人均每周 {load / filled:,.1f} 小时"
                f"（标准 {hours:g} 小时）。请补充 {wanted - filled} 人或调减范围。"
            )
        yield Fault(
            text,
            text_zh,
            code=str(code),
            level=tables.level(str(code)),
            size=float(max(wanted - filled, 1)),
            unit="people",
            geometry=tables.shape(str(code)),
            severity=None if filled == 0 else "warning",
        )


def find_leaders_of_many(tables: Tables) -> Iterator[Fault]:
    """ASSIGN-3: a person who leads several micro-grids."""
    limits = tables.limits
    rows = tables.leading[tables.leading["grid_code"].isin(tables.micro.index)]
    rows = rows[rows["person_id"].duplicated(keep=False)]
    for person, codes in rows.groupby("person_id", sort=True)["grid_code"]:
        grids = sorted(codes.unique())
        if len(grids) < limits.lead_warning:
            continue
        yield Fault(
            f"{person!r} leads {len(grids)} micro-grids: {few(grids).en}. A cadre leads one; "
            f"{limits.lead_error} or more are not workable. Find leaders for the others.",
            f"{person} 同时任 {len(grids)} 个微网格的网格长：{few(grids).zh}。"
            "一名干部宜任一处，请为其余网格另定网格长。",
            code=str(grids[0]),
            level=tables.level(str(grids[0])),
            other_code=str(grids[1]),
            size=float(len(grids)),
            unit="micro-grids",
            geometry=tables.shape(str(grids[0])),
            severity="error" if len(grids) >= limits.lead_error else None,
        )


def find_same_branch(tables: Tables) -> Iterator[Fault]:
    """ASSIGN-4: a person who leads a grid and one above it, and so is asked twice."""
    rows = tables.leading[tables.leading["grid_code"].isin(tables.lines.index)]
    rows = rows[rows["person_id"].duplicated(keep=False)]
    for person, codes in rows.groupby("person_id", sort=True)["grid_code"]:
        grids = set(codes)
        for code in sorted(grids):
            above = [up for up in tables.lines.loc[code] if up in grids and up != code]
            for up in above:
                (name, name_zh), (other, other_zh) = tables.name(code), tables.name(up)
                yield Fault(
                    f"{person!r} leads {name} and also {other} above it: nobody is next when a "
                    "matter goes up. Name another leader for one of them.",
                    f"{person} 同时任{name_zh}及其上级{other_zh}的网格长，事项无法逐级上报。"
                    "请为其中一处另定网格长。",
                    code=code,
                    level=tables.level(code),
                    other_code=up,
                    size=2.0,
                    unit="grids",
                    geometry=tables.shape(code),
                )


def find_fallbacks(tables: Tables) -> Iterator[Fault]:
    """ASSIGN-5: who answers for a micro-grid without people; an error when nobody is left."""
    for code in tables.micro.index:
        if tables.filled_posts.get(code, 0) > 0 or _no_roster(tables):
            continue
        chain = [up for up in reversed(list(tables.lines.loc[code])) if up not in ("", code)]
        name, name_zh = tables.name(str(code))
        first = next((up for up in chain if tables.filled_leaders.get(up, 0) > 0), None)
        if first is None:
            yield Fault(
                f"{title(name)} has nobody, and no leader is on post above it "
                f"({', '.join(chain) or 'no grid'}). Name a leader at least of the town.",
                f"{name_zh}无人在岗，其上级（{'、'.join(chain) or '无'}）也无在岗网格长。"
                "请至少确定镇级网格长。",
                code=str(code),
                level=tables.level(str(code)),
                geometry=tables.shape(str(code)),
                severity="error",
            )
            continue
        other, other_zh = tables.name(first)
        yield Fault(
            f"{title(name)} has nobody; until it has, the leader of {other} answers for it.",
            f"{name_zh}无人在岗，期间由{other_zh}的网格长兜底负责。",
            code=str(code),
            level=tables.level(str(code)),
            other_code=first,
            geometry=tables.shape(str(code)),
        )


def find_uneven_load(tables: Tables) -> Iterator[Fault]:
    """ASSIGN-7: the fullest officer carries much more than the mean."""
    grids = pd.DataFrame(tables.once[["officers", "load_h"]])
    micro = grids[(tables.once["kind"] == "micro") & (grids["officers"] > 0)]
    if micro.empty or micro["load_h"].sum() <= 0:
        return
    each = (micro["load_h"] / micro["officers"]).sort_index()
    mean = float(micro["load_h"].sum() / micro["officers"].sum())
    index = float(each.max() / mean)
    if round(index, 2) <= tables.limits.load_index_max:  # as the sentence would print it
        return
    code = str(each.idxmax())
    name, name_zh = tables.name(code)
    times = apart(index, tables.limits.load_index_max, 2)[0]
    yield Fault(
        f"Load is uneven: an officer on {name} has {each.max():,.1f} officer-hours a week, "
        f"{times} times the mean of {mean:,.1f}; more than {tables.limits.load_index_max:g} "
        f"times is uneven ({tables.limits.officer_hours:g} hours are given). Move ground or "
        "people.",
        f"工作量不均：{name_zh}人均每周 {each.max():,.1f} 小时，为平均值 {mean:,.1f} 小时的 "
        f"{times} 倍，超过 {tables.limits.load_index_max:g} 倍"
        f"（标准 {tables.limits.officer_hours:g} 小时）。请调整范围或人员。",
        code=code,
        level=tables.level(code),
        size=index,
        unit="times the mean",
        geometry=tables.shape(code),
        # While even the fullest officer has hours left, it is a fact and no fault.
        severity="info" if each.max() <= tables.limits.officer_hours else None,
    )


def _led_from_above(tables: Tables, code: str) -> bool:
    """Say whether a sub-grid has no leading post by the rules: the exclusive grid leads it."""
    kind = tables.once["kind"]
    parent = tables.once.at[code, "parent_code"]
    if kind[code] != "exclusive" or kind.get(parent) != "exclusive":
        return False
    own = tables.posts[tables.posts["grid_code"] == code]
    return not own["role"].isin(tables.roles.leading).any()


def _no_roster(tables: Tables) -> bool:
    """Say whether the plan is made without people yet: one row tells it, not hundreds."""
    return len(tables.people) == 0 and len(tables.filled) == 0 and len(tables.posts) > 0
