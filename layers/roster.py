"""The roster: the people who can be put on posts, from XLSX or CSV with Chinese or English headers.

Ids and codes are text. A person without an id, or with somebody else's, is refused.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from layers.categories import CATEGORIES, RESIDUAL, SUBCLASSES
from layers.columns import PEOPLE, with_dtypes
from layers.errors import LayerSchemaError, Named, quoted
from layers.sheets import read_table

__all__ = ["read_roster"]

# Header words by column; the first of each pair is what we write ourselves.
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "person_id": ("编号", "人员编号", "工号", "person_id", "id"),
    "name": ("姓名", "name"),
    "office": ("单位职务", "单位及职务", "职务", "office"),
    "role": ("身份", "角色", "role"),
    "skills": ("技能", "专长", "skills"),
    "home_code": ("家庭村", "家庭村代码", "home_code"),
    "present_grid": ("现任网格", "现任网格编码", "present_grid"),
    "phone": ("电话", "手机", "联系电话", "phone"),
}
_NEEDED = ("person_id", "name")
_ROLES: Mapping[str, str] = {
    "": "cadre",
    "cadre": "cadre",
    "干部": "cadre",
    "下沉干部": "cadre",
    "leader": "leader",
    "网格长": "leader",
}
_SKILLS: Mapping[str, str] = {
    word.lower(): kind.key
    for kind in (*CATEGORIES, RESIDUAL, *SUBCLASSES)
    for word in (kind.key, kind.zh, kind.en)
}
_AS_NUMBER = re.compile(r"\d(\.\d+)?[eE]\+\d+$")
_SEPARATORS = re.compile("[;；、，,]")


def read_roster(path: Path) -> pd.DataFrame:
    """Read the roster of a town.

    Parameters
    ----------
    path
        An .xlsx (first sheet) or .csv file. Columns by their Chinese or English header: 编号
        person_id, 姓名 name, 单位职务 office, 身份 role (干部 cadre, 网格长 leader), 技能 skills
        (categories by Chinese or English name or key, separated by ; ； 、 ， or ,), 家庭村
        home_code, 现任网格 present_grid, 电话 phone. Only id and name must be there.

    Returns
    -------
    A PEOPLE frame, index `person_id`, in the order of the file.

    Raises
    ------
    LayerFileError
        If the file is missing or unreadable.
    LayerSchemaError
        If a column is missing, an id is missing or doubled, or a role or skill is not known; all
        faults are listed with their rows.
    """
    path = Path(path)
    table = read_table(path)
    people = _named_columns(table, path.name)
    faults = [
        *_id_faults(people),
        *_name_faults(people["name"]),
        *_role_faults(people["role"].str.lower()),
        *_skill_faults(people["skills"]),
        *_code_faults(people),
    ]
    if faults:
        listed = "\n".join(f"- {fault.en}." for fault in faults)
        listed_zh = "\n".join(f"- {fault.zh}。" for fault in faults)
        many = "s" if len(faults) > 1 else ""
        raise LayerSchemaError(
            f"Roster {path.name!r} has {len(faults)} fault{many}:\n{listed}",
            f"花名册{quoted(path.name)}有 {len(faults)} 处错误：\n{listed_zh}",
        )
    people["role"] = people["role"].str.lower().map(_ROLES)
    people["skills"] = [
        ";".join(dict.fromkeys(_SKILLS[word] for word in _words(text))) for text in people["skills"]
    ]
    people = people.set_index("person_id")
    people.index = people.index.astype("str")
    return with_dtypes(people, PEOPLE)


def _named_columns(table: pd.DataFrame, file: str) -> pd.DataFrame:
    by_header = {str(name).strip().lower(): str(name) for name in table.columns}
    people = pd.DataFrame(index=table.index)
    for column, headers in _HEADERS.items():
        found = next((by_header[word] for word in headers if word in by_header), None)
        if found is None and column in _NEEDED:
            shown = ", ".join(repr(str(name)) for name in table.columns)
            shown_zh = quoted(*table.columns)
            raise LayerSchemaError(
                f"Roster {file!r} has no column {headers[0]!r} ({column}). Found: {shown}. "
                "Name the column so in the first row of the first sheet.",
                f"花名册{quoted(file)}没有{quoted(headers[0])}列（{column}）。现有列：{shown_zh}。"
                "请在第一个工作表的首行写上该列名。",
            )
        people[column] = table[found] if found is not None else ""
    return people


def _code_faults(people: pd.DataFrame) -> list[Named]:
    """Name codes that a spreadsheet program has turned into a number such as 4.1E+14."""
    return [
        Named(
            f"row {row}: {_HEADERS[column][0]} {value!r} was turned into a number by the "
            "spreadsheet program: format the column as text and write the code again",
            f"第 {row} 行：{_HEADERS[column][0]}{quoted(value)}被表格软件变成了数字："
            "请把该列设为文本格式并重新填写",
        )
        for column in ("person_id", "home_code", "present_grid")
        for row, value in people[column][people[column].str.match(_AS_NUMBER)].items()
    ]


def _id_faults(people: pd.DataFrame) -> list[Named]:
    ids = people["person_id"]
    faults = [
        Named(f"row {row}: the id (编号) is empty", f"第 {row} 行：编号为空")
        for row in ids.index[ids == ""]
    ]
    for value, rows in ids[ids != ""].groupby(ids):
        if len(rows) > 1:
            names = list(people.loc[rows.index, "name"])
            places = [str(row) for row in rows.index]
            faults.append(
                Named(
                    f"id {value!r} stands in rows {' and '.join(places)} ({', '.join(names)}): "
                    "give each person an id of their own, or take the doubled row out",
                    f"编号{quoted(value)}在第 {'、'.join(places)} 行重复（{'、'.join(names)}）："
                    "请给每人不同的编号，或删去重复行",
                )
            )
    return faults


def _name_faults(names: pd.Series) -> list[Named]:
    return [
        Named(f"row {row}: the name is empty", f"第 {row} 行：姓名为空")
        for row in names.index[names == ""]
    ]


def _role_faults(roles: pd.Series) -> list[Named]:
    return [
        Named(
            f"row {row}: role 身份 {value!r} is not known. Allowed: 干部 cadre, 网格长 leader",
            f"第 {row} 行：身份{quoted(value)}无法识别。可填：干部、网格长",
        )
        for row, value in roles[~roles.isin(set(_ROLES))].items()
    ]


def _skill_faults(skills: pd.Series) -> list[Named]:
    allowed = ", ".join(f"{kind.zh} {kind.key}" for kind in CATEGORIES)
    allowed_zh = "、".join(kind.zh for kind in CATEGORIES)
    return [
        Named(
            f"row {row}: skill 技能 {word!r} is not known. Allowed: {allowed}, or a sub-class",
            f"第 {row} 行：技能{quoted(word)}无法识别。可填：{allowed_zh}，或其他用地的子类",
        )
        for row, text in skills.items()
        for word in _words(text)
        if word not in _SKILLS
    ]


def _words(text: str) -> list[str]:
    return [word for part in _SEPARATORS.split(text) if (word := part.strip().lower())]
