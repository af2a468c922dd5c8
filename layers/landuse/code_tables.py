"""Tables of land-use codes: the prefixes of a code system and the category of each.

Some are built in; a town may have its own, as a CSV or a workbook.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from layers.contract.categories import CATEGORIES, CATEGORY_KEYS, RESIDUAL, SUBCLASSES
from layers.contract.errors import EmptyLayerError, LayerFileError, LayerSchemaError, Named, quoted
from layers.contract.identifiers import code_of, find_dates, find_errors, find_lost_digits
from layers.contract.issues import Issue
from layers.contract.phrases import few_texts
from layers.contract.text import narrow, without_invisible
from layers.sheets.reading import Table, open_table

__all__ = ["CODE_SYSTEMS", "code_table_issues", "is_code_table", "read_code_table"]

# Built-in systems. GB/T 21010-2017 and the third national survey share their stems; that of 2007
# and the second survey have codes of three digits.
CODE_SYSTEMS = ("gbt21010", "yongdi_yonghai_2023", "gbt21010_2007", "osm")
_TABLES = Path(__file__).parent / "tables"
# Headers of a town's own table, and what its targets may be called.
_PREFIX = ("prefix", "编码", "代码", "地类编码", "地类代码", "前缀", "code")
_TARGET = ("target", "类别", "归类", "目标", "目标类别", "category")
_TARGETS: Mapping[str, str] = {
    **{name.lower(): kind.key for kind in (*SUBCLASSES, *CATEGORIES) for name in kind.words},
    **dict.fromkeys((RESIDUAL.key, RESIDUAL.zh, RESIDUAL.en.lower()), "other_land"),
}


def read_code_table(system: str | Path) -> Mapping[str, str]:
    """Read a table of code prefixes: built in by name, or a town's own by path.

    Parameters
    ----------
    system
        `gbt21010` (GB/T 21010-2017), `gbt21010_2007`, `yongdi_yonghai_2023` (the land and sea use
        classes of 2023), `osm` (tags of OpenStreetMap), or a CSV or XLSX with the columns
        `prefix,target`.

    Returns
    -------
    Target (a category, a sub-class, or one with a `?` behind it for a candidate) by prefix; the
    longest prefix of a code decides, `*` stands for every other code.

    Raises
    ------
    LayerFileError
        If there is no such table.
    LayerSchemaError
        If it has no rows, a prefix twice, or a target that is not known; all faults are listed.
    """
    if str(system) in CODE_SYSTEMS:
        return _built_in(str(system))
    path = Path(system)
    if not path.exists():
        known, known_zh = ", ".join(map(repr, CODE_SYSTEMS)), quoted(*CODE_SYSTEMS)
        raise LayerFileError(
            f"There is no code table {path.name!r} in {str(path.parent)!r}. Use one of {known}, or "
            "put a CSV with the columns prefix,target beside the rules.",
            f"文件夹{quoted(path.parent)}中没有编码对照表{quoted(path.name)}。请选用{known_zh}之一，"
            "或在规则文件旁放一个含 prefix,target 两列的 CSV。",
        )
    return _read(path)


@cache
def _built_in(system: str) -> Mapping[str, str]:
    return MappingProxyType(_read(_TABLES / f"{system}.csv"))  # kept: nobody may change it


def _read(path: Path) -> dict[str, str]:
    try:
        opened = _opened(path)
    except EmptyLayerError:
        opened = None
    rows = _rows(opened.frame) if opened is not None else []
    if not rows:
        raise LayerSchemaError(
            f"Code table {path.name!r} needs a header line prefix,target and at least one row.",
            f"编码对照表{quoted(path.name)}须有表头 prefix,target（或“编码,类别”）和至少一行数据。",
        )
    table: dict[str, str] = {}
    faults: list[Named] = []
    bent = _bent(opened) if opened is not None else {}
    for line, given, said in rows:
        prefix, target = code_of(given).removesuffix(".0"), _target(without_invisible(said))
        if line in bent:
            faults.append(
                Named(
                    f"line {line}: prefix {given!r} became {bent[line].en}",
                    f"第 {line} 行：prefix {quoted(given)}变成了{bent[line].zh}",
                )
            )
        elif target is None:
            faults.append(
                Named(
                    f"line {line}: target {said.strip()!r} is not known",
                    f"第 {line} 行：target {quoted(said.strip())}无法识别",
                )
            )
        elif not prefix:
            faults.append(
                Named(
                    f"line {line}: the prefix is empty; use * for every other code",
                    f"第 {line} 行：prefix 为空；其余编码请写 *",
                )
            )
        elif table.setdefault(prefix, target) != target:
            faults.append(
                Named(
                    f"line {line}: prefix {prefix!r} has two targets",
                    f"第 {line} 行：prefix {quoted(prefix)}对应两个 target",
                )
            )
    if faults:
        kinds = (*CATEGORIES, *SUBCLASSES)
        targets = Named(
            ", ".join(kind.key for kind in kinds),
            "、".join(f"{kind.key}（{kind.zh}）" for kind in kinds),
        )
        listed = few_texts(faults)
        raise LayerSchemaError(
            f"Code table {path.name!r} is faulty: {listed.en}. Allowed targets: {targets.en}, or "
            "their Chinese or English names; a ? behind a category marks a candidate.",
            f"编码对照表{quoted(path.name)}有误：{listed.zh}。"
            f"target 可填：{targets.zh}；类别后加 ? 表示待认定。",
        )
    return table


def _rows(cells: pd.DataFrame) -> list[tuple[object, str, str]]:
    """Give line, prefix and target of every row; nothing without a header that names both."""
    header = [narrow(str(name)).lower() for name in cells.columns]
    places = [
        next((header.index(word) for word in words if word in header), None)
        for words in (_PREFIX, _TARGET)
    ]
    if None in places:
        return []
    first, second = (cells.iloc[:, int(place or 0)] for place in places)
    return list(zip(cells.index, first, second, strict=True))


def _opened(path: Path) -> Table:
    """Open a town's own table: all of its sheets that have a column of prefixes and of targets."""
    return open_table(path, wanted=_common_names, choosable=False)


