"""The roster: the people who can be put on posts, from XLSX or CSV with Chinese or English headers.

Ids and codes are text. A person without an id, or with somebody else's, is refused.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from layers.contract.categories import CATEGORIES, RESIDUAL, SUBCLASSES
from layers.contract.columns import PEOPLE, with_dtypes
from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.identifiers import (
    as_codes,
    find_dates,
    find_errors,
    find_lost_digits,
    listed,
    repaired_codes,
    without_errors,
)
from layers.contract.issues import Issue
from layers.contract.phrases import counted, few, few_texts
from layers.contract.text import as_text, narrow
from layers.reading.layer import require_columns
from layers.registers.roster_columns import (
    HEADERS,
    NEEDED,
    ROSTER_KEYS,
    common_names,
    roster_columns,
)
from layers.sheets.reading import Table, open_table
from layers.sheets.table_rows import TOTALS, left_out, totals_without_id

__all__ = ["read_other_roster", "read_roster", "read_roster_and_issues"]

_SHOWN = 40  # columns named in the error
_TOLD = 8  # faults named in the error; the others are counted
_CODES = ("person_id", "home_code", "present_grid")
_ROLES: Mapping[str, str] = {
    "": "cadre",
    "cadre": "cadre",
    "干部": "cadre",
    "下沉干部": "cadre",
    "leader": "leader",
    "网格长": "leader",
}
_SKILLS: Mapping[str, str] = {
    word.lower(): kind.key for kind in (*CATEGORIES, RESIDUAL, *SUBCLASSES) for word in kind.words
}
_SEPARATORS = re.compile("[;；、，,\n]")


def read_roster(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Read the roster of a town, without the issues of `read_roster_and_issues`.

    Parameters
    ----------
    path, layer, encoding, columns
        As in `read_roster_and_issues`.

    Returns
    -------
    A PEOPLE frame, index `person_id`, in the order of the file.

    Raises
    ------
    LayerFileError, LayerSchemaError
        As `read_roster_and_issues` does.
    """
    return read_roster_and_issues(path, layer=layer, encoding=encoding, columns=columns)[0]


def read_roster_and_issues(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, list[Issue]]:
    """Read the roster of a town and say what was repaired, left out or not read.

    Parameters
    ----------
    path
        An .xlsx, .csv or .dbf file. Columns by their Chinese or English header: 编号 person_id,
        姓名 name, 单位职务 office, 身份 role (干部 cadre, 网格长 leader), 技能 skills (categories
        by Chinese or English name or key, separated by ; ； 、 ， or ,), 家庭村 home_code,
        现任网格 present_grid, 电话 phone. Only id and name must be there.
    layer
        Sheet of an .xlsx; without it all sheets that are shown and have these columns are read.
    encoding
        Encoding of a text file when its bytes do not tell.
    columns
        Columns of the file by ours (`person_id`, `name` …), where the town names them itself.

    Returns
    -------
    A PEOPLE frame, index `person_id`, in the order of the file; and the issues of reading.

    Raises
    ------
    LayerFileError
        If the file is missing or unreadable, or has no such sheet.
    LayerSchemaError
        If a column is missing, an id is missing, doubled or became a number, or a role or skill is
        not known; all faults are listed with their rows.
    """
    path = Path(path)
    wanted = partial(common_names, given=columns)
    table = open_table(path, sheet=layer, encoding=encoding, wanted=wanted)
    named = Named(f"Roster {path.name!r}", f"花名册{quoted(path.name)}")
    require_columns(table.frame, list((columns or {}).values()), named)
    found = roster_columns(table.frame.columns, columns)
    given = _named_columns(table, found, path.name)
    people, issues = _without_totals(given.apply(as_text), path.name)
    given = given.loc[people.index]
    called = {column: words[0] for column, words in HEADERS.items()} | dict(columns or {})
    for column in _CODES:
        people[column] = as_codes(given[column])
        name = called[column]
        issues += repaired_codes(given[column], people[column], file=path.name, name=name)
    broken = [*_formula_faults(people["role"], "身份"), *_formula_faults(people["skills"], "技能")]
    people["role"], people["skills"] = (without_errors(people[one]) for one in ("role", "skills"))
    roles = {text: "".join(narrow(text).lower().split()) for text in people["role"].unique()}
    people["role"] = people["role"].map(roles).astype("str")
    people["office"] = without_errors(people["office"])
    people["phone"], told = _phones(given["phone"], path.name, called["phone"])
    dated = {column: table.dated.get(found.get(column, ""), []) for column in HEADERS}
    faults = [
        *_id_faults(people, dated["person_id"]),
        *_name_faults(people["name"]),
        *broken,
        *_role_faults(people["role"]),
        *_skill_faults(people["skills"]),
        *_code_faults(people, dated),
    ]
    if faults:
        raise _refused(faults, path.name)
    people["role"] = people["role"].map(_ROLES)
    skills = {
        text: ";".join(dict.fromkeys(_SKILLS[word] for word in _words(text)))
        for text in people["skills"].unique()
    }
    people["skills"] = people["skills"].map(skills).astype("str")
    people = people.set_index("person_id")
    people.index = people.index.astype("str")
    return with_dtypes(people, PEOPLE), [*table.issues, *issues, *told]


