"""Rules CAP and CAT: what a micro-grid may hold, and what kind of ground it is."""

import math
from collections.abc import Iterator

from boundaries.validate.tables import Fault, Tables, title
from layers.contract.categories import KINDS
from layers.contract.phrases import apart

__all__ = [
    "find_crowded_parents",
    "find_mixed_ground",
    "find_overload",
    "find_strays",
    "find_too_many_officers",
    "find_unproved_ground",
]

_HOURS_TOLERANCE = 1e-6  # what adding many hours up leaves; 4 ms


def find_overload(tables: Tables) -> Iterator[Fault]:
    """CAP-9: a micro-grid over the capacity of its officers; one patch alone is a warning."""
    hours = tables.limits.officer_hours
    micro = tables.micro
    capacity = micro["officers"] * hours
    heavy = micro[micro["load_h"] > capacity + _HOURS_TOLERANCE]
    for code, load, officers, patches in zip(
        heavy.index, heavy["load_h"], heavy["officers"], heavy["patches"], strict=True
    ):
        name, name_zh = tables.name(str(code))
        over = float(load - officers * hours)
        asked, given = apart(load, officers * hours)
        more = apart(over, 0.0)[0]
        alone = patches == 1
        remedy = (
            "It is one patch: cut the patch, or let it have more officers (capacity.officers_max)."
            if alone
            else "Split it, or give ground to a neighbour."
        )
        remedy_zh = (
            "该网格只有一个图斑：请切分图斑，或提高每格人数上限（capacity.officers_max）。"
            if alone
            else "请拆分，或将部分图斑划给相邻网格。"
        )
        needed = math.ceil((load - _HOURS_TOLERANCE) / hours)
        most = tables.limits.officers_max
        limit = f", the rules allow {most}" if needed > most else ""
        limit_zh = f"，规则上限 {most} 人" if needed > most else ""
        yield Fault(
            f"{title(name)} asks for {asked} officer-hours a week; its officers give "
            f"{officers} x {hours:g} = {given}, {more} too few: it needs "
            f"{needed} officers{limit}. {remedy}",
            f"{name_zh}每周工作量 {asked} 小时，{officers} 名干部 × {hours:g} 小时 = "
            f"{given} 小时，超出 {more} 小时：需 {needed} 人{limit_zh}。{remedy_zh}",
            code=str(code),
            level=tables.level(str(code)),
            size=over,
            unit="officer-hours",
            geometry=tables.shape(str(code)),
            severity="warning" if alone else None,
        )


def find_too_many_officers(tables: Tables) -> Iterator[Fault]:
    """CAP-10: more officers planned on a micro-grid than the rules allow."""
    most = tables.limits.officers_max
    crowded = tables.micro[tables.micro["officers"] > most]
    for code, officers in zip(crowded.index, crowded["officers"], strict=True):
        name, name_zh = tables.name(str(code))
        yield Fault(
            f"{title(name)} has {officers} officers, the rules allow {most}. Split it, or raise "
            "capacity.officers_max.",
            f"{name_zh}配 {officers} 人，规则上限 {most} 人。"
            "请拆分该网格或提高 capacity.officers_max。",
            code=str(code),
            level=tables.level(str(code)),
            size=float(officers - most),
            unit="people",
            geometry=tables.shape(str(code)),
        )


def find_crowded_parents(tables: Tables) -> Iterator[Fault]:
    """CAP-6: more micro-grids under one grid than its leader can oversee."""
    most = tables.limits.micro_grids_max
    counts = tables.micro.groupby("parent_code").size()
    for parent, count in counts[counts > most].sort_index().items():
        name, name_zh = tables.name(str(parent))
        yield Fault(
            f"{title(name)} has {count} micro-grids; a leader oversees at most {most}. Ask for "
            "fewer micro-grids, or divide the grid.",
            f"{name_zh}有 {count} 个微网格，一名网格长宜管 {most} 个以内。"
            "请减少微网格数量或拆分该网格。",
            code=str(parent),
            level=tables.level(str(parent)),
            size=float(count),
            unit="micro-grids",
            geometry=tables.shape(str(parent)),
        )


