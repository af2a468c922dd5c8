"""Changing values in the text of rules.toml while comments, order and layout stay as they were.

A path is a row of keys and, in a list of tables, of numbers: ("layers", 2, "category"). What comes
out is text; whether it makes good rules is for `gridmap.rules` to say.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from layers.contract.errors import LayerFileError, quoted
from layers.files.atomic import write_atomically
from layers.files.locks import LockTimeout, take_lock
from layers.files.reader_faults import reason_zh

__all__ = [
    "add_table",
    "change_rules",
    "drop_value",
    "get_value",
    "line_zh",
    "read_values",
    "set_tables",
    "set_value",
]

Key = str | int
WAIT_S = 10.0  # a rules file is written in some milliseconds
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")


def get_value(text: str, path: Sequence[Key], default: Any = None) -> Any:
    """Give the value at a path as plain Python; the default where there is none."""
    found: Any = read_values(text)
    for key in path:
        try:
            found = found[key]
        except (KeyError, IndexError, TypeError):
            return default
    return found


def set_value(text: str, path: Sequence[Key], value: Any) -> str:
    """Write a value at a path; tables on the way are made, a comment behind the value stays.

    Parameters
    ----------
    text
        A rules file.
    path
        Where the value stands; the last key is a name.
    value
        Text, number, date, truth, or a list or mapping of them.
    """
    old = get_value(text, path)
    if isinstance(value, Mapping) and isinstance(old, Mapping):
        for key in sorted(old.keys() - value.keys()):
            text = drop_value(text, (*path, key))
        for key, one in value.items():
            text = set_value(text, (*path, key), one)
        return text
    wanted = read_values(text)
    holder = _reach(wanted, path[:-1])
    is_new = path[-1] not in holder
    holder[path[-1]] = value
    changed = _with_new_line(text, path, value) if is_new and len(path) > 1 else None
    # What stands behind a value on its line stays.
    return _checked(changed or _by_library(text, path, value), wanted)


def drop_value(text: str, path: Sequence[Key]) -> str:
    """Take the value or the whole table at a path out; nothing happens where there is none.

    A heading over the next table stays.
    """
    nothing = object()
    if get_value(text, path, nothing) is nothing:
        return text
    wanted = read_values(text)
    holder = _reach(wanted, path[:-1])
    del holder[path[-1]]
    if isinstance(path[-1], int) and not holder:
        del _reach(wanted, path[:-2])[path[-2]]
    block = _block(text, path)
    if block is not None:
        lines = text.splitlines(keepends=True)
        start, end = block
        while end < len(lines) and not lines[end].strip():
            end += 1
        changed = "".join(lines[:start] + lines[end:])
        # The last [roles.KEY] takes `roles` with it, which has no heading of its own.
        for depth in range(len(path) - 1, 0, -1):
            if not _reach(wanted, path[:depth]) and get_value(changed, path[:depth]) is None:
                del _reach(wanted, path[: depth - 1])[path[depth - 1]]
        return _checked(changed, wanted)
    document = tomlkit.parse(text)
    del _reach(document, path[:-1])[path[-1]]
    return _checked(document.as_string(), wanted)


def add_table(text: str, name: str, values: Mapping[str, Any]) -> str:
    """Add one more table to a list of tables, such as a layer: `[[layers]]`, behind the others.

    Values that are None are left out.
    """
    row = {key: value for key, value in values.items() if value is not None}
    wanted = read_values(text)
    wanted.setdefault(name, []).append(row)
    table = f"[[{name}]]\n{tomlkit.dumps(row)}"
    lines = text.splitlines(keepends=True)
    block = _block(text, (name, len(wanted[name]) - 2)) if len(wanted[name]) > 1 else None
    if block is None:
        return _checked("".join([text.rstrip("\n"), "\n\n", table]).lstrip("\n"), wanted)
    before = "".join(lines[: block[1]]).rstrip("\n")
    rest = "".join(lines[block[1] :])
    return _checked(f"{before}\n\n{table}{rest}", wanted)


def set_tables(text: str, name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Make a list of tables, such as `[[pins]]`, what it should be; equal ones are not touched.

    Parameters
    ----------
    text
        A rules file.
    name
        Of the list.
    rows
        All tables of the list, in order.
    """
    old = list(get_value(text, (name,), []))
    head = next((at for at, both in enumerate(zip(old, rows, strict=False)) if both[0] != both[1]),
                min(len(old), len(rows)))  # fmt: skip
    fewer = len(old) - len(rows)
    if fewer > 0 and old[head + fewer :] == list(rows[head:]):  # taken out of the middle
        old = [*old[:head], *old[head + fewer :]]
        for _ in range(fewer):
            text = drop_value(text, (name, head))
    for number in range(len(old) - 1, len(rows) - 1, -1):
        text = drop_value(text, (name, number))
    for number, row in enumerate(rows):
        if number >= len(old):
            text = add_table(text, name, row)
        elif row != old[number]:
            text = set_value(text, (name, number), row)
    return text


