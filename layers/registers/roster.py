"""The roster: the people who can be put on posts, from XLSX or CSV with Chinese or English headers.

Ids and codes are text. What is wrong is told row by row; a row without an id of its own is left
out, and the rest goes on.
"""

import re
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from layers.contract.columns import PEOPLE, with_dtypes
from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.identifiers import (
    as_codes,
    code_of,
    find_lost_digits,
    listed,
    repaired_codes,
    unwrapped,
    without_errors,
)
from layers.contract.issues import Issue
from layers.contract.phrases import counted, few, few_texts
from layers.contract.text import NOTHING, as_text, narrow
from layers.reading.layer import require_columns
from layers.registers.roster_columns import (
    HEADERS,
    NEEDED,
    ROSTER_KEYS,
    common_names,
    roster_columns,
)
from layers.registers.roster_faults import (
    RowFault,
    code_faults,
    find_faults,
    misplaced_phones,
    town_faults,
)
from layers.registers.roster_words import (
    EMPLOYMENT_WORDS,
    SKILL_WORDS,
    name_of,
    role_words,
    words_of,
)
from layers.sheets.reading import Table, open_table
from layers.sheets.table_rows import TOTALS, left_out, totals_without_id

__all__ = ["RULE", "read_other_roster", "read_roster", "read_roster_and_issues"]

