"""The columns of the layers: type, name of ten letters, aliases in both languages, description.

Names are those of the GeoJSON; docs/geojson.md says more of each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "COORD_TYPE",
    "GRID_FIELDS",
    "OBJECT_FIELDS",
    "PATCH_FIELDS",
    "PUBLIC_OF_OBJECTS",
    "Field",
    "Kind",
]

Kind = Literal["text", "whole", "number", "day", "flag"]


@dataclass(frozen=True)
class Field:
    """A column of a layer.

    Attributes
    ----------
    name
        As the property of the GeoJSON.
    kind
        Of its values; each may be null.
    short
        At most ten ASCII letters, for tables that know no longer names; unique in a layer.
    title, title_en
        Chinese and English alias.
    note
        What it means, with its unit.
    """

    name: str
    kind: Kind
    short: str
    title: str
    title_en: str
    note: str


def _by_name(*fields: Field) -> Mapping[str, Field]:
    return {field.name: field for field in fields}


_PERSONS = "With ; between them, where names were asked for"

# Of copies for GCJ-02 maps alone.
COORD_TYPE = Field(
    "coord_type", "text", "coord_type", "坐标类型", "Coordinates",
    "gcj02: for GCJ-02 maps, shifted some 500 m; no true places, not WGS84",
)  # fmt: skip

GRID_FIELDS = _by_name(
    Field("grid_code", "text", "grid_code", "网格编码", "Grid code",
          "Stable key; text, leading zeros count; never used again for another grid"),
    Field("parent_code", "text", "parentcode", "上级网格编码", "Parent grid",
          "Key of the grid above; null for the town"),
    Field("level", "whole", "level", "层级", "Level", "1 town, 2 village, and so on downwards"),
    Field("kind", "text", "kind", "网格类型", "Kind",
          "base: given with the hierarchy; exclusive: site of a unit; micro: micro-grid"),
    Field("family", "text", "family", "微网格属性", "Family",
          "Of a micro-grid: territorial or household"),
    Field("spatial", "flag", "spatial", "有无地界", "Has ground",
          "False: a part of a unit without ground of its own"),
    Field("category", "text", "category", "类别", "Category",
          "Of a micro-grid: category of most of its ground"),
    Field("subclass", "text", "subclass", "细类", "Sub-class",
          "Of a micro-grid of residual ground: the sub-class with most of it"),
    Field("name", "text", "name", "名称", "Name", "Name in Chinese"),
    Field("name_en", "text", "name_en", "英文名称", "English name", "Name in English"),
    Field("label", "text", "label", "显示名称", "Label",
          "Name given by hand, to be shown instead"),
    Field("host_object", "text", "host_obj", "依托单位编号", "Host object",
          "Of an exclusive grid: the object whose site it is"),
    Field("version", "text", "version", "方案版本", "Version", "Version of the plan"),
    Field("valid_from", "day", "valid_from", "启用日期", "Valid from", "First day in force"),
    Field("valid_to", "day", "valid_to", "停用日期", "Valid to",
          "Day it ceased; null while in force"),
    Field("area_m2", "number", "area_m2", "面积（平方米）", "Area, m²",
          "In the work CRS of the plan, before rounding; null without ground"),
    Field("area_mu", "number", "area_mu", "面积（亩）", "Area, mu", "One mu is 2000/3 m²"),
    Field("purity", "number", "purity", "主类占比", "Purity",
          "Of a micro-grid: share of its ground that is of the category, 0 to 1"),
    Field("patches", "whole", "patches", "图斑数", "Patches", "Pieces of ground"),
    Field("households", "whole", "households", "户数", "Households",
          "Whole numbers that add up over every parent"),
    Field("households_left", "whole", "homes_left", "未入下级户数", "Households left",
          "Households on its ground that are in no grid below"),
    Field("population", "number", "population", "人口", "Residents",
          "As given, or the sum of the grids below where all are given"),
    Field("headcount", "whole", "headcount", "单位职工数", "Headcount",
          "Of an exclusive grid: staff of the unit"),
    Field("objects", "whole", "objects", "对象数", "Objects", "Objects of the registers"),
    Field("load_h", "number", "load_h", "周工作量（小时）", "Load, h a week",
          "Officer-hours a week that the ground requires"),
    Field("capacity_h", "number", "capacity_h", "周可用工时（小时）", "Capacity, h a week",
          "Officer-hours a week that its officers, or those below, provide"),
    Field("officers", "whole", "officers", "核定人数", "Officers",
          "Officers planned on the micro-grid, or on those below"),
    Field("posts_filled", "whole", "posts_fill", "在岗数", "Posts filled",
          "Posts on the grid itself"),
    Field("posts_vacant", "whole", "posts_vac", "空缺数", "Posts vacant",
          "Posts on the grid itself"),
    Field("leader", "text", "leader", "网格长", "Leader", _PERSONS),
    Field("members", "text", "members", "网格员", "Members", _PERSONS),
    Field("others", "text", "others", "其他人员", "Others", f"As role:name. {_PERSONS}"),
)  # fmt: skip

PATCH_FIELDS = _by_name(
    Field("patch_id", "text", "patch_id", "图斑编号", "Patch", "Key of the patch"),
    Field("grid_code", "text", "grid_code", "微网格编码", "Micro-grid",
          "Its micro-grid; null for ground left with the grid above"),
    Field("parent_code", "text", "parentcode", "所在网格编码", "Given grid",
          "Lowest given grid that contains it"),
    Field("kind", "text", "kind", "类型", "Kind", "patch"),
    Field("category", "text", "category", "类别", "Category", "Use of the ground"),
    Field("subclass", "text", "subclass", "细类", "Sub-class", "Of residual ground"),
    Field("name", "text", "name", "名称", "Name", "Of the estate, firm or lake"),
    Field("area_m2", "number", "area_m2", "面积（平方米）", "Area, m²",
          "In the work CRS of the plan, before rounding"),
    Field("households", "number", "households", "户数", "Households",
          "May be a fraction, where an estate is divided by area"),
    Field("objects", "whole", "objects", "对象数", "Objects", "Objects of the registers"),
    Field("load_h", "number", "load_h", "周工作量（小时）", "Load, h a week",
          "Officer-hours a week that it requires"),
)  # fmt: skip

OBJECT_FIELDS = _by_name(
    Field("object_id", "text", "object_id", "对象编号", "Object", "Key of the object"),
    Field("class", "text", "class", "对象类别", "Class",
          "enterprise, estate, unit, building, station, parcel or other"),
    Field("category", "text", "category", "用地类别", "Category", "Category it belongs to"),
    Field("name", "text", "name", "名称", "Name", "Name in its register"),
    Field("credit_code", "text", "creditcode", "统一社会信用代码", "Credit code",
          "Unified social credit code; text of 18 signs"),
    Field("staff", "whole", "staff", "从业人数", "Staff", "People who work there"),
    Field("households", "number", "households", "户数", "Households", "Households"),
    Field("size", "text", "size", "规模标识", "Size", "Flags of its register, ; between them"),
    Field("seen_on", "day", "seen_on", "核查日期", "Seen on", "Day of the last visit"),
    Field("grid_code", "text", "grid_code", "所在网格编码", "Grid",
          "Deepest grid it lies in; null where it joined none"),
    Field("grid_name", "text", "grid_name", "所在网格名称", "Name of the grid", "In Chinese"),
    Field("grid_name_en", "text", "grid_en", "所在网格英文名称", "English name of the grid",
          "In English"),
    Field("grid_level", "whole", "grid_level", "所在网格层级", "Level of the grid",
          "1 town, 2 village, and so on downwards"),
    Field("placed_by", "text", "placed_by", "定位方式", "Placed by",
          "point, polygon, or record: of the ground it belongs to"),
    Field("charge_code", "text", "chargecode", "负责岗位所在", "Charge",
          "Grid or object of the post that is in charge of it"),
    Field("charge_level", "whole", "charge_lvl", "负责层级", "Level of the charge",
          "0 for a post on the object itself"),
    Field("charge_role", "text", "chargerole", "负责角色", "Role in charge", "Role of the post"),
    Field("charge_person", "text", "charge_who", "负责人", "Person in charge",
          "Name, where names were asked for"),
    Field("charge_office", "text", "charge_off", "负责人职务", "Office in charge",
          "Office of the person, where names were asked for"),
)  # fmt: skip

# Of objects, for the public; what comes later is not in it.
PUBLIC_OF_OBJECTS = frozenset(
    {"object_id", "class", "category", "name", "grid_code", "grid_name", "grid_name_en",
     "grid_level", "charge_role", "charge_person"}
)  # fmt: skip