def change_rules(path: Path, change: Callable[[str], str]) -> str:
    """Change a rules file as a whole or not at all; others wait until it is done.

    Parameters
    ----------
    path
        The rules file.
    change
        Given the text in force, gives the new one.

    Returns
    -------
    The text as it was before, so that the change can be taken back.

    Raises
    ------
    LayerFileError
        If the file cannot be read or written, or somebody else is writing it.
    """
    try:
        with take_lock(path.with_name(f".{path.name}.lock"), wait_s=WAIT_S):
            before = path.read_text(encoding="utf-8-sig")
            after = change(before)
            if after != before:
                write_atomically(path, after.encode("utf-8"), overwrite=True)
    except LockTimeout:
        raise LayerFileError(
            f"Somebody else is writing {str(path)!r} just now. Try again in a moment.",
            f"其他人正在写入{quoted(path)}。请稍后再试。",
        ) from None
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"{str(path)!r} cannot be changed: {why}. Check that it is there.",
            f"无法修改{quoted(path)}：{why_zh}。请确认文件存在。",
        ) from None
    except UnicodeDecodeError:
        raise LayerFileError(
            f"{str(path)!r} is not UTF-8 text. Save it as UTF-8.",
            f"{quoted(path)}不是 UTF-8 文本。请另存为 UTF-8 编码。",
        ) from None
    return before


def read_values(text: str) -> dict[str, Any]:
    """Read a rules file as plain Python, whether it makes good rules or not.

    Raises
    ------
    LayerFileError
        If the text is not TOML, as of all functions here.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LayerFileError(
            f"'rules.toml' is not valid TOML: {error}. Repair that line first.",
            f"规则文件不是有效的 TOML 文件：{line_zh(error)}有误。请先改正该处。",
        ) from None


def line_zh(error: tomllib.TOMLDecodeError) -> str:
    """Name the place of a fault as Chinese readers do; the parser says it in English only."""
    place = re.search(r"at line (\d+), column (\d+)", str(error))
    return f"第 {place[1]} 行第 {place[2]} 列" if place else "文件末尾"


def _reach(whole: Any, path: Sequence[Key]) -> Any:
    """Go down a path; tables that are missing are made."""
    for key in path:
        if isinstance(key, str) and key not in whole:
            whole[key] = {}
        whole = whole[key]
    return whole


def _with_new_line(text: str, path: Sequence[Key], value: Any) -> str | None:
    """Write a new key at the end of its table, before the heading of the next one."""
    block = _block(text, path[:-1])
    if block is None or isinstance(value, Mapping):
        return None
    lines = text.splitlines(keepends=True)
    line = tomlkit.dumps({str(path[-1]): value})
    return "".join([*lines[: block[1]], line, *lines[block[1] :]])


def _by_library(text: str, path: Sequence[Key], value: Any) -> str:
    document = tomlkit.parse(text)
    _reach(document, path[:-1])[path[-1]] = value
    return str(document.as_string())


def _block(text: str, path: Sequence[Key]) -> tuple[int, int] | None:
    """Find the lines of a table: its header up to its last line, the heading of the next left out.

    None for a table that has no header of its own.
    """
    number = path[-1] if path and isinstance(path[-1], int) else None
    name = ".".join(key for key in path if isinstance(key, str))
    if sum(isinstance(key, int) for key in path) > (number is not None):
        return None
    lines = text.splitlines()
    heads = [(at, found) for at, line in enumerate(lines) if (found := _HEADER.match(line))]
    wanted = "[[" if number is not None else "["
    mine = [at for at, found in heads if (found[1], found[2]) == (wanted, name)]
    if len(mine) <= (number or 0):
        return None
    start = mine[number or 0]
    end = min((at for at, _ in heads if at > start), default=len(lines))
    last = max(at for at in range(start, end) if _says_something(lines[at]))
    while last + 1 < end and lines[last + 1].strip():  # a comment right below still belongs to it
        last += 1
    return start, last + 1


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _checked(changed: str, wanted: dict[str, Any]) -> str:
    """Make sure that a text says what it should and nothing else: layouts are many."""
    try:
        tomlkit.parse(changed)
        if tomllib.loads(changed) == wanted:
            return changed
    except (TOMLKitError, tomllib.TOMLDecodeError):
        pass
    raise LayerFileError(
        "'rules.toml' is laid out in a way that cannot be changed by itself. Change it in an "
        "editor of texts.",
        "规则文件的写法特殊，无法自动修改。请用文本编辑器修改。",
    )
