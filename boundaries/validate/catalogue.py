"""Validation: one catalogue of rules, and the faults that they find in a plan, as rows.

Keys, severities and sources follow the rule table of the field (docs/checks.md lists them all). A
rule is one function that yields faults, and one line in `RULES`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import pandas as pd

from boundaries.validate import (
    rules_codes,
    rules_exclusive,
    rules_ground,
    rules_groups,
    rules_load,
    rules_people,
    rules_publishing,
    rules_roles,
    rules_roster,
    rules_size,
    rules_tree,
)
from boundaries.validate.limits import Limits, RoleFacts
from boundaries.validate.tables import Fault, Tables
from boundaries.validate.touched.scope import FAMILY, FIT, STAFF, Scope, reads
from layers.contract.errors import Named
from layers.contract.issues import Issue, make_issues
from layers.location.crs import require_metric

__all__ = ["RULES", "Rule", "issues_of", "rule_results", "validate"]


@dataclass(frozen=True)
class Rule:
    """One rule: name, severity of a breach, source, how to find it, and what that depends on."""

    key: str
    severity: Literal["error", "warning", "info"]
    title_zh: str
    title_en: str
    source: str
    find: Callable[[Tables], Iterable[Fault]]
    scope: Scope  # on what its faults depend


_OWN = "assumption of this project"
# How the grids hang together, and what sentences call them by.
_TREE = tuple(
    f"grids.{name}" for name in ("level", "kind", "parent_code", "name", "name_en", "label")
)
# Which posts there are, and who is on them.
_SEATS = (
    "people.",
    *(f"posts.{name}" for name in ("grid_code", "group_id", "object_id", "role")),
    *(f"assignments.{name}" for name in ("status", "post_id", "person_id", "grid_code")),
)
RULES: tuple[Rule, ...] = (
    Rule(
        "COV-0", "error", "网格与图斑多边形有效", "Every grid and patch has a sound polygon",
        "DB11/T 2157-2023, closed polygons", rules_ground.find_broken_polygons, FAMILY,
    ),
    Rule(
        "COV-1", "error", "下级网格覆盖上级全部范围", "The parts of a grid cover all of it",
        "处处有人管, Zheng'an; 横向到边, Xihua", rules_ground.find_uncovered, FIT,
    ),
    Rule(
        "COV-2", "error", "同级网格不重叠", "Grids of one level do not overlap",
        "DB11/T 2157-2023, topology", rules_ground.find_overlaps, FIT,
    ),
    Rule(
        "COV-3", "error", "相邻边界节点一致", "Borders match those of the neighbours",
        "coverage validity of GEOS", rules_ground.find_unmatched_edges, FIT,
    ),
    Rule(
        "COV-4", "error", "不超出上级范围", "No grid reaches outside its parent",
        _OWN, rules_ground.find_outside, FIT,
    ),
    Rule(
        "COV-5", "warning", "图斑宽度", "No patch is a narrow strip",
        "2 m in tools of the third land survey; set in the rules file",
        rules_ground.find_thin_patches, FAMILY,
    ),
    Rule(
        "COV-6", "warning", "图斑最小面积", "No patch is too small to work on",
        "400 to 1,200 m2 in tools of the third land survey; set in the rules file",
        rules_ground.find_small_patches, FAMILY,
    ),
    Rule(
        "COV-7", "error", "微网格连片", "A micro-grid hangs together",
        _OWN, rules_ground.find_detached_parts, FAMILY,
    ),
    Rule(
        "COV-8", "info", "留归上级的土地", "Ground left with the parent grid is listed",
        _OWN, rules_ground.find_left_ground, FAMILY,
    ),
    Rule(
        "TREE-1", "error", "上级唯一且级别相邻", "One parent, one level up",
        "一级 1 个、二级 8 个、三级 24 个, Zheng'an", rules_tree.find_orphans, reads(*_TREE),
    ),
    Rule(
        "TREE-2", "warning", "属于一个村或社区", "Every grid belongs to a village or community",
        "DB6101/T 3185-2024", rules_tree.find_no_village, reads(*_TREE),
    ),
    Rule(
        "TREE-3", "error", "微网格位于一个上级网格内", "A micro-grid lies in one given grid",
        "协助三级网格长, Zheng'an; limit is an " + _OWN, rules_tree.find_two_parents, FAMILY,
    ),
    Rule(
        "TREE-4", "warning", "二级网格即行政村或社区", "Level 2 is the village or community",
        "8 villages, 8 level-2 grids, Zheng'an", rules_tree.find_not_villages, reads(*_TREE),
    ),
    Rule(
        "TREE-5", "error", "微网格由图斑组成", "A micro-grid is made of its patches",
        _OWN, rules_tree.find_not_patches, FAMILY,
    ),
    Rule(
        "CODE-1", "error", "编码唯一", "A code is on one grid only",
        _OWN, rules_codes.find_double_codes, reads(*_TREE),
    ),
    Rule(
        "CODE-2", "error", "编码格式", "A code is the parent's code and a number",
        "DB11/T 2157-2023, 15 digits; the rest is an " + _OWN, rules_codes.find_code_shapes, FAMILY,
    ),
    Rule(
        "CODE-3", "info", "编号顺序", "Numbers run west to east, north to south",
        "DB11/T 2157-2023, DB6101/T 3185-2024", rules_codes.find_disorder, FAMILY,
    ),
    Rule(
        "CAP-3", "warning", "住户类微网格户数", "A household grid has so many households",
        "50–70 户, Zhengzhou; 30–50 户, Zhoukou; 30–60 户, Taiqian; set in the rules file",
        rules_size.find_households_outside, FAMILY,
    ),
    Rule(
        "CAP-5", "warning", "微网格面积", "A micro-grid has a usual size",
        "16.36 ha on average, Zheng'an; limits are an " + _OWN, rules_size.find_odd_sizes, FAMILY,
    ),
    Rule(
        "CAP-6", "warning", "每个网格的微网格数", "A leader oversees few micro-grids",
        "5.92 a level-3 grid, Zheng'an; limit is an " + _OWN, rules_load.find_crowded_parents,
        FAMILY,
    ),
    Rule(
        "CAP-7", "warning", "专属网格人数", "A unit with many staff has sub-grids",
        "45 enterprises, 62 grids, 12,000 staff, Xihua; 300 is an " + _OWN,
        rules_exclusive.find_large_units, reads(*_TREE, "grids.headcount"),
    ),
    Rule(
        "CAP-9", "error", "工作量不超过承载力", "No micro-grid is over capacity",
        "力量薄弱, Zheng'an; hours come from the rules file", rules_load.find_overload, FAMILY,
    ),
    Rule(
        "CAP-10", "error", "人数不超过上限", "No micro-grid has too many officers",
        "limit comes from the rules file", rules_load.find_too_many_officers, FAMILY,
    ),
    Rule(
        "CAP-11", "warning", "微网格形状", "A micro-grid is compact and no ribbon",
        "limits come from the rules file", rules_size.find_odd_shapes, FAMILY,
    ),
    Rule(
        "CAT-1", "warning", "类别单一", "A micro-grid is of one category",
        "七大类, Zheng'an; purity is an " + _OWN, rules_load.find_mixed_ground, FAMILY,
    ),
    Rule(
        "CAT-2", "info", "类别有依据", "The category of ground has a source",
        _OWN, rules_load.find_unproved_ground, FAMILY,
    ),
    Rule(
        "CAT-3", "warning", "成片土地归本类微网格", "Large ground lies in micro-grids of its kind",
        "least areas come from the rules file", rules_load.find_strays, FAMILY,
    ),
    Rule(
        "ASSIGN-1", "error", "每个网格一名网格长", "Every grid has one leader",
        "定人定岗定责, Zheng'an", rules_people.find_leader_faults, STAFF,
    ),
    Rule(
        "ASSIGN-2", "error", "每个微网格至少一名干部", "Every micro-grid has a cadre",
        "211 cadres on 142 micro-grids, Zheng'an", rules_people.find_unstaffed, STAFF,
    ),
    Rule(
        "ASSIGN-3", "warning", "一人任一处网格长", "A cadre leads one micro-grid",
        _OWN, rules_people.find_leaders_of_many, STAFF,
    ),
    Rule(
        "ASSIGN-4", "warning", "上下级不由同一人任网格长", "Nobody leads two levels of one branch",
        _OWN, rules_people.find_same_branch, STAFF,
    ),
    Rule(
        "ASSIGN-5", "info", "属地兜底", "Who answers for a micro-grid without people",
        "属地兜底, DB11/T 2157-2023", rules_people.find_fallbacks, STAFF,
    ),
    Rule(
        "ASSIGN-6", "info", "专属网格队伍齐全", "An exclusive grid has its whole team",
        "包企干部、企业负责人、党建指导员, Xihua; 专属网格服务官, Jiangshan Road",
        rules_roles.find_incomplete_teams, reads(*_TREE, *_SEATS),
    ),
    Rule(
        "ASSIGN-7", "warning", "工作量均衡", "Load is shared evenly",
        _OWN, rules_people.find_uneven_load, reads("grids.load_h", "grids.officers", *_TREE),
    ),
    Rule(
        "ASSIGN-8", "error", "任职与岗位、花名册一致", "Assignments agree with posts and roster",
        _OWN, rules_roster.find_broken_assignments, STAFF,
    ),
    Rule(
        "ASSIGN-9", "warning", "规则所设岗位有人", "Posts of the town's own roles are filled",
        _OWN, rules_roles.find_vacant_roles, reads(*_TREE, *_SEATS),
    ),
    Rule(
        "ASSIGN-10", "warning", "岗位工时不超过本人工时", "Nobody holds more posts than hours",
        _OWN, rules_roles.find_overbooked,
        reads(*_TREE, *_SEATS, "people.hours", "posts.hours"),
    ),
    Rule(
        "ASSIGN-11", "warning", "任期有效", "The term of everybody on a post has not ended",
        "DB11/T 2157-2023, start time and end date", rules_roles.find_ended_terms,
        reads("assignments"),
    ),
    Rule(
        "GROUP-1", "warning", "组合成员在方案中", "Every member of a group is in the plan",
        "联盟、大网格, Jiangshan Road and Zheng'an", rules_groups.find_lost_members,
        reads(*_TREE, "groups", "members", "posts.", "objects."),
    ),
    Rule(
        "GROUP-2", "warning", "组合有成员", "Every group has members",
        _OWN, rules_groups.find_empty_groups, reads("groups", "members"),
    ),
    Rule(
        "PEOPLE-1", "warning", "花名册可用", "Every entry of the roster can be used",
        _OWN, rules_roster.find_odd_people, reads(*_TREE, "people", "groups", "objects."),
    ),
    Rule(
        "PUB-4", "warning", "电话只在电话列", "Phones stand in their column alone",
        "个人信息保护法; the pattern is an " + _OWN, rules_publishing.find_stray_phones,
        reads("people", "posts.duties", *_TREE, "patches.name"),
    ),
    Rule(
        "PUB-5", "info", "资料密级已说明", "It is said how the layers are classified",
        "保守国家秘密法; see docs/publishing.md", rules_publishing.find_open_question, reads(),
    ),
    Rule(
        "PUB-6", "warning", "大范围资料已确认", "Large ground has been asked about",
        "自然资发〔2020〕95号, item 18", rules_publishing.find_large_ground,
        reads("patches.area_m2"),
    ),
    Rule(
        "PUB-7", "info", "敏感用地不公开", "Sensitive ground is kept from the public",
        "公开地图内容表示规范; see docs/publishing.md", rules_publishing.find_sensitive_ground,
        reads("patches.area_m2", "patches.layer", "patches.record", "patches.sensitive_by"),
    ),
    Rule(
        "PUB-8", "warning", "不得公开的地块存在", "Every record called sensitive is in the plan",
        _OWN, rules_publishing.find_unknown_records, reads("patches.layer", "patches.record"),
    ),
)  # fmt: skip
"""All validation rules: key, severity, name in both languages, source, and the function that
finds the faults."""


def validate(
    grids: gpd.GeoDataFrame,
    patches: gpd.GeoDataFrame,
    posts: pd.DataFrame,
    assignments: pd.DataFrame,
    people: pd.DataFrame,
    *,
    limits: Limits,
    strays: gpd.GeoDataFrame | None = None,
    band_reasons: Mapping[str, Named] | None = None,
    groups: pd.DataFrame | None = None,
    members: pd.DataFrame | None = None,
    objects: pd.DataFrame | None = None,
    roles: RoleFacts | None = None,
    on: str = "",
) -> gpd.GeoDataFrame:
    """Find every fault of a plan that the rules know.

    Parameters
    ----------
    grids, patches, posts, assignments, people
        Tables of the plan as `layers.contract.columns` describes them, in a metric CRS.
    limits
        Numbers to check against; `gridmap.town.limits.limits_from` takes them from a rules file.
    strays
        Ground not below its least area in micro-grids of another kind, as
        `gridmap.split.own_ground.find_strays` finds it; without it CAT-3 is not looked at.
    band_reasons
        By code: why a household grid has to be outside its band, as
        `gridmap.workflow.household_rows.band_reasons` finds out. With a reason CAP-3 is a note.
    groups, members, objects
        GROUPS, MEMBERS and OBJECTS of the plan, where it has any.
    roles
        Roles of the town; `gridmap.town.limits.roles_from` takes them from a rules file.
    on
        ISO date on which terms of assignments are looked at (ASSIGN-11); "" does not look at them.

    Returns
    -------
    One row a fault (`layers.contract.columns.ISSUES`), in order of the catalogue, then of code.
    Empty, with the same columns, when the plan is sound.

    Raises
    ------
    LayerCRSError
        If grids or patches have no CRS or one in degrees.
    """
    require_metric(grids, Named("Grids", "网格"))
    require_metric(patches, Named("Patches", "图斑"))
    tables = Tables(
        grids, patches, posts, assignments, people, limits, strays, band_reasons or {},
        groups, members, objects, roles or RoleFacts(), on,
    )  # fmt: skip
    return make_issues([one for rule in RULES for one in issues_of(rule, tables)], grids.crs)


def issues_of(rule: Rule, tables: Tables) -> list[Issue]:
    """List the faults that one rule finds, in order of code."""
    return [
        Issue(
            rule=rule.key,
            severity=fault.severity or rule.severity,
            message=fault.message,
            message_zh=fault.message_zh,
            level=fault.level,
            code=fault.code,
            other_code=fault.other_code,
            size=fault.size,
            unit=fault.unit,
            geometry=fault.geometry,
        )
        for fault in sorted(rule.find(tables), key=lambda fault: fault.code)
    ]


def rule_results(issues: pd.DataFrame) -> pd.DataFrame:
    """Say for every rule whether a plan keeps it: the table a planner reads first.

    Parameters
    ----------
    issues
        Issues of a plan (`layers.contract.columns.ISSUES`). Rows of other rules, such as faults of
        the data, are not counted.

    Returns
    -------
    One row a rule, by key in order of the catalogue: `title_zh`, `title_en`, `result` (fail when
    there is an error, warn when there is a warning, else pass), the numbers of `errors`, `warnings`
    and `infos`, and `source`.
    """
    counts = pd.crosstab(issues["rule"], issues["severity"]) if len(issues) else pd.DataFrame()
    table = pd.DataFrame(
        {
            "title_zh": [rule.title_zh for rule in RULES],
            "title_en": [rule.title_en for rule in RULES],
            "source": [rule.source for rule in RULES],
        },
        index=pd.Index([rule.key for rule in RULES], name="rule"),
    )
    for column, severity in (("errors", "error"), ("warnings", "warning"), ("infos", "info")):
        found = counts[severity] if severity in counts else pd.Series(dtype="int64")
        table[column] = found.reindex(table.index, fill_value=0).astype("int64")
    table["result"] = "pass"
    table.loc[table["warnings"] > 0, "result"] = "warn"
    table.loc[table["errors"] > 0, "result"] = "fail"
    columns = ["title_zh", "title_en", "result", "errors", "warnings", "infos", "source"]
    return table[columns]
