"""Which column of a roster is which: as the town says, else by its Chinese or English header."""

from collections.abc import Iterable, Mapping, Sequence

from layers.sheets.known_columns import columns_by_header, names_in_all_sheets

__all__ = ["HEADERS", "NEEDED", "ROSTER_KEYS", "common_names", "roster_columns"]

# Header words by column; the first of each is what we write ourselves.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "person_id": ("编号", "人员编号", "干部编号", "工号", "person_id", "id"),
    "name": ("姓名", "人员姓名", "干部姓名", "name"),
    "office": ("单位职务", "单位及职务", "职务", "office"),
    "role": ("身份", "角色", "role"),
    "skills": ("技能", "专长", "skills"),
    "home_code": ("家庭村", "家庭村代码", "home_code"),
    "present_grid": ("现任网格", "现任网格编码", "present_grid"),
    "phone": (
        *("电话", "手机", "联系电话", "手机号", "手机号码", "电话号码", "联系方式"),
        "phone",
    ),
    "employment": ("用工", "用工性质", "用工方式", "专兼职", "专职/兼职", "聘用方式", "employment"),
    "hours": ("每周工时", "周工时", "工时", "hours"),
    "roles": ("兼任", "兼任角色", "其他角色", "可任角色", "roles"),
    "town": ("所属镇", "所属乡镇", "所在镇", "乡镇", "镇", "街道", "town"),
}
NEEDED = ("person_id", "name")
# How the rules of a town name each of them.
ROSTER_KEYS: Mapping[str, str] = {
    column: "id_column" if column == "person_id" else f"{column}_column" for column in HEADERS
}


def roster_columns(
    names: Iterable[object], given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Tell which column of a file is which of a roster.

    Parameters
    ----------
    names
        The columns of the file.
    given
        Columns that the town names itself, by ours (`person_id`, `name` …); the others are known by
        their header. One that the file does not have is passed over.

    Returns
    -------
    The columns of the file by ours.
    """
    return columns_by_header(names, HEADERS, given)


def common_names(
    columns: Sequence[str], given: Mapping[str, str] | None = None
) -> dict[str, str] | None:
    """Give what the columns of a sheet are called in all sheets; None for one that is no roster."""
    found = roster_columns(columns, given)
    if any(column not in found for column in NEEDED):
        return None
    return names_in_all_sheets(found, HEADERS, given)
