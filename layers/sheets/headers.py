"""The header of a table: below a title, of two rows, under the names of groups; and its columns."""

import re

import pandas as pd

from layers.contract.text import plain_header
from layers.files.reader_faults import WideRowError
from layers.sheets.workbooks import Grid

__all__ = ["under_header"]

# A title and notes may stand above the header of a sheet.
_HEADER_WITHIN = 10
# A note such as 填报人：张三; a header may hold a colon in brackets, as in 面积（单位：公顷）.
_NOTE = re.compile(r"[^（(]{1,10}[:：]")
_NUMBER = re.compile(r"[\d.,\-+ ]+")
_DIGIT = re.compile(r"\d")


def under_header(grid: Grid) -> tuple[pd.DataFrame, list[str]]:
    """Take the names of the columns from the header, which may have two rows and a title above.

    Returns
    -------
    The cells below it, each a text, indexed by the row that a spreadsheet shows; and the headers
    that stand over several columns, of which only the first one has the name.

    Raises
    ------
    WideRowError
        If a row has cells beyond the header.
    """
    if not grid.rows:
        return pd.DataFrame(), []
    top = [[cell.strip() for cell in row] for row in grid.rows[: _HEADER_WITHIN + 2]]
    width = max(map(len, grid.rows))
    top = [row + [""] * (width - len(row)) for row in top]
    start = _header_at(top)
    names, first = top[start], start + 1
    if first < len(top) and (
        _is_second_header(names, top[first]) or _is_under_groups(names, top, first, grid)
    ):
        names = [below or above for above, below in zip(names, top[first], strict=True)]
        first += 1
    cells = [row + [""] * (width - len(row)) for row in grid.rows[first:]]
    numbers = grid.numbers[first:]
    _fill_down(cells, numbers, grid)
    table = pd.DataFrame(cells, index=numbers, dtype="str", columns=range(width))
    table, names = _without_blank_columns(table, names)
    names, doubled = _unique(names, [at in grid.hidden_columns for at in table.columns])
    grid.dated = {
        place: grid.dated[at] for place, at in enumerate(table.columns) if at in grid.dated
    }
    grid.hidden_columns = {
        place for place, at in enumerate(table.columns) if at in grid.hidden_columns
    }
    return table.set_axis(names, axis=1), doubled


def _fill_down(cells: list[list[str]], numbers: list[int], grid: Grid) -> None:
    """Write the value of a cell merged over rows into all of them below the header."""
    places = {number: at for at, number in enumerate(numbers)}
    for top, left, bottom, _ in grid.merged:
        if bottom == top or top not in places:
            continue
        value = cells[places[top]][left] if left < len(cells[places[top]]) else ""
        for number in range(top + 1, bottom + 1):
            if number in places and left < len(cells[places[number]]):
                cells[places[number]][left] = value


def _header_at(rows: list[list[str]]) -> int:
    """Find the first row that is half filled, and neither a title alone in its row nor a note."""
    filled = [sum(cell != "" for cell in row) for row in rows[:_HEADER_WITHIN]]
    half = [at for at, count in enumerate(filled) if count and 2 * count >= max(filled)]
    if max(filled, default=0) == 2:
        # A title fills half of two columns; what stands below it must look like a header.
        wide = [at for at in half if filled[at] == 2]
        if not any(map(_NUMBER.fullmatch, rows[wide[0]])):
            half = wide
    plain = [
        at
        for at in half
        if 4 * filled[at] >= 3 * max(filled) or not any(map(_NOTE.match, rows[at]))
    ]
    return (plain or half or [0])[0]


def _is_second_header(above: list[str], below: list[str]) -> bool:
    """Tell a second row of a header: it names columns under a name that spans several."""
    spans = [bool(up) and at + 1 < len(above) and not above[at + 1] for at, up in enumerate(above)]
    named = [at for at, down in enumerate(below) if down]
    first = next((at for at, up in enumerate(above) if up), None)
    return (
        first is not None
        and not below[first]
        and any(not above[at] for at in named)
        and all(not above[at] or spans[at] for at in named)
        and not any(_NUMBER.fullmatch(below[at]) for at in named)
    )


def _is_under_groups(above: list[str], rows: list[list[str]], at: int, grid: Grid) -> bool:
    """Tell a header under the names of groups (基本信息, 任职信息), each over several columns.

    A row of data has digits somewhere; where cells are merged, the group says so itself.
    """
    below = rows[at]
    up, down = (sum(cell != "" for cell in row) for row in (above, below))
    named = all(one or other for one, other in zip(above, below, strict=True))
    if not (up < down and named) or any(map(_DIGIT.search, filter(None, below))):
        return False
    number = grid.numbers[at - 1]
    merged = any(top == bottom == number for top, _, bottom, _ in grid.merged)
    # Without merged cells a row of data without digits would look alike: the rest has to have them.
    rest = [row for row in rows[at + 1 :] if any(row)]
    return merged or (
        2 * up <= down + 1
        and bool(rest)
        and all(any(map(_DIGIT.search, filter(None, row))) for row in rest)
    )


def _without_blank_columns(table: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Leave out columns with neither name nor cell; refuse cells beside the header."""
    nameless = [at for at, name in enumerate(names) if not name]
    empty = set()
    for at in nameless:
        filled = table[at].str.strip() != ""
        if not filled.any():
            empty.add(at)
        elif not any(names[at:]):
            row = table.index[filled.to_numpy().argmax()]
            raise WideRowError(row, table.at[row, at].strip())
    kept = [at for at in range(len(names)) if at not in empty]
    return table[kept], [names[at] for at in kept]


def _unique(names: list[str], hidden: list[bool]) -> tuple[list[str], list[str]]:
    """Number headers that come twice; a column that is shown goes before a hidden one."""
    seen: dict[str, int] = {}
    result = [""] * len(names)
    for at in sorted(range(len(names)), key=lambda at: (hidden[at], at)):
        name = plain_header(names[at])
        seen[name] = seen.get(name, 0) + 1
        result[at] = name if seen[name] == 1 else f"{name}_{seen[name]}"
    return result, [name for name, count in seen.items() if count > 1 and name]
