"""Groups across the tree, such as alliances and teams: a table with one row a member.

What a member is (which grid, object or post) is looked up when the plan has them; here only the
table is read. What is wrong is told row by row, and the rest goes on.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from layers.contract.columns import GROUPS, MEMBERS, with_dtypes
from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.identifiers import as_codes, listed, repaired_codes, without_errors
from layers.contract.issues import Issue
from layers.contract.text import as_text
from layers.reading.layer import require_columns
from layers.registers.roster_words import plain_word
from layers.sheets.known_columns import columns_by_header, names_in_all_sheets
from layers.sheets.reading import open_table
from layers.sheets.table_rows import TOTALS, left_out, totals_without_id

__all__ = ["GROUP_COLUMNS", "GROUP_HEADERS", "GROUP_TYPES", "RULE", "read_groups"]

RULE = "READ-21"  # of a row of a table of groups that is not as it should be
GROUP_TYPES = ("alliance", "big_grid", "team", "other")
GROUP_HEADERS: Mapping[str, tuple[str, ...]] = {
    "group_id": ("组合编号", "编号", "组号", "group_id", "id"),
    "name": ("组合名称", "名称", "组名", "name"),
    "type": ("类型", "组合类型", "type"),
    "kind": ("成员类型", "成员类别", "member_kind", "kind"),
    "member_id": ("成员", "成员编码", "成员编号", "成员名称", "member", "member_id"),
}
# Our columns as the rules of a town name them.
GROUP_COLUMNS: Mapping[str, str] = {
    "group_id": "id_column",
    "name": "name_column",
    "type": "type_column",
    "kind": "member_kind_column",
    "member_id": "member_column",
}
_TYPES = {
    "alliance": ("联盟", "网格联盟", "专属网格联盟"),
    "big_grid": ("大网格", "社区大网格", "biggrid"),
    "team": ("队", "服务队", "团队", "工作队", "联盟服务队"),
    "other": ("其他", ""),
}
_KINDS = {
    "grid": ("网格", "微网格", "专属网格", "村", "社区"),
    "object": ("对象", "企业", "单位", "楼盘", "市场", "站点"),
    "post": ("岗位", "岗"),
}
_TYPE_OF = {word: key for key, words in _TYPES.items() for word in (key, *words)}
_KIND_OF = {word: key for key, words in _KINDS.items() for word in (key, *words)}


def read_groups(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, list[Issue]]:
    """Read a table of groups.

    Parameters
    ----------
    path, layer, encoding
        An .xlsx, .csv or .dbf file, its sheet, and the encoding of a text file.
    columns
        Columns of the file by ours (`group_id`, `name`, `type`, `kind`, `member_id`), where the
        town names them itself; the others are known by their Chinese or English header.

    Returns
    -------
    GROUPS by `group_id`, MEMBERS in the order of the file, and the issues of reading (READ-21): a
    row without a group, a type or kind of member that is not known, a member that stands twice, a
    group with two names. A row without a member makes a group that may be empty.

    Raises
    ------
    LayerFileError, LayerSchemaError
        If the file cannot be read, or has no column with the id of the groups.
    """
    path = Path(path)
    given = dict(columns or {})
    table = open_table(
        path, sheet=layer, encoding=encoding,
        wanted=lambda names: _common(names, given),
    )  # fmt: skip
    what = Named(f"Groups {path.name!r}", f"组合表{quoted(path.name)}")
    require_columns(table.frame, list(given.values()), what)
    found = columns_by_header(table.frame.columns, GROUP_HEADERS, given)
    if "group_id" not in found:
        raise LayerSchemaError(
            f"{what} has no column {GROUP_HEADERS['group_id'][0]!r} (group_id). Found: "
            f"{', '.join(map(repr, map(str, table.frame.columns)))}. Name the column so, or say "
            'which it is with id_column = "…" under [[groups]] in rules.toml.',
            f"{what.zh}没有“{GROUP_HEADERS['group_id'][0]}”列（group_id）。"
            f"现有列：{quoted(*map(str, table.frame.columns))}。请在表头写上该列名，"
            '或在 rules.toml 的 [[groups]] 中用 id_column = "…" 指明。',
        )
    empty = pd.Series("", index=table.frame.index, dtype="str")
    rows = pd.DataFrame(
        {
            name: as_text(table.frame[found[name]]) if name in found else empty
            for name in GROUP_HEADERS
        }
    )
    totals = totals_without_id(rows, rows["group_id"])
    notes = [*table.issues, *left_out(rows, totals, rows["group_id"], path.name, TOTALS)]
    rows = rows[~totals].copy()
    for name in ("group_id", "member_id"):
        plain = as_codes(rows[name])
        notes += repaired_codes(rows[name], plain, file=path.name, name=found.get(name, name))
        rows[name] = without_errors(plain)
    groups, members, told = _understood(rows, path.name)
    return groups, members, [*notes, *told]


def _common(names: Sequence[str], given: Mapping[str, str]) -> dict[str, str] | None:
    """Give what the columns of a sheet are called in all sheets; None for one without groups."""
    found = columns_by_header(names, GROUP_HEADERS, given)
    return names_in_all_sheets(found, GROUP_HEADERS, given) if "group_id" in found else None


def _understood(rows: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame, list[Issue]]:
    issues: list[Issue] = []

    def tell(which: np.ndarray, en: str, zh: str, *, severity: str = "warning") -> None:
        if not which.any():
            return
        shown, shown_zh = listed(rows.index[which])
        many = "s" if which.sum() > 1 else ""
        issues.append(
            Issue(
                RULE,
                "error" if severity == "error" else "warning",
                f"{file!r}, row{many} {shown}: {en}",
                f"“{file}”第 {shown_zh} 行：{zh}",
                code=file,
                size=float(which.sum()),
                unit="rows",
            )
        )

    bare = (rows["group_id"] == "").to_numpy()
    tell(
        bare,
        "the group (组合编号) is empty. Left out until it is filled in.",
        "组合编号为空，填写前不计入。",
        severity="error",
    )
    types = rows["type"].map(lambda text: _TYPE_OF.get(plain_word(text), "?"))
    tell(
        (types == "?").to_numpy() & ~bare,
        f"the type (类型) is not known; it counts as 'other'. Allowed: {', '.join(GROUP_TYPES)}.",
        "类型无法识别，按“其他”处理。可填：联盟、社区大网格、服务队、其他。",
    )
    has = (rows["member_id"] != "").to_numpy() & ~bare
    kinds = rows["kind"].map(lambda text: _KIND_OF.get(plain_word(text), "?") if text else "grid")
    strange = (kinds == "?").to_numpy() & has
    tell(
        strange,
        "the kind of member (成员类型) is neither grid, object nor post. Left out until it is "
        "corrected.",
        "成员类型不是网格、对象或岗位，更正前不计入。",
        severity="error",
    )
    members = pd.DataFrame(
        {"group_id": rows["group_id"], "kind": kinds, "member_id": rows["member_id"]}
    )
    twice = members.duplicated().to_numpy() & has & ~strange
    tell(twice, "the member stands in its group already. It counts once.", "成员重复，只计一次。")
    groups = pd.DataFrame(
        {"type": types.replace("?", "other"), "name": rows["name"], "name_en": ""}
    )[~bare]
    groups.index = pd.Index(rows["group_id"][~bare], dtype="str", name="group_id")
    names = groups["name"][groups["name"] != ""].groupby(level=0).nunique()
    several = rows["group_id"].isin(names.index[names > 1]).to_numpy() & ~bare
    tell(
        several,
        "one group has several names; the first counts.",
        "同一组合有多个名称，以第一个为准。",
    )
    named = groups.replace({"type": {"other": ""}, "name": {"": ""}})
    first = pd.DataFrame(
        {
            name: named[name].where(named[name] != "").groupby(level=0, sort=False).first()
            for name in ("type", "name", "name_en")
        }
    ).fillna("")
    first["type"] = first["type"].where(first["type"] != "", "other")
    first.index = first.index.astype("str")
    kept = members[has & ~strange & ~twice].reset_index(drop=True)
    return (
        with_dtypes(first.rename_axis("group_id"), GROUPS),
        with_dtypes(kept.rename_axis("row"), MEMBERS),
        issues,
    )
