"""What is wrong in the rows of a roster, row by row: what is left out for it, and what stays."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from layers.contract.categories import CATEGORIES
from layers.contract.errors import Named, quoted
from layers.contract.identifiers import (
    find_dates,
    find_errors,
    find_lost_digits,
    find_rounded_identities,
    listed,
)
from layers.contract.text import plain_header
from layers.registers.roster_columns import HEADERS
from layers.registers.roster_words import (
    EMPLOYMENT_WORDS,
    SKILL_WORDS,
    is_nobody,
    names_several,
    words_of,
)

__all__ = ["RowFault", "code_faults", "find_faults", "misplaced_phones", "town_faults"]

# A mobile number among other words.
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d{9})(?!\d)")
_NO_MOBILE = r"1[3-9]\d(?:(?:[ -]?\d){5,7}|(?:[ -]?\d){9,10})"  # digits too few or too many
_ODD_PHONE = Named(
    "the phone (电话) looks like a mobile number and has not eleven digits: look it up",
    "电话像手机号，但不是 11 位，请核对",
)
# Where one is found now and then; names, offices and duties are shown to everybody.
_NO_PHONES = ("name", "office", "role", "roles", "skills", "home_code", "present_grid")
_SHOWN_TO_ALL = Named(
    "a phone number stands there: it counts as the phone of the row and is shown to nobody",
    "误填了电话号码：已作为该行的电话处理，不对外显示",
)


@dataclass(frozen=True)
class RowFault:
    """One thing that is wrong in some rows."""

    text: Named  # begins with the rows
    rows: pd.Index
    leaves_out: bool = False  # the rows are nobody's: they cannot be used
    is_error: bool = False  # the rows stay, and their people can take no post


def find_faults(
    people: pd.DataFrame, dated: Mapping[str, list[object]], roles: Mapping[str, str]
) -> list[RowFault]:
    """List what is wrong in the rows of a roster.

    Parameters
    ----------
    people
        The rows as texts, one column of `HEADERS` each; the index is the row of the file.
    dated
        Rows in which a column holds a date, by column.
    roles
        Key of a role by each word for it.
    """
    return [
        *_id_faults(people, dated["person_id"]),
        *_nearly_same_ids(people),
        *_name_faults(people["name"]),
        *(one for name in ("role", "roles", "skills") for one in _formulas(people[name], name)),
        *_role_faults(people, roles),
        *_skill_faults(people["skills"]),
        *_employment_faults(people["employment"]),
        *_hour_faults(people["hours"]),
        *_same_person(people),
    ]


def code_faults(
    people: pd.DataFrame, dated: Mapping[str, list[object]], columns: Iterable[str]
) -> dict[str, list[RowFault]]:
    """Name codes that became a number such as 4.1E+14, a date, or the error of a formula."""
    faults: dict[str, list[RowFault]] = {}
    for column in columns:
        head, codes = HEADERS[column][0], people[column]
        out = column == "person_id"
        faults[column] = []
        for which, kind, kind_zh in (
            (_lost(codes, column).to_numpy(), "a number", "数字"),
            (find_dates(codes).to_numpy() | codes.index.isin(dated[column]), "a date", "日期"),
        ):
            turned = partial(_turned, head, Named(kind, kind_zh))
            faults[column] += _by_value(codes[which], turned, leaves_out=out)
        faults[column] += _formulas(codes, column, leaves_out=out)
    return faults


def _lost(codes: pd.Series, column: str) -> pd.Series:
    lost = find_lost_digits(codes)
    return lost | find_rounded_identities(codes) if column == "person_id" else lost


def misplaced_phones(people: pd.DataFrame) -> tuple[pd.DataFrame, list[RowFault]]:
    """Take mobile numbers out of the columns where they do not belong.

    Returns
    -------
    The rows, with the number as the phone where there was none; and what was found.
    """
    changed, faults = people.copy(), []
    for column in _NO_PHONES:
        found = people[column].str.extract(_MOBILE, expand=False)
        there = found.notna()
        if not there.any():
            continue
        bare = people.loc[there, column].str.replace(_MOBILE, "", regex=True)
        changed.loc[there, column] = bare.str.strip(" \t:：()（）,，;；、/-")
        empty = there & (changed["phone"] == "")
        changed.loc[empty, "phone"] = found[empty]
        head = HEADERS[column][0]
        said = Named(
            f"in {head} ({column}) {_SHOWN_TO_ALL.en}", f"{quoted(head)}列{_SHOWN_TO_ALL.zh}"
        )
        faults.append(_in_rows(people.index[there], said))
    words = (changed["phone"] != "") & ~changed["phone"].str.contains(r"\d", regex=True)
    faults += _by_value(
        changed["phone"][words],
        lambda value: Named(
            f"phone 电话 {value!r} has no number in it and is left empty",
            f"电话{quoted(value)}不含号码，按空白处理",
        ),
    )
    changed["phone"] = changed["phone"].where(~words, "")
    wrong = changed.index[changed["phone"].str.fullmatch(_NO_MOBILE).to_numpy(dtype=bool)]
    faults += [_in_rows(wrong, _ODD_PHONE)] if len(wrong) else []
    return changed, faults


def _in_rows(rows: pd.Index, said: Named) -> RowFault:
    shown, shown_zh = listed(rows)
    row = "rows" if len(rows) > 1 else "row"
    return RowFault(Named(f"{row} {shown}: {said}", f"第 {shown_zh} 行：{said.zh}"), rows)


def town_faults(people: pd.DataFrame, towns: Iterable[str]) -> list[RowFault]:
    """Tell the rows of a roster that belong to other towns; they are left out.

    Parameters
    ----------
    people
        As in `find_faults`.
    towns
        What this town is called: names and code. None: rows of any town belong to it.
    """
    own = {plain_header(name) for name in towns if name}
    given = people["town"].map(plain_header)
    mine = given.map({one: _is_one_of(one, own) for one in given.unique()}).astype(bool)
    if not own or not (given != "").any() or not mine[given != ""].any():
        return []
    other = given[~mine & (given != "")]
    faults = _by_value(
        other,
        lambda value: Named(
            f"belongs to the town {value!r}, not to this one", f"属于{quoted(value)}，不属于本镇"
        ),
        leaves_out=True,
    )
    both = people["person_id"].isin(people.loc[other.index, "person_id"]) & mine
    both &= people["person_id"] != ""
    for row, person, name in zip(
        people.index[both], people.loc[both, "person_id"], people.loc[both, "name"], strict=True
    ):
        there = sorted(set(given[other.index][people.loc[other.index, "person_id"] == person]))
        faults.append(
            RowFault(
                Named(
                    f"row {row}: {person!r} ({name}) is on the roster of this town and of "
                    f"{', '.join(there)}: agree where the person works",
                    f"第 {row} 行：{person}（{name}）同时在本镇和{'、'.join(there)}的花名册中，"
                    "请商定在哪个镇任职",
                ),
                pd.Index([row]),
            )
        )
    return faults


def _is_one_of(town: str, own: set[str]) -> bool:
    return not town or any(town == one or town in one or one in town for one in own)


def _turned(head: str, kind: Named, value: str) -> Named:
    return Named(
        f"{head} {value!r} was turned into {kind} by the spreadsheet program: format the column "
        "as text and write the code again",
        f"{head}{quoted(value)}被表格软件变成了{kind.zh}：请把该列设为文本格式并重新填写",
    )


def _by_value(
    wrong: pd.Series, said: Callable[[str], Named], *, leaves_out: bool = False
) -> list[RowFault]:
    """Name what is wrong once for every value, with all of its rows."""
    faults = []
    for value, rows in wrong.groupby(wrong, sort=False):
        shown, shown_zh = listed(rows.index)
        many = shown.endswith("…")
        count, count_zh = (f" ({len(rows)} in all)", f"（共 {len(rows)} 行）") if many else ("", "")
        fault = said(str(value))
        text = Named(
            f"row{'s' if len(rows) > 1 else ''} {shown}{count}: {fault}",
            f"第 {shown_zh} 行{count_zh}：{fault.zh}",
        )
        faults.append(RowFault(text, rows.index, leaves_out))
    return faults


def _formulas(texts: pd.Series, column: str, *, leaves_out: bool = False) -> list[RowFault]:
    head = HEADERS[column][0]
    return _by_value(
        texts[find_errors(texts)],
        lambda value: Named(
            f"{head} {value!r} is a formula without a valid result: repair it in the spreadsheet "
            "program, or write the text itself",
            f"{head}{quoted(value)}是没有有效结果的公式：请在表格软件中更正，或直接填写文字",
        ),
        leaves_out=leaves_out,
    )


def _id_faults(people: pd.DataFrame, dated: list[object]) -> Iterator[RowFault]:
    ids = people["person_id"]
    yield from _by_value(
        ids[ids == ""], lambda _: Named("the id (编号) is empty", "编号为空"), leaves_out=True
    )
    # What became a number or an error is nobody's own id: it is told as such.
    strange = _lost(ids, "person_id") | find_errors(ids) | find_dates(ids) | ids.index.isin(dated)
    own = ids[(ids != "") & ~strange]
    own = own[own.duplicated(keep=False)]
    for value, rows in own.groupby(own):
        names = list(people.loc[rows.index, "name"])
        places = [str(row) for row in rows.index]
        sheets = len({place.partition("!")[0] for place in places if "!" in place}) > 1
        only = '; or keep only the sheet that counts (or name it in rules.toml: layer = "…")'
        more = only if sheets else ""
        more_zh = "；或只保留有效的工作表（也可在 rules.toml 中用 layer 指明）" if sheets else ""
        several = len(set(names)) > 1
        advice, advice_zh = (
            (
                f"give each person an id of their own, or take the doubled row out{more}",
                f"请给每人不同的编号，或删去重复行{more_zh}",
            )
            if several
            else (
                f"taken as one person with what all rows say{more}",
                f"已作为一人处理，合并各行的角色和网格{more_zh}",
            )
        )
        shown = ", ".join(names) if several else names[0]
        shown_zh = "、".join(names) if several else names[0]
        yield RowFault(
            Named(
                f"id {value!r} stands in rows {' and '.join(places)} ({shown}): {advice}",
                f"编号{quoted(value)}在第 {'、'.join(places)} 行重复（{shown_zh}）：{advice_zh}",
            ),
            rows.index,
            leaves_out=several,
        )


def _nearly_same_ids(people: pd.DataFrame) -> Iterator[RowFault]:
    """Find ids that differ in capitals or zeros in front alone: most likely one, typed twice."""
    ids = people["person_id"][people["person_id"] != ""]
    plain = ids.str.casefold().str.lstrip("0")
    twice = plain.duplicated(keep=False) & (plain != "")
    for _, rows in ids[twice].groupby(plain[twice], sort=True):
        written = list(rows.unique())
        if len(written) < 2:
            continue
        said = Named(
            f"ids {', '.join(written)} differ in capitals or zeros in front alone: if it is one "
            "id, write it alike; if not, choose another",
            f"编号 {'、'.join(written)} 仅大小写或前导零不同：如为同一编号请统一写法，否则请另编",
        )
        yield _in_rows(rows.index, said)


def _name_faults(names: pd.Series) -> list[RowFault]:
    empty = _by_value(
        names[names == ""], lambda _: Named("the name is empty", "姓名为空"), leaves_out=True
    )
    nobody = names.map({one: bool(one) and is_nobody(one) for one in names.unique()})
    vacant = _by_value(
        names[nobody.astype(bool) & ~find_errors(names)],
        lambda value: Named(f"{value!r} is nobody's name", f"{quoted(value)}不是姓名"),
        leaves_out=True,
    )
    several = _by_value(
        names[names.map({one: names_several(one) for one in names.unique()}).astype(bool)],
        lambda value: Named(
            f"{value!r} are several people: give each a row and an id of their own",
            f"{quoted(value)}是多个人：请每人一行，各用自己的编号",
        ),
        leaves_out=True,
    )
    return [*empty, *_formulas(names, "name", leaves_out=True), *vacant, *several]


def _role_faults(people: pd.DataFrame, roles: Mapping[str, str]) -> Iterator[RowFault]:
    known = _names_of(roles)
    known_zh = "、".join(word for word in roles if not word.isascii())
    for column in ("role", "roles"):
        head = HEADERS[column][0]
        said = partial(_unknown_role, head, Named(known, known_zh))
        for fault in _by_value(_unknown(people[column], roles), said):
            yield replace(fault, is_error=column == "role")


def _unknown_role(head: str, known: Named, value: str) -> Named:
    return Named(
        f"role {head} {value!r} is not known. Allowed: {known}",
        f"{head}{quoted(value)}无法识别。可填：{known.zh}",
    )


def _names_of(roles: Mapping[str, str]) -> str:
    """List the roles as a roster may write them: 干部 cadre, 网格长 leader."""
    names: dict[str, str] = {}
    for word, key in roles.items():
        if not word.isascii():
            names.setdefault(key, word)
    return ", ".join(f"{word} {key}" for key, word in names.items())


def _skill_faults(skills: pd.Series) -> list[RowFault]:
    allowed = ", ".join(f"{kind.zh} {kind.key}" for kind in CATEGORIES)
    allowed_zh = "、".join(kind.zh for kind in CATEGORIES)
    unknown = _unknown(skills, SKILL_WORDS)
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


def _employment_faults(texts: pd.Series) -> list[RowFault]:
    return _by_value(
        _unknown(texts, EMPLOYMENT_WORDS),
        lambda word: Named(
            f"employment 用工 {word!r} is not known. Allowed: 专职 full, 兼职 part, 抽调 detached",
            f"用工{quoted(word)}无法识别。可填：专职、兼职、抽调",
        ),
    )


def _hour_faults(texts: pd.Series) -> list[RowFault]:
    numbers = pd.to_numeric(texts, errors="coerce")
    wrong = (texts != "") & ~numbers.between(0, 168)
    return _by_value(
        texts[wrong],
        lambda value: Named(
            f"hours 每周工时 {value!r} is no number of hours a week (0 to 168)",
            f"每周工时{quoted(value)}不是 0 至 168 的数",
        ),
    )


def _same_person(people: pd.DataFrame) -> Iterator[RowFault]:
    """Find two ids of one name and phone: most likely one person, who would get two posts."""
    there = people[(people["phone"] != "") & (people["person_id"] != "")]
    there = there[there.duplicated(["name", "phone"], keep=False)]
    for _, rows in there.groupby(["name", "phone"], sort=True):
        ids = list(rows["person_id"].unique())
        if len(ids) < 2:
            continue
        name = rows["name"].iloc[0]
        said = Named(
            f"ids {', '.join(ids)} have one name ({name}) and phone: if it is one person, keep "
            "one id",
            f"编号 {'、'.join(ids)} 的姓名（{name}）和电话相同：如为同一人，请只留一个编号",
        )
        yield _in_rows(rows.index, said)


def _unknown(texts: pd.Series, words: Mapping[str, str]) -> pd.Series:
    """Give the words of cells that mean nothing, each with its row."""
    strange = {
        text: [word for word in words_of(text, words) if word not in words]
        for text in texts.unique()
    }
    return texts[~find_errors(texts)].map(strange).explode().dropna()
