"""Which columns of a table may be which, by words in their headers and by what is in them.

A guess is offered to a person who decides; reading takes none of it.
"""

import re
from collections.abc import Mapping

import pandas as pd

from layers.contract.text import narrow, without_invisible

__all__ = ["likely_columns"]

# The more telling word stands first.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "person_id": (
        "编号",
        "工号",
        "编码",
        "代码",
        "警号",
        "证号",
        "序号",
        "number",
        "code",
        "id",
        "no",
    ),
    "name": ("姓名", "名字", "名称", "人员", "干部", "网格员", "name"),
    "office": ("单位职务", "职务", "单位", "部门", "office", "post", "department", "unit"),
    "role": ("身份", "角色", "类别", "岗位", "role", "kind"),
    "skills": ("技能", "专长", "特长", "专业", "skill"),
    "home_code": ("家庭", "居住", "住址", "籍贯", "村", "社区", "home", "village"),
    "present_grid": ("现任", "网格", "所在", "grid"),
    "employment": ("用工", "专兼职", "专职", "兼职", "employment"),
    "hours": ("工时", "小时", "hours"),
    "roles": ("兼任", "其他角色", "roles"),
    "town": ("所属镇", "乡镇", "镇", "街道", "town"),
    "phone": ("电话", "手机", "联系", "phone", "mobile", "tel"),
    "code": ("编码", "代码", "编号", "code", "id"),
    "level": ("级", "层", "level"),
    "parent_code": ("上级", "父", "所属", "parent", "pid"),
    "name_en": ("英文", "english", "en"),
    "households": ("户", "household", "households"),
    "population": ("人口", "人数", "population"),
    "object_id": ("编号", "编码", "代码", "证号", "序号", "number", "code", "id", "no"),
    "object_name": ("名称", "姓名", "企业", "楼盘", "项目", "单位", "name"),
    "record": (
        "地块编号",
        "地块",
        "宗地",
        "图斑",
        "记录",
        "标识",
        "parcel",
        "record",
        "plot",
        "bsm",
    ),
    "x": ("经度", "东经", "横坐标", "东坐标", "lon", "lng", "east", "x"),
    "y": ("纬度", "北纬", "纵坐标", "北坐标", "lat", "north", "y"),
}
_IDS = ("person_id", "object_id", "code")
_NUMBERS = ("x", "y")
_LATIN = re.compile(r"[a-z]+")
_DIGIT = re.compile(r"\d")


def likely_columns(columns: pd.DataFrame, wanted: str) -> list[str]:
    """List the columns that may be the one that is wanted, the likeliest first.

    Parameters
    ----------
    columns
        What is in the columns, as `layers.inspect.file` tells: index column; `filled`, `different`
        and `example`.
    wanted
        A column of a roster (`person_id`, `name` …) or of a hierarchy (`code`, `level` …);
        `object_id`, `object_name`, `record`, `x` or `y` of a register. An id is filled and
        different in every row, a coordinate has digits: others are not offered.
    """
    rows = int(columns["filled"].max()) if len(columns) else 0
    found = []
    for place, (name, facts) in enumerate(columns.iterrows()):
        rank = _rank(str(name), _WORDS[wanted])
        unique = facts["filled"] == rows == facts["different"]
        if rank is None or (wanted in _IDS and not unique):
            continue
        if wanted in _NUMBERS and not _DIGIT.search(str(facts["example"])):
            continue
        found.append((rank, place, str(name)))
    return [name for _, _, name in sorted(found)]


def _rank(header: str, words: tuple[str, ...]) -> int | None:
    """Give the place of the first word that a header holds; Latin words count as a whole."""
    plain = narrow(without_invisible(header)).lower()
    latin = set(_LATIN.findall(plain))
    for place, word in enumerate(words):
        if word in latin or (not word.isascii() and word in plain):
            return place
    return None
