"""Rules PUB: what has to be known and in order before anything leaves the house.

They look at texts and at what the rules say; what goes out is decided in `gridmap.publish`.
"""

from collections.abc import Iterator

import pandas as pd

from boundaries.validate.tables import Fault, Tables, counted
from layers.contract.phones import looks_like_phone
from layers.contract.phrases import few

__all__ = [
    "find_large_ground",
    "find_open_question",
    "find_sensitive_ground",
    "find_stray_phones",
    "find_unknown_records",
    "is_listed",
]

PUBLIC = "public"
M2_A_KM2, M2_A_HECTARE = 1e6, 1e4


def find_stray_phones(tables: Tables) -> Iterator[Fault]:
    """PUB-4: texts with what looks like a mobile phone, outside the column of phones."""
    places = (
        (tables.people, "people", "花名册", ("name", "office")),
        (tables.posts, "posts", "岗位表", ("duties",)),
        (tables.grids, "grids", "网格表", ("name", "name_en", "label")),
        (tables.patches, "patches", "图斑表", ("name",)),
    )
    for frame, table, table_zh, columns in places:
        for column in columns:
            if column not in frame:
                continue
            rows = [str(key) for key in frame.index[looks_like_phone(frame[column])]]
            if rows:
                some = few(sorted(rows))
                yield Fault(
                    f"{counted(len(rows), 'text', 'texts')} in the column {column!r} of {table} "
                    f"look like a mobile phone ({some.en}). Files that leave the house mask them; "
                    "put phones into the column of phones, which never goes out.",
                    f"{table_zh}“{column}”列有 {len(rows)} 处疑似手机号（{some.zh}）。"
                    "导出时会被遮盖；请把电话放入电话列，该列一律不导出。",
                    other_code=rows[0],
                    size=float(len(rows)),
                    unit="rows",
                )


def find_open_question(tables: Tables) -> Iterator[Fault]:
    """PUB-5: whether the layers are published, for internal use or secret has not been said."""
    if tables.limits.source_classification == "":
        yield Fault(
            "It has not been said whether the layers are published, for internal use, or state "
            'secrets. Write source_classification = "public", "internal" or "secret" under '
            "[publish] in the rules, or choose it on the page of the rules.",
            "尚未说明图层资料是公开、内部还是涉密。请在规则的 [publish] 中写 "
            'source_classification = "public"、"internal" 或 "secret"，或在“规则”页选择。',
        )


def find_large_ground(tables: Tables) -> Iterator[Fault]:
    """PUB-6: so much ground that unpublished survey data of it may be a state secret."""
    limits = tables.limits
    km2, most = float(tables.patches["area_m2"].sum()) / M2_A_KM2, limits.secret_area_km2
    if limits.source_classification in (None, PUBLIC) or km2 <= most:
        return
    yield Fault(
        f"The patches cover {km2:,.1f} km², more than {most:g}. Full-content survey data larger "
        f"than 1:5,000 over more than {most:g} km² of connected ground is a state secret "
        "(catalogue of 2020, item 18). Whether this plan is such data is for the offices for "
        "secrecy and natural resources to say: ask them before it leaves the house.",
        f"图斑共 {km2:,.1f} 平方公里，超过 {most:g} 平方公里。连续覆盖超过 {most:g} 平方公里、"
        "大于 1:5000 的全要素测绘成果属于国家秘密（2020 年目录第 18 项）。"
        "本方案是否属于此类，应由保密和自然资源部门认定；交出前请先确认。",
        size=km2,
        unit="km2",
    )


def is_listed(patches: pd.DataFrame, records: tuple[str, ...]) -> pd.Series:
    """Say which patches are of some records, each named alone or as `file:record`."""
    named = {record.strip().replace("：", ":") for record in records} - {""}
    if not named:
        return pd.Series(data=False, index=patches.index)
    full = patches["layer"] + ":" + patches["record"]
    return patches["record"].isin(named) | full.isin(named)


def find_sensitive_ground(tables: Tables) -> Iterator[Fault]:
    """PUB-7: ground that no file for the public shows."""
    patches = tables.patches
    hidden = is_listed(patches, tables.limits.sensitive_records)
    if "sensitive_by" in patches:
        hidden |= patches["sensitive_by"] != ""
    count, hectares = int(hidden.sum()), float(patches["area_m2"][hidden].sum()) / M2_A_HECTARE
    if count:
        yield Fault(
            f"{counted(count, 'patch', 'patches')} ({hectares:,.2f} ha) of sensitive ground: files "
            "for the public show the ground beside in its place, without a name. Files for the "
            "house show it.",
            f"敏感用地 {count} 块（{hectares:,.2f} 公顷）：公开文件中并入相邻地块，不写名称；"
            "内部文件照常显示。",
            size=float(count),
            unit="patches",
        )


def find_unknown_records(tables: Tables) -> Iterator[Fault]:
    """PUB-8: records that the rules call sensitive and no patch has: nothing hides them."""
    patches = tables.patches
    for record in tables.limits.sensitive_records:
        if record.strip() and not is_listed(patches, (record,)).any():
            yield Fault(
                f"The rules call record {record!r} sensitive, but no patch of the plan is of it: "
                "nothing is hidden for it. Write the record as the layer does, or as file:record.",
                f"规则把地块“{record}”列为不得公开，但方案中没有这个地块，因此没有隐藏任何土地。"
                "请按图层中的编号填写，或写成“文件名:编号”。",
                other_code=record,
            )