RULE = "READ-22"  # of a row of a roster that is not as it should be
_SHOWN = 40  # columns named in the error
_TOLD = 8  # faults named in the error; the others are counted
_CODES = ("person_id", "home_code", "present_grid")
# Columns of which several rows of one person say more than one.
_JOINED = ("roles", "skills", "present_grid")
# Columns that may say that there is nothing to say.
_MAY_BE_NONE = (*_JOINED, "home_code", "employment", "hours", "office", "town")
_BETWEEN_CODES = re.compile(r"\s*[;；、，,/／|\n]\s*|(?<=\w{9})[ \u3000\xa0]+(?=\w{9})")
# A code of fifteen digits begins with its province: 201,202,203,204,205 are five.
_THOUSANDS = re.compile(r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d(?:,\d{3}){4,}")
# An identity number; the letter at its end is one, whichever way it is written.
_SMALL_X = r"(\d{17})x"


def read_roster(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    roles: Mapping[str, str] | None = None,
    towns: Collection[str] = (),
) -> pd.DataFrame:
    """Read the roster of a town, without the issues of `read_roster_and_issues`.

    Parameters
    ----------
    path, layer, encoding, columns, roles, towns
        As in `read_roster_and_issues`.

    Returns
    -------
    A PEOPLE frame, index `person_id`, in the order of the file.

    Raises
    ------
    LayerFileError, LayerSchemaError
        As `read_roster_and_issues` does.
    """
    return read_roster_and_issues(
        path, layer=layer, encoding=encoding, columns=columns, roles=roles, towns=towns
    )[0]


def read_roster_and_issues(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    roles: Mapping[str, str] | None = None,
    towns: Collection[str] = (),
) -> tuple[pd.DataFrame, list[Issue]]:
    """Read the roster of a town and say what was repaired, left out or not read.

    Parameters
    ----------
    path
        An .xlsx, .csv or .dbf file. Columns by their Chinese or English header: 编号 person_id,
        姓名 name, 单位职务 office, 身份 role (干部 cadre, 网格长 leader, or a role of the rules;
        several may stand there, separated by ; ； 、 ， or ,), 兼任 roles, 技能 skills (categories
        by Chinese or English name or key), 家庭村 home_code, 现任网格 present_grid, 电话 phone,
        用工 employment (专职 full, 兼职 part, 抽调 detached), 每周工时 hours, 所属镇 town. Only id
        and name must be there.
    layer
        Sheet of an .xlsx; without it all sheets that are shown and have these columns are read.
    encoding
        Encoding of a text file when its bytes do not tell.
    columns
        Columns of the file by ours (`person_id`, `name` …), where the town names them itself.
    roles
        Key of each role of the rules by its words; "cadre" and "leader" are always known.
    towns
        What this town is called, where the roster says which town each row is of.

    Returns
    -------
    A PEOPLE frame, index `person_id`, in the order of the file; and the issues of reading. Rows
    that are nobody's (no id, no name, an id that two people have) are left out and told (READ-22,
    an error each); in others only what cannot be read is empty. An unknown role stands as it is
    written, and takes no post.

    Raises
    ------
    LayerFileError
        If the file is missing or unreadable, or has no such sheet.
    LayerSchemaError
        If a column is missing, or no row can be used; all faults are listed with their rows.
    """
    path = Path(path)
    known = role_words(roles)
    wanted = partial(common_names, given=columns)
    table = open_table(path, sheet=layer, encoding=encoding, wanted=wanted)
    named = Named(f"Roster {path.name!r}", f"花名册{quoted(path.name)}")
    require_columns(table.frame, list((columns or {}).values()), named)
    found = roster_columns(table.frame.columns, columns)
    given = _named_columns(table, found, path.name)
    people, issues = _without_totals(given.apply(as_text), path.name)
    given = given.loc[people.index]
    called = {column: words[0] for column, words in HEADERS.items()} | dict(columns or {})
    for column in _MAY_BE_NONE:
        people[column] = people[column].where(~people[column].isin(NOTHING), "")
    people["name"] = people["name"].map(name_of).astype("str")
    people["present_grid"] = people["present_grid"].map(_separate_codes).astype("str")
    people["phone"], told = _phones(given["phone"], path.name, called["phone"])
    people, faults = misplaced_phones(people)
    for column in _CODES:
        same = people[column].equals(as_text(given[column]))
        raw = given[column] if same else people[column]
        plain = as_codes(raw).str.replace(_SMALL_X, r"\1X", regex=True)
        issues += repaired_codes(raw, plain, file=path.name, name=called[column])
        people[column] = plain
    dated = {column: table.dated.get(found.get(column, ""), []) for column in HEADERS}
    of_codes = code_faults(people, dated, _CODES)
    faults += find_faults(people, dated, known)
    faults += [one for column in _CODES for one in of_codes[column]]
    faults += town_faults(people, towns)
    gone = pd.Index([row for one in faults if one.leaves_out for row in one.rows]).unique()
    if len(people) and people.index.isin(gone).all():
        raise _refused(faults, path.name)
    for column in ("home_code", "present_grid"):  # what became a number is no code of any grid
        lost = [row for one in of_codes[column] for row in one.rows]
        people.loc[people.index.isin(lost), column] = ""
    whole = _one_row_each(_understood(people.drop(index=gone), known))
    issues += [*table.issues, *told, *(_row_issue(one, path.name) for one in faults)]
    return with_dtypes(whole, PEOPLE), issues


def _understood(people: pd.DataFrame, roles: Mapping[str, str]) -> pd.DataFrame:
    """Bring the texts of the rows to keys and numbers; what means nothing is empty."""
    people = people.assign(
        **{name: without_errors(people[name]) for name in ("role", "roles", "skills", "office")}
    )
    # An unknown role stays, so that the plan can say that it takes no post.
    first, more = [], []
    for role, others in zip(people["role"], people["roles"], strict=True):
        given = [roles.get(word, word) for word in words_of(role, roles)] or ["cadre"]
        added = [roles[word] for word in words_of(others, roles) if word in roles]
        rest = [one for one in dict.fromkeys([*given[1:], *added]) if one != given[0]]
        first.append(given[0])
        more.append(";".join(one for one in rest if one in roles.values()))
    hours = pd.to_numeric(people["hours"], errors="coerce")
    texts = {
        "role": first,
        "roles": more,
        "skills": [_keys(text, SKILL_WORDS) for text in people["skills"]],
        "employment": [
            _keys(text, EMPLOYMENT_WORDS).partition(";")[0] for text in people["employment"]
        ],
        "present_grid": [
            ";".join(one for one in text.split(";") if one) for text in people["present_grid"]
        ],
    }
    named = {name: pd.Series(text, index=people.index, dtype="str") for name, text in texts.items()}
    return people.assign(**named, hours=hours.where(hours.between(0, 168), 0.0).fillna(0.0))


def _separate_codes(text: str) -> str:
    """Put ; between several codes of a cell; one that is written over two lines stays one."""
    if _THOUSANDS.fullmatch(narrow(text)):
        return narrow(text).replace(",", "")
    parts = [one for one in _BETWEEN_CODES.split(unwrapped(text)) if one.strip()]
    return ";".join(map(code_of, parts)) if len(parts) > 1 else text


def _keys(text: str, words: Mapping[str, str]) -> str:
    return ";".join(dict.fromkeys(words[one] for one in words_of(text, words) if one in words))


def _one_row_each(people: pd.DataFrame) -> pd.DataFrame:
    """Put the rows of one person together: the first counts, the others add roles and grids."""
    twice = people["person_id"].duplicated(keep=False)
    if twice.any():
        rows = people[twice]
        first = rows.drop_duplicates("person_id").copy()
        for place, person in zip(first.index, first["person_id"], strict=True):
            all_rows = rows[rows["person_id"] == person]
            held = [*all_rows["role"].iloc[1:]]
            role = first.at[place, "role"]
            for name in _JOINED:
                given = [one for text in all_rows[name] for one in text.split(";") if one]
                given += held if name == "roles" else []
                kept = [one for one in dict.fromkeys(given) if name != "roles" or one != role]
                first.at[place, name] = ";".join(kept)
        people = pd.concat([people[~twice], first]).loc[
            [row for row in people.index if not twice[row] or row in first.index]
        ]
    people = people.set_index("person_id")
    people.index = people.index.astype("str")
    return people


def _row_issue(fault: RowFault, file: str) -> Issue:
    out, out_zh = (
        ("Left out until it is corrected.", "更正前不计入。") if fault.leaves_out else ("", "")
    )
    return Issue(
        RULE,
        "error" if fault.leaves_out or fault.is_error else "warning",
        f"{file!r}, {fault.text.en}. {out}".rstrip(),
        f"“{file}”{fault.text.zh}。{out_zh}",
        code=file,
        size=float(len(fault.rows)),
        unit="rows",
    )


def read_other_roster(
    path: Path,
    *,
    columns: Mapping[str, str],
    roles: Mapping[str, str] | None = None,
    towns: Collection[str] = (),
) -> tuple[pd.DataFrame, list[Issue]]:
    """Read another roster than that of the rules; what they say of columns holds where it has them.

    Parameters
    ----------
    path, roles, towns
        As in `read_roster_and_issues`.
    columns
        Columns of the town's own roster by ours. The same office writes the same headers.
    """
    path = Path(path)
    wanted = partial(common_names, given=columns)
    there = list(map(str, open_table(path, wanted=wanted).frame.columns)) if columns else []
    own = {column: name for column, name in columns.items() if name in there}
    return read_roster_and_issues(path, columns=own, roles=roles, towns=towns)


def _refused(faults: list[RowFault], file: str) -> LayerSchemaError:
    named = (Named(f"{fault.text.en}.", f"{fault.text.zh}。") for fault in faults)
    shown = few_texts(named, _TOLD, lines=True)
    many = "s" if len(faults) > 1 else ""
    return LayerSchemaError(
        f"Roster {file!r} has {len(faults)} fault{many} and no row that can be used:\n{shown.en}",
        f"花名册{quoted(file)}有 {len(faults)} 处错误，没有可用的行：\n{shown.zh}",
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
