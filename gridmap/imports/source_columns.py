"""Which column of another system's grids is which: as the user says, else by its header.

What is guessed is told with what speaks for it, so that a wrong guess is seen before it is used.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from layers.contract.errors import LayerSchemaError, Named
from layers.contract.text import as_text, bare_header
from layers.reading.layer import missing_columns

__all__ = ["COLUMNS", "HEADERS", "TITLES_ZH", "Found", "find_columns", "guess_columns"]

# Words of a header by our column; a word that is the whole header counts before one that is part
# of it, and an earlier word before a later one.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "code": ("grid_code", "微网格编码", "网格编码", "网格编号", "网格代码", "编码", "代码", "编号",
             "wgbm", "wgbh", "wgdm", "网格编", "code", "bsm", "id", "fid"),
    "name": ("微网格名称", "网格名称", "网格名", "名称", "wgmc", "name", "mc", "标注"),
    "parent": ("parent_code", "所属网格编码", "上级网格编码", "上级编码", "上级代码", "所属网格",
               "上级网格", "所属村", "所属社区", "上级", "所属", "sjwg", "sswg", "parent", "pid",
               "village"),
    "category": ("网格类别", "网格类型", "地类", "类别", "类型", "category", "wglx", "type", "lx"),
}  # fmt: skip
COLUMNS = tuple(HEADERS)
TITLES_ZH: Mapping[str, str] = {
    "code": "编码",
    "name": "名称",
    "parent": "上级",
    "category": "类别",
}
_NEEDED = "code"
_SHORT = 3  # shorter Latin words count only as the whole header


@dataclass(frozen=True)
class Found:
    """One of our columns, the column of the file that stands for it, and why."""

    ours: str
    column: str
    why: Named
    example: str


def find_columns(
    frame: pd.DataFrame, given: Mapping[str, str], what: Named, *, known: Mapping[str, str] = {}
) -> tuple[dict[str, str], tuple[Found, ...]]:
    """Tell which column of a layer is which.

    Parameters
    ----------
    frame
        The layer without its geometry.
    given
        Columns that the user names, by ours (`code`, `name`, `parent`, `category`).
    what
        Name of the file for errors.
    known
        Columns of a file of ours, by ours.

    Returns
    -------
    The columns of the file by ours, and a row each that says how it was found.

    Raises
    ------
    LayerSchemaError
        If a column that was named is not there, or none holds codes.
    """
    names = [str(name) for name in frame.columns]
    missing = [name for name in given.values() if name not in names]
    if missing:
        fault = missing_columns(list(missing), list(names), what)
        raise LayerSchemaError(
            f"{fault.en} Name the right one, such as --code {names[0] if names else 'NAME'}.",
            f"{fault.zh}请指明正确的列，例如 --code {names[0] if names else '列名'}。",
        )
    found = {**known, **given}
    rows = [
        Found(ours, name, _SAID if ours in given else _OURS, _example(frame[name]))
        for ours, name in found.items()
    ]
    for ours, words in HEADERS.items() if not known else ():
        if ours in found:
            continue
        free = [name for name in names if name not in found.values()]
        guess = _by_header(free, words)
        if guess is not None:
            name, word = guess
            found[ours] = name
            why = Named(f"its header holds {word!r}", f"列名含“{word}”")
            rows.append(Found(ours, name, why, _example(frame[name])))
    if _NEEDED not in found:
        raise _no_codes(names, what)
    return found, tuple(rows)


def guess_columns(names: Iterable[str]) -> dict[str, str]:
    """Guess by their headers which columns of a file are which of ours."""
    free, found = list(names), {}
    for ours, words in HEADERS.items():
        guess = _by_header(free, words)
        if guess is not None:
            found[ours] = guess[0]
            free.remove(guess[0])
    return found


_SAID = Named("named by the user", "用户指定")
_OURS = Named("a file of gridmap", "本系统文件")


def _by_header(names: Iterable[str], words: tuple[str, ...]) -> tuple[str, str] | None:
    """Find the column whose header is, or holds, the first word that any of them has."""
    bare = {name: bare_header(name) for name in names}
    for word in words:
        for name, header in bare.items():
            if header == word:
                return name, word
    for word in words:
        for name, header in bare.items():
            if word in header and (not word.isascii() or len(word) > _SHORT):
                return name, word
    return None


def _example(column: pd.Series) -> str:
    texts = as_text(column)
    filled = texts[texts != ""]
    return str(filled.iloc[0]) if len(filled) else ""


def _no_codes(names: list[str], what: Named) -> LayerSchemaError:
    shown = ", ".join(map(repr, names)) or "no columns"
    shown_zh = "、".join(f"“{name}”" for name in names) or "无"
    return LayerSchemaError(
        f"{what} has no column that looks like the codes of grids. Found: {shown}. Name the column "
        "with --code; where the grids have only names, give that column.",
        f"{what.zh}没有可识别的网格编码列。现有列：{shown_zh}。请用 --code 指明编码列；"
        "如网格只有名称，可指明名称列。",
    )
