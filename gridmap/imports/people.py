"""Who is on which grid, by a table or by the names that a file of ours carries.

A row names a grid by its code, its code in the source or its name, and a person by id or by name;
what cannot be told apart is listed and nobody is posted by a guess.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gridmap.edits.postings import post_people
from gridmap.imports.source import Source
from gridmap.plan.plan import Plan
from gridmap.rules.roles import LEADER, MEMBER, OFFICERS, role_word_keys
from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.identifiers import as_codes
from layers.contract.issues import Issue, join_issues, make_issues
from layers.contract.text import as_text
from layers.sheets.known_columns import columns_by_header
from layers.sheets.reading import open_table

__all__ = ["Posting", "named_in", "postings_for", "read_postings", "with_postings"]

HEADERS: Mapping[str, tuple[str, ...]] = {
    "grid": ("网格编码", "微网格编码", "网格代码", "网格编号", "网格", "网格名称", "grid_code",
             "grid"),
    "person": ("人员编号", "干部编号", "编号", "工号", "person_id", "id"),
    "name": ("姓名", "人员姓名", "干部姓名", "网格员", "人员", "name"),
    "role": ("角色", "岗位", "职责", "身份", "类别", "role", "post"),
}  # fmt: skip
_LEADERS = ("leader", "网格长", "微网格长", "组长", "负责人", "长")
_MEMBERS = ("member", "网格员", "微网格员", "成员", "组员", "员")
_RULE = "IMPORT-10"


@dataclass(frozen=True)
class Posting:
    """A row of the table: where, who and as what, as it was written."""

    row: str
    grid: str
    person: str  # id; "" where only a name is given
    name: str
    role: str  # "" for the next post that is free


def read_postings(path: Path, *, encoding: str | None = None) -> tuple[Posting, ...]:
    """Read a table of who is on which grid.

    Parameters
    ----------
    path
        An .xlsx, .csv or .dbf with a column of grids and one of ids or names of people; a role by
        choice.

    Raises
    ------
    LayerFileError, LayerSchemaError
        If it cannot be read, or lacks such a column.
    """
    table = open_table(Path(path), encoding=encoding, choosable=False).frame
    found = columns_by_header(table.columns, HEADERS)
    if "grid" not in found or not {"person", "name"} & found.keys():
        names = [str(name) for name in table.columns]
        raise LayerSchemaError(
            f"{path.name!r} needs a column of grids (such as 网格编码, grid_code) and one of "
            f"people (人员编号, person_id or 姓名, name). Found: {', '.join(map(repr, names))}. "
            "Rename them.",
            f"{quoted(path.name)}须有网格列（如网格编码）和人员列（人员编号或姓名）。"
            f"现有列：{quoted(*names)}。请修改列名。",
        )
    texts = {
        key: as_codes(table[name]) if key in ("grid", "person") else as_text(table[name])
        for key, name in found.items()
    }
    blank = pd.Series("", index=table.index)
    columns = [texts.get(key, blank) for key in HEADERS]
    return tuple(
        Posting(str(row), *cells) for row, *cells in zip(table.index, *columns, strict=True)
    )


def named_in(source: Source) -> tuple[Posting, ...] | None:
    """Give the people that a file of ours names; None where it carries no names.

    A grid without a name stands with an empty row: nobody is on it.
    """
    grids = pd.DataFrame(source.grids.drop(columns="geometry"))
    rows = pd.concat([grids, source.above])
    if not source.ours or "leader" not in rows:
        return None
    made = []
    for row in rows.fillna("").to_dict("records"):
        names = [(name, LEADER) for name in _split(row["leader"])]
        names += [(name, MEMBER) for name in _split(row.get("members", ""))]
        for text in _split(row.get("others", "")):
            role, _, name = text.partition(":")
            names.append((name, role))
        made += [Posting(row["rows"] if row["rows"] else "", row["code"], "", name, role)
                 for name, role in names or [("", "")]]  # fmt: skip
    return tuple(made)


def postings_for(source: Source, table: Path | None) -> tuple[tuple[Posting, ...], str] | None:
    """Give the rows by which people are posted and the name of their file.

    They are those of the table, else those of the source; None where neither names anybody.
    """
    if table is not None:
        return read_postings(table), Path(table).name
    rows = named_in(source)
    return None if rows is None else (rows, source.file)


def with_postings(
    plan: Plan, postings: Sequence[Posting], *, file: str, who: str, when: str, since: str = ""
) -> Plan:
    """Put people on posts as a table says; the grids it names are staffed by it alone.

    Parameters
    ----------
    plan
        The plan, with its people.
    postings
        The rows.
    file
        Name of the table, for the issues and the log.
    who, when
        For the log.
    since
        First day of the terms, ISO; "" for the day of `when`.

    Returns
    -------
    The plan with the posts of the grids that the table names held by those whom it names, the
    others as they were, and the rows that could not be followed among its issues (IMPORT-10).
    """
    seats, faults = _seats(plan, postings, file)
    issues = make_issues(faults, plan.crs)
    plan = plan.with_tables(issues=join_issues([plan.issues, issues], plan.crs))
    return post_people(plan, seats, who=who, when=when, why=file, since=since, check=False)


def _split(text: str) -> list[str]:
    return [name.strip() for name in text.split(";") if name.strip()]


def _seats(
    plan: Plan, postings: Sequence[Posting], file: str
) -> tuple[dict[str, str], list[Issue]]:
    """Give every post of the grids named to a person, or to nobody; and what does not fit."""
    grids, people, roles = _grids_by_name(plan), _people_by_name(plan), _roles(plan)
    faults: list[Issue] = []
    seats: dict[str, str] = {}
    wanted: list[tuple[Posting, str, str, str]] = []
    for one in postings:
        code = one.grid if one.grid in plan.grids.index else grids.get(one.grid, "")
        if not code:
            faults.append(_no_grid(one, file))
            continue
        posts = plan.posts.index[plan.posts["grid_code"] == code]
        seats |= {str(post): "" for post in posts if post not in seats}
        if not one.person and not one.name:
            continue
        found = [one.person] if one.person in plan.people.index else people.get(one.name, [])
        role = roles.get(one.role.strip().lower(), "") if one.role else ""
        if len(found) != 1:
            faults.append(_no_person(one, found, code, file))
        elif one.role and not role:
            faults.append(_no_role(one, code, file))
        else:
            wanted.append((one, code, found[0], role))
    for one, code, person, role in sorted(wanted, key=lambda row: row[3] == ""):
        post = _free(plan, code, role, person, seats)
        if post:
            seats[post] = person
        else:
            faults.append(_no_post(plan, one, code, person, seats, file))
    faults += _several(plan, seats, file)
    return seats, faults


def _free(plan: Plan, code: str, role: str, person: str, seats: Mapping[str, str]) -> str:
    """Find the first free post of a grid for a role; "" where there is none."""
    own = plan.posts[plan.posts["grid_code"] == code].sort_values(["number"], kind="stable")
    if person in (seats.get(str(post), "") for post in own.index):
        return ""
    fits = own["role"].isin(OFFICERS) if not role else own["role"] == role
    return next((str(post) for post in own.index[fits] if not seats[str(post)]), "")


def _grids_by_name(plan: Plan) -> dict[str, str]:
    """Codes of grids by what else they are called, where that is one grid alone."""
    grids = plan.grids
    pairs = [
        (str(text), str(code))
        for column in ("source_code", "label", "name")
        for code, text in grids[column].items()
        if text
    ]
    once = Counter(text for text, _ in set(pairs))
    return {text: code for text, code in pairs if once[text] == 1}


def _people_by_name(plan: Plan) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for person, name in plan.people["name"].items():
        found.setdefault(str(name).replace(";", "；"), []).append(str(person))
    return found


def _roles(plan: Plan) -> dict[str, str]:
    words = dict.fromkeys(_LEADERS, LEADER) | dict.fromkeys(_MEMBERS, MEMBER)
    return words | {word.lower(): key for word, key in role_word_keys(plan.rules).items()}


def _fault(
    one: Posting, file: str, told: Named, *, code: str = "", other: str = "", remedy: Named
) -> Issue:
    row, row_zh = (f", row {one.row}", f"第 {one.row} 行") if one.row else ("", "")
    return Issue(
        _RULE,
        "warning",
        f"{file!r}{row}: {told.en}. {remedy.en}",
        f"“{file}”{row_zh}：{told.zh}。{remedy.zh}",
        code=code or one.grid,
        other_code=other,
        size=1.0,
        unit="people",
    )


def _no_grid(one: Posting, file: str) -> Issue:
    return _fault(
        one,
        file,
        Named(f"there is no one grid {one.grid!r}", f"没有唯一的网格{quoted(one.grid)}"),
        remedy=Named("Write its code; nobody was posted by this row.", "请填写编码；本行未定岗。"),
    )


def _no_person(one: Posting, found: Sequence[str], code: str, file: str) -> Issue:
    who = one.person or one.name
    if found:
        told = Named(
            f"{len(found)} people are called {who!r} ({', '.join(found)})",
            f"有 {len(found)} 人姓名为{quoted(who)}（{'、'.join(found)}）",
        )
        remedy = Named("Give the id; nobody was posted by this row.", "请填人员编号；本行未定岗。")
    else:
        told = Named(f"nobody {who!r} is on the roster", f"花名册中没有{quoted(who)}")
        remedy = Named(
            "Correct the name or add the person to the roster; nobody was posted by this row.",
            "请更正，或在花名册中补充；本行未定岗。",
        )
    return _fault(one, file, told, code=code, other=who, remedy=remedy)


def _no_role(one: Posting, code: str, file: str) -> Issue:
    told = Named(
        f"the role {one.role!r} is none of the town's", f"角色{quoted(one.role)}不在本乡镇规则中"
    )
    remedy = Named(
        "Write leader, member or a role of the rules; nobody was posted by this row.",
        "请写网格长、网格员或规则中的角色；本行未定岗。",
    )
    return _fault(one, file, told, code=code, other=one.person or one.name, remedy=remedy)


def _no_post(
    plan: Plan, one: Posting, code: str, person: str, seats: Mapping[str, str], file: str
) -> Issue:
    own = plan.posts[plan.posts["grid_code"] == code]
    name = str(plan.people.at[person, "name"])
    if person in (seats.get(str(post), "") for post in own.index):
        told = Named(f"{name} is on grid {code} by another row", f"{name}已由另一行定岗于 {code}")
        remedy = Named("Delete one of the rows.", "请删去其一。")
    else:
        told = Named(
            f"grid {code} has {len(own)} posts and none is free for {name}",
            f"网格 {code} 共 {len(own)} 个岗位，没有空岗安排{name}",
        )
        remedy = Named(
            "Its load asks for no more; raise it in the rules or take the row out.",
            "工作量不需要更多岗位；请调整规则或删去该行。",
        )
    return _fault(one, file, told, code=code, other=person, remedy=remedy)


def _several(plan: Plan, seats: Mapping[str, str], file: str) -> Iterator[Issue]:
    """Say who is on several posts."""
    posts: dict[str, list[str]] = {}
    for post, person in seats.items():
        if person:
            posts.setdefault(person, []).append(post)
    for person, own in sorted(posts.items()):
        if len(own) < 2:
            continue
        name, shown = str(plan.people.at[person, "name"]), _codes(plan, own)
        yield Issue(
            _RULE,
            "warning",
            f"{file!r}: {name} ({person}) is on {len(own)} posts: {', '.join(shown)}. Check "
            "whether the hours suffice.",
            f"“{file}”：{name}（{person}）共有 {len(own)} 个岗位：{'、'.join(shown)}。"
            "请核对工时是否足够。",
            code=shown[0],
            other_code=person,
            size=float(len(own)),
            unit="posts",
        )


def _codes(plan: Plan, posts: Iterable[str]) -> list[str]:
    return [str(plan.posts.at[post, "grid_code"]) for post in sorted(posts)]
