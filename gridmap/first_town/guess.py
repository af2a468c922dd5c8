"""What a dropped file is, with how sure that is and why: its columns, cells and shapes, its name.

Nothing is taken on trust: a guess is shown, and any of it can be changed by a person.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gridmap.first_town.column_roles import (
    code_columns,
    grid_columns,
    person_columns,
    register_columns,
)
from gridmap.first_town.land_codes import guess_system
from gridmap.first_town.looking import Looked
from gridmap.rules.entries import Role
from layers.contract.errors import Named
from layers.contract.text import narrow
from layers.landuse.code_tables import is_code_table
from layers.location.placing import map_datum

__all__ = ["OTHER", "Guess", "guess_role"]

OTHER = "other"  # nothing that a plan needs
CODES = "codes"  # a town's own table of codes
_FEW_GRIDS = 2_000


@dataclass(frozen=True)
class Guess:
    """What a layer may be."""

    role: Role | str  # a role of the rules, "codes" or "other"
    sure: float  # 0 to 1
    why: Named
    values: Mapping[str, Any] = field(default_factory=dict)  # its keys in the rules

    @property
    def degree(self) -> str:
        """Give "sure", "likely" or "unsure"."""
        return "sure" if self.sure >= 0.9 else "likely" if self.sure >= 0.6 else "unsure"


# Words in the names of files and layers; the first that fits counts.
_GRID_WORDS = re.compile(r"网格|村界|镇界|乡界|行政|境界|辖区|区划|grid|hierarchy|boundary|xzq|cun")
_ROAD_WORDS = re.compile(r"道路|公路|路网|街道中心线|road|street|highway|\blu\b")
_RAIL_WORDS = re.compile(r"铁路|rail")
_BUILDING_WORDS = re.compile(r"建筑|房屋|楼栋|building|house")
_GROUP_WORDS = re.compile(r"村民小组|自然村|village_group")
_GROWTH_WORDS = re.compile(r"开发边界|城镇边界|growth")
_CATEGORY_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("problem_estate", re.compile(r"问题楼盘|烂尾|停工楼盘|楼盘|estate")),
    ("key_enterprise", re.compile(r"重点企业|企业|工厂|厂区|enterprise|firm|company")),
    ("supplied_unbuilt", re.compile(r"已供|未建|批而未供|供而未用|supplied")),
    ("developable", re.compile(r"可开发|储备|闲置|待开发|developable|vacant")),
    ("water", re.compile(r"水域|水系|水面|河流|河道|湖|水库|坑塘|water|river|lake")),
    ("park_green", re.compile(r"公园|绿地|park|green")),
    ("farmland", re.compile(r"耕地|农田|基本农田|farm|crop")),
)
_SUBCLASS_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("village_res", re.compile(r"村庄|宅基地|居民点")),
    ("urban_res", re.compile(r"住宅|居住")),
    ("forest_orchard_grass", re.compile(r"林地|园地|草地|forest")),
    ("industry_other", re.compile(r"工业用地|工矿")),
)
_LAND_WORDS = re.compile(r"地类|图斑|用地|landuse|land_use|dltb|三调|国土|ydyh")
_ROSTER_WORDS = re.compile(r"花名册|名册|名单|干部|网格员|人员|roster|people|staff")
_REGISTER_WORDS = re.compile(r"台账|登记|名录|清单|企业|单位|楼盘|项目|商户|register|firm|list")
_CASE_WORDS = re.compile(r"案件|工单|事件|12345|case")
_BOARD_WORDS = re.compile(r"公示牌|标牌|board")


def guess_role(looked: Looked) -> Guess:
    """Guess what a layer or sheet is for.

    Parameters
    ----------
    looked
        The layer.
    """
    ways = {"area": _areas, "line": _lines, "point": _points, "table": _tables}
    found = [one for one in ways[looked.family](looked) if one is not None]
    best = max(found, key=lambda one: one.sure, default=None)
    return best or Guess(
        OTHER,
        0.3,
        Named(
            "neither its columns nor its name say what it is", "列名、内容和文件名都看不出是什么"
        ),
    )


def _areas(looked: Looked) -> Iterator[Guess | None]:
    words = narrow(looked.words).lower()
    yield _grids(looked, words)
    yield _land(looked, words)
    named = looked.columns_of("firm") or looked.columns_of("place_name")
    extra = {"name_column": named[0]} if named else {}
    if _GROWTH_WORDS.search(words):
        yield Guess("growth_boundary", 0.7, _by_name("the growth boundary", "开发边界"))
    if _BUILDING_WORDS.search(words):
        yield Guess("context", 0.8, _by_name("buildings", "建筑"), {"kind": "building", **extra})
    if _GROUP_WORDS.search(words):
        yield Guess(
            "unit", 0.7, _by_name("village groups", "村民小组"), {"kind": "village_group", **extra}
        )
    for key, pattern in (*_CATEGORY_WORDS, *_SUBCLASS_WORDS):
        if pattern.search(words):
            kind = "category" if (key, pattern) in _CATEGORY_WORDS else "subclass"
            yield Guess(
                "layer",
                0.75,
                _by_name("ground of one category", "某一类用地"),
                {kind: key, **extra},
            )
            return


def _grids(looked: Looked, words: str) -> Guess | None:
    columns, known = grid_columns(looked)
    if {"code", "level"} <= set(known) or {"code", "parent_code"} <= set(known):
        why = Named(
            "it has columns for codes, levels or parents of grids", "有网格的编码、级别或上级编码列"
        )
        return Guess("hierarchy", 0.95, why, columns)
    names = looked.cells[known["name"]] if "name" in known else None
    few = len(looked.cells) <= _FEW_GRIDS
    if names is not None and few and names[names != ""].is_unique and len(names) > 1:
        sure = 0.92 if _GRID_WORDS.search(words) else 0.7
        why = Named(
            "its areas are named like villages or grids, each name once",
            "各面的名称像村或网格，且互不重复",
        )
        return Guess("hierarchy", sure, why, columns)
    if few and _GRID_WORDS.search(words) and not code_columns(looked):
        return Guess("hierarchy", 0.7, _by_name("grids", "网格或行政界"), columns)
    return None


def _land(looked: Looked, words: str) -> Guess | None:
    found = code_columns(looked)
    if not found:
        return None
    codes, names = found
    values: dict[str, Any] = {}
    if codes:
        guess = guess_system(looked.cells[codes], looked.cells[names] if names else None)
        if guess.system:
            values = {"code_column": codes, "codes": guess.system}
            sure = 0.97 if guess.sure else 0.85
            why = Named(
                f"column {codes!r} holds land-use codes: {guess.why.en}",
                f"“{codes}”列是地类编码：{guess.why.zh}",
            )
            return Guess("layer", sure, why, {**values, **register_columns(looked, ground=True)})
    if names:
        # The names themselves are the codes, of a table of the town that is made of them.
        why = Named(f"column {names!r} holds names of land-use classes", f"“{names}”列是地类名称")
        values = {"code_column": names, "codes": ""}
        return Guess("layer", 0.85, why, {**values, **register_columns(looked, ground=True)})
    if _LAND_WORDS.search(words):
        why = Named(
            f"column {codes!r} looks like codes, but of no known system",
            f"“{codes}”列像编码，但不属于已知体系",
        )
        return Guess("layer", 0.5, why, {"code_column": codes, "codes": ""})
    return None


def _lines(looked: Looked) -> Iterator[Guess | None]:
    words = narrow(looked.words).lower()
    named = [
        name for name in looked.cells.columns if narrow(name).lower() in ("name", "名称", "mc")
    ]
    extra = {"name_column": named[0]} if named else {}
    if _RAIL_WORDS.search(words):
        yield Guess("context", 0.85, _by_name("railways", "铁路"), {"kind": "rail", **extra})
    water = dict(_CATEGORY_WORDS)["water"]
    if water.search(words):
        yield Guess("context", 0.8, _by_name("waters", "水系"), {"kind": "water", **extra})
    if _ROAD_WORDS.search(words) or "highway" in map(str.lower, looked.cells.columns):
        yield Guess("roads", 0.92, _by_name("roads", "道路"))
    yield Guess("roads", 0.55, Named("lines are roads as a rule", "线状图层一般是道路"))


def _points(looked: Looked) -> Iterator[Guess | None]:
    yield from _registers(looked, 0.1)
    words = narrow(looked.words).lower()
    places = looked.columns_of("place_name")
    if places:
        why = Named("points with names of places", "带地名的点")
        yield Guess("context", 0.65, why, {"kind": "place", "name_column": places[0]})
    if _ROSTER_WORDS.search(words) and person_columns(looked)[1] >= {"name", "phone"}:
        yield Guess("roster", 0.6, _by_name("people", "人员"), person_columns(looked)[0])


def _tables(looked: Looked) -> Iterator[Guess | None]:
    words = narrow(looked.words).lower()
    if is_code_table(looked.cells.columns):
        yield Guess(CODES, 0.95, Named("a table of codes and classes", "编码与类别的对照表"))
        return
    columns, known = person_columns(looked)
    has_people = bool(looked.columns_of("person")) or "name" in known
    if has_people and known & {"phone", "office", "role"} and not looked.columns_of("credit_code"):
        sure = 0.95 if _ROSTER_WORDS.search(words) else 0.82
        if looked.columns_of("firm") and not looked.columns_of("person"):
            sure = 0.5
        why = Named(
            "its columns hold names of people, with offices or phones",
            "有姓名列，并有职务或电话",
        )
        yield Guess("roster", sure, why, columns)
    elif _ROSTER_WORDS.search(words) and has_people:
        yield Guess("roster", 0.8, _by_name("a roster", "花名册"), columns)
    if _CASE_WORDS.search(words):
        yield Guess("cases", 0.6, _by_name("cases", "案件"))
    if _BOARD_WORDS.search(words):
        yield Guess("board", 0.6, _by_name("boards", "公示牌"))
    yield from _registers(looked, 0.0)


def _registers(looked: Looked, more: float) -> Iterator[Guess | None]:
    """Guess a register: firms, estates or institutions, each with a place."""
    words = narrow(looked.words).lower()
    credit, firms = looked.columns_of("credit_code"), looked.columns_of("firm")
    values = register_columns(looked)
    if "id_column" not in values or not (credit or firms or _REGISTER_WORDS.search(words)):
        return
    key = next((key for key, pattern in _CATEGORY_WORDS[:4] if pattern.search(words)), "")
    if not key and credit:
        key = "key_enterprise"
    datum = next(filter(None, (map_datum(str(name)) for name in looked.cells.columns)), "")
    values |= {"datum": datum} if datum else {}
    values |= {"category": key} if key else {"kind": "unit" if "单位" in words else "other"}
    sure = min(0.95, 0.6 + more + 0.2 * bool(credit or firms) + 0.1 * bool(key))
    why = Named(
        "its rows are firms, estates or institutions by their names or credit codes",
        "各行是企业、楼盘或单位（从名称或信用代码看出）",
    )
    yield Guess("register", sure, why, values)


def _by_name(what: str, what_zh: str) -> Named:
    return Named(f"by its name: {what}", f"从文件名看是{what_zh}")