def read_other_roster(
    path: Path, *, columns: Mapping[str, str]
) -> tuple[pd.DataFrame, list[Issue]]:
    """Read another roster than that of the rules; what they say of columns holds where it has them.

    Parameters
    ----------
    path
        As in `read_roster_and_issues`.
    columns
        Columns of the town's own roster by ours. The same office writes the same headers.
    """
    path = Path(path)
    wanted = partial(common_names, given=columns)
    there = list(map(str, open_table(path, wanted=wanted).frame.columns)) if columns else []
    own = {column: name for column, name in columns.items() if name in there}
    return read_roster_and_issues(path, columns=own)


def _refused(faults: list[Named], file: str) -> LayerSchemaError:
    named = (Named(f"{fault.en}.", f"{fault.zh}。") for fault in faults)
    listed = few_texts(named, _TOLD, lines=True)
    many = "s" if len(faults) > 1 else ""
    return LayerSchemaError(
        f"Roster {file!r} has {len(faults)} fault{many}:\n{listed.en}",
        f"花名册{quoted(file)}有 {len(faults)} 处错误：\n{listed.zh}",
    )


def _named_columns(table: Table, columns: Mapping[str, str], file: str) -> pd.DataFrame:
    """Give the columns of a roster by our names; those that it does not have are empty."""
    lacks = [column for column in NEEDED if column not in columns]
    if lacks:
        wanted = ", ".join(f"{HEADERS[column][0]!r} ({column})" for column in lacks)
        wanted_zh = "、".join(f"{quoted(HEADERS[column][0])}列（{column}）" for column in lacks)
        key = ROSTER_KEYS[lacks[0]]
        shown = few(list(table.frame.columns), _SHOWN)
        raise LayerSchemaError(
            f"Roster {file!r} has no column {wanted}. Found: {shown.en}. Name the column so in the "
            "header of the table, or say for the roster of a town which column it is, such as "
            f'{key} = "…" under [roster] in rules.toml.',
            f"花名册{quoted(file)}没有{wanted_zh}。现有列：{shown.zh}。请在表头写上该列名；"
            f'镇的花名册也可在 rules.toml 的 [roster] 中指明，如 {key} = "…"。',
        )
    empty = pd.Series("", index=table.frame.index, dtype="str")
    found = {
        column: table.frame[columns[column]] if column in columns else empty for column in HEADERS
    }
    return pd.DataFrame(found, index=table.frame.index)


def _without_totals(people: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Issue]]:
    """Leave out the rows whose id is 合计, or that have none and such a word beside."""
    ids, names = people["person_id"], people["name"]
    totals = totals_without_id(people, ids)
    if not totals.any():
        return people, []
    words = ids.where(ids != "", names)
    told = left_out(people, totals, words, file, TOTALS)
    return people[~totals].copy(), told


def _phones(given: pd.Series, file: str, name: str) -> tuple[pd.Series, list[Issue]]:
    """Read the phones; one that became a number such as 1.38E+10 is nobody's and left out."""
    phones = without_errors(as_codes(given))
    lost = find_lost_digits(phones)
    if not lost.any():
        return phones, []
    rows, value = phones.index[lost.to_numpy()], phones[lost].iloc[0]
    shown, shown_zh = listed(rows)
    issue = Issue(
        "READ-6",
        "warning",
        f"{file!r}, column {name!r}: {counted(len(rows), 'phone', 'phones')} that became a number "
        f"and lost digits (row {shown}: {value!r}); they are left out. Format the column as "
        "text and write them again.",
        f"“{file}”的{quoted(name)}列：{len(rows)} 个号码被表格软件变成数字而丢失末位"
        f"（第 {shown_zh} 行：“{value}”），已略去。请把该列设为文本格式并重新填写。",
        code=file,
    )
    return phones.where(~lost, ""), [issue]