def find_mixed_ground(tables: Tables) -> Iterator[Fault]:
    """CAT-1: a micro-grid without a category (error), or with much ground of others (warning)."""
    least = tables.limits.purity_min
    patches = tables.patches[tables.patches["grid_code"] != ""]
    category = tables.micro["category"]
    own = patches["category"] == patches["grid_code"].map(category)
    ground = patches["area_m2"].groupby(patches["grid_code"]).sum()
    same = patches["area_m2"].where(own, 0.0).groupby(patches["grid_code"]).sum()
    purity = (same / ground).reindex(category.index)
    others = patches[~own].groupby(["grid_code", "category"])["area_m2"].sum().sort_values()
    rest = dict(others.index)  # the largest comes last and stays
    for code in category.index[(category == "") | (purity < least)].sort_values():
        name, name_zh = tables.name(str(code))
        if category[code] == "":
            yield Fault(
                f"{title(name)} has no category. Give it one of the seven, or 'residual'.",
                f"{name_zh}没有类别。请从七大类中选一类，或填其他用地（residual）。",
                code=str(code),
                level=tables.level(str(code)),
                geometry=tables.shape(str(code)),
                severity="error",
            )
            continue
        (kind, kind_zh), (most, most_zh) = _name(category[code]), _name(rest[code])
        share, limit_share = apart(float(purity[code]), least, 0, percent=True)
        yield Fault(
            f"{share} of {name} is {kind}, less than {limit_share}; most of the rest is "
            f"{most}. Split it by category, or accept it as mixed.",
            f"{name_zh}中{kind_zh}仅占 {share}，低于 {limit_share}，其余多为{most_zh}。"
            "请按类别拆分，或按混合网格保留。",
            code=str(code),
            level=tables.level(str(code)),
            size=float(purity[code]),
            unit="share",
            geometry=tables.shape(str(code)),
        )


def find_unproved_ground(tables: Tables) -> Iterator[Fault]:
    """CAT-2: ground of the seven categories without the layer it came from."""
    patches = tables.patches
    bare = patches[(patches["category"] != "residual") & (patches["layer"] == "")]
    for code, rows in bare.groupby(
        bare["grid_code"].where(bare["grid_code"] != "", bare["parent_code"])
    ):
        area = float(rows["area_m2"].sum())
        kinds = [_name(key) for key in sorted(rows["category"].unique())]
        kind = ", ".join(english for english, _ in kinds)
        kind_zh = "、".join(chinese for _, chinese in kinds)
        name, name_zh = tables.name(str(code))
        yield Fault(
            f"{area:,.0f} m2 of {name} count as {kind} but come from no layer. Map them, or check "
            "on the ground that the rule for unmapped ground is right here.",
            f"{name_zh}有 {area:,.0f} 平方米按{kind_zh}计，但无图层依据。"
            "请补充图层，或实地核实空白地规则是否适用。",
            code=str(code),
            level=tables.level(str(code)),
            size=area,
            unit="m2",
            geometry=rows.geometry.union_all(),
        )


def find_strays(tables: Tables) -> Iterator[Fault]:
    """CAT-3: ground large enough for a micro-grid of its kind lies in one of another kind."""
    if tables.strays is None:
        return
    for row in tables.strays.sort_values(["grid_code", "kind", "area_m2"]).itertuples():
        code, (kind, kind_zh) = str(row.grid_code), _name(str(row.kind))
        name, name_zh = tables.name(code)
        part, whole = (f"{size / 10_000:,.2f}" for size in (row.area_m2, row.whole_m2))
        least = f"{row.least_m2 / 10_000:g}"
        yield Fault(
            f"{part} ha of {kind} lie in {name}, which is of another kind, although the connected "
            f"{kind} of {whole} ha is not below its least area of {least} ha. Move them to a "
            "micro-grid of their kind, or divide again.",
            f"{name_zh}中有 {part} 公顷{kind_zh}，而相连的{kind_zh}共 {whole} 公顷，"
            f"不小于该类最小面积 {least} 公顷，应在本类微网格内。请划入本类微网格，或重新划分。",
            code=code,
            level=tables.level(code),
            size=float(row.area_m2),
            unit="m2",
            geometry=row.geometry,
        )


def _name(category: str) -> tuple[str, str]:
    """Name a category in English and Chinese; an unknown one by itself."""
    kind = KINDS.get(category)
    return (kind.en.lower(), kind.zh) if kind else (category, category)