def _common_names(columns: Sequence[str]) -> dict[str, str] | None:
    """Give the headers of a sheet as we write them; None for a sheet that is no code table."""
    header = [narrow(str(name)).lower() for name in columns]
    found = {
        words[0]: next((columns[header.index(word)] for word in words if word in header), None)
        for words in (_PREFIX, _TARGET)
    }
    if None in found.values():
        return None
    return {str(name): word for word, name in found.items()}


def _bent(table: Table) -> dict[object, Named]:
    """Find the prefixes that a spreadsheet program turned into something else, by line."""
    header = [narrow(str(name)).lower() for name in table.frame.columns]
    place = next((header.index(word) for word in _PREFIX if word in header), None)
    if place is None:
        return {}
    name = table.frame.columns[place]
    texts = table.frame.iloc[:, place]
    dated = find_dates(texts) | texts.index.isin(table.dated.get(str(name), []))
    return {
        **dict.fromkeys(texts.index[find_lost_digits(texts)], Named("a number", "数字")),
        **dict.fromkeys(texts.index[dated], Named("a date", "日期")),
        **dict.fromkeys(texts.index[find_errors(texts)], Named("an error", "公式错误")),
    }


def code_table_issues(system: str | Path) -> list[Issue]:
    """Say what was left out or not read of a town's own table; nothing of those built in."""
    return [] if str(system) in CODE_SYSTEMS else list(_opened(Path(system)).issues)


def is_code_table(names: Iterable[object]) -> bool:
    """Tell whether a table with these columns, and no others, is one of prefixes and targets."""
    header = [narrow(str(name)).lower() for name in names]
    return len(header) == 2 and any(
        one in _PREFIX and other in _TARGET for one, other in (header, header[::-1])
    )


def _target(said: str) -> str | None:
    """Give the key of a target by its key or its Chinese or English name; None for no such one."""
    text = " ".join(narrow(said).lower().split())
    mark = "?" if text.endswith("?") else ""
    text = text.removesuffix("?").strip()
    key = _TARGETS.get(text) or _TARGETS.get(text.replace(" ", ""))
    if key is None or (mark and key not in CATEGORY_KEYS):
        return None
    return key + mark