def _code_faults(people: pd.DataFrame, dated: dict[str, list[object]]) -> list[Named]:
    """Name codes that became a number such as 4.1E+14, a date, or the error of a formula."""
    faults = []
    for column in _CODES:
        head, codes = HEADERS[column][0], people[column]
        for which, kind, kind_zh in (
            (find_lost_digits(codes).to_numpy(), "a number", "数字"),
            (find_dates(codes).to_numpy() | codes.index.isin(dated[column]), "a date", "日期"),
        ):
            faults += _by_value(codes[which], partial(_turned, head, Named(kind, kind_zh)))
        faults += _formula_faults(codes, head)
    return faults


def _turned(head: str, kind: Named, value: str) -> Named:
    return Named(
        f"{head} {value!r} was turned into {kind} by the spreadsheet program: format the column "
        "as text and write the code again",
        f"{head}{quoted(value)}被表格软件变成了{kind.zh}：请把该列设为文本格式并重新填写",
    )


def _by_value(wrong: pd.Series, said: Callable[[str], Named]) -> list[Named]:
    """Name what is wrong once for every value, with all of its rows."""
    faults = []
    for value, rows in wrong.groupby(wrong, sort=False):
        shown, shown_zh = listed(rows.index)
        many = shown.endswith("…")
        count, count_zh = (f" ({len(rows)} in all)", f"（共 {len(rows)} 行）") if many else ("", "")
        fault = said(str(value))
        faults.append(
            Named(
                f"row{'s' if len(rows) > 1 else ''} {shown}{count}: {fault}",
                f"第 {shown_zh} 行{count_zh}：{fault.zh}",
            )
        )
    return faults


def _formula_faults(texts: pd.Series, head: str) -> list[Named]:
    return _by_value(
        texts[find_errors(texts)],
        lambda value: Named(
            f"{head} {value!r} is a formula without a valid result: repair it in the spreadsheet "
            "program, or write the text itself",
            f"{head}{quoted(value)}是没有有效结果的公式：请在表格软件中更正，或直接填写文字",
        ),
    )


def _id_faults(people: pd.DataFrame, dated: list[object]) -> list[Named]:
    ids = people["person_id"]
    faults = _by_value(ids[ids == ""], lambda _: Named("the id (编号) is empty", "编号为空"))
    # What became a number or an error is nobody's own id: it is told as such.
    strange = find_lost_digits(ids) | find_errors(ids) | find_dates(ids) | ids.index.isin(dated)
    own = ids[(ids != "") & ~strange]
    own = own[own.duplicated(keep=False)]
    for value, rows in own.groupby(own):
        names = list(people.loc[rows.index, "name"])
        places = [str(row) for row in rows.index]
        sheets = len({place.partition("!")[0] for place in places if "!" in place}) > 1
        only = '; or keep only the sheet that counts (or name it in rules.toml: layer = "…")'
        more = only if sheets else ""
        more_zh = "；或只保留有效的工作表（也可在 rules.toml 中用 layer 指明）" if sheets else ""
        faults.append(
            Named(
                f"id {value!r} stands in rows {' and '.join(places)} ({', '.join(names)}): "
                f"give each person an id of their own, or take the doubled row out{more}",
                f"编号{quoted(value)}在第 {'、'.join(places)} 行重复（{'、'.join(names)}）："
                f"请给每人不同的编号，或删去重复行{more_zh}",
            )
        )
    return faults


def _name_faults(names: pd.Series) -> list[Named]:
    empty = _by_value(names[names == ""], lambda _: Named("the name is empty", "姓名为空"))
    return [*empty, *_formula_faults(names, "姓名")]


def _role_faults(roles: pd.Series) -> list[Named]:
    return _by_value(
        roles[~roles.isin(set(_ROLES))],
        lambda value: Named(
            f"role 身份 {value!r} is not known. Allowed: 干部 cadre, 网格长 leader",
            f"身份{quoted(value)}无法识别。可填：干部、网格长",
        ),
    )


def _skill_faults(skills: pd.Series) -> list[Named]:
    allowed = ", ".join(f"{kind.zh} {kind.key}" for kind in CATEGORIES)
    allowed_zh = "、".join(kind.zh for kind in CATEGORIES)
    unknown = skills.map(
        {text: [word for word in _words(text) if word not in _SKILLS] for text in skills.unique()}
    ).explode()
    unknown = unknown.dropna()
    some = list(unknown.unique())
    return _by_value(
        unknown,
        lambda word: Named(
            f"skill 技能 {word!r} is not known"
            + (f". Allowed: {allowed}, or a sub-class" if word == some[-1] else ""),
            f"技能{quoted(word)}无法识别"
            + (f"。可填：{allowed_zh}，或其他用地的子类" if word == some[-1] else ""),
        ),
    )


def _words(text: str) -> list[str]:
    return [word for part in _SEPARATORS.split(text) if (word := narrow(part).lower())]
