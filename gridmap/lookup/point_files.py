"""A file of points in, the same file with answers out: streamed, and no row is lost."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from boundaries.export.csv_table import FORMULA, writing_table
from gridmap.lookup.coordinates import Coordinates
from gridmap.lookup.points import COLUMNS, PointDesk
from gridmap.plan.plan import Plan
from layers.contract.errors import LayerSchemaError, UsageError, quoted
from layers.contract.text import narrow
from layers.files.atomic import check_free
from layers.sheets.coordinates import position_names
from layers.sheets.streamed import ROW_FAULTS, RowPiece, StreamedTable, stream_table

__all__ = ["LINE", "PointSummary", "locate_file"]

LINE = "line"  # the first column that is added: where the row stands in the file
NAMED = 5  # lines of a fault that are named; the file has all

Array = np.ndarray[Any, Any]
Tell = Callable[[int], None]


@dataclass
class PointSummary:
    """What became of the rows of a file."""

    rows: int = 0
    located: int = 0
    nobody: int = 0  # of those located: nobody is in charge
    faults: Counter[str] = field(default_factory=Counter)  # by English text
    lines: dict[str, list[int]] = field(default_factory=dict)  # the first of each fault
    texts_zh: dict[str, str] = field(default_factory=dict)


def locate_file(
    plan: Plan,
    source: Path,
    target: Path,
    *,
    columns: tuple[str, str] | None = None,
    coordinates: Coordinates = "wgs84",
    overwrite: bool = False,
    tell: Tell = lambda rows: None,
) -> PointSummary:
    """Find the grid of every point of a file and who is in charge there.

    Parameters
    ----------
    plan
        A plan with its assignment.
    source
        A text table with the points; its size does not matter.
    target
        CSV file to write: the columns of the source as they are, the line each row begins in, and
        `gridmap.lookup.points.COLUMNS`. Added columns whose names are taken begin with "gridmap_".
    columns
        Names of the columns with x or longitude and y or latitude; found by their headers when left
        out.
    coordinates
        What they are, as for `gridmap.locate`.
    overwrite
        Whether a file at `target` may be replaced.
    tell
        Told how many rows are done, from time to time.

    Returns
    -------
    How many rows there are and what is wrong with which. Rows that cannot be located are in the
    target too, with the reason in `fault` and `fault_zh`.

    Raises
    ------
    LayerFileError, LayerSchemaError
        If the source cannot be read or has no such columns.
    UsageError
        If the target exists, or is the source.
    """
    check_free(target, overwrite=overwrite, endings=(".csv",))
    if target.exists() and target.samefile(source):
        raise UsageError(
            f"{str(target)!r} is the file of the points itself. Give another name for the answers.",
            f"{quoted(target)}就是点位文件本身。请为结果另取文件名。",
        )
    table = stream_table(source)
    x, y = _places(table, columns, source)
    taken = {name.lower() for name in table.header}
    added = [name if name not in taken else f"gridmap_{name}" for name in (LINE, *COLUMNS)]
    desk, summary = PointDesk(plan), PointSummary()
    with writing_table(target, [*table.header, *added], overwrite=overwrite) as write:
        for piece, answers in _answered(desk, table, x, y, coordinates):
            _count(summary, piece, answers)
            given = list(zip(*piece.rows, strict=True))
            write([*given, [str(line) for line in piece.lines], *map(_texts, answers.values())])
            tell(summary.rows)
    return summary


def _places(table: StreamedTable, columns: tuple[str, str] | None, source: Path) -> tuple[int, int]:
    """Find the two columns of the coordinates in the header."""
    found = list(columns or position_names(pd.DataFrame(columns=table.header, dtype="str")))
    missing = [name for name in found if name not in table.header]
    if len(found) == 2 and not missing:
        return table.header.index(found[0]), table.header.index(found[1])
    named, named_zh = ", ".join(map(repr, table.header)), quoted(*table.header)
    if missing:
        raise LayerSchemaError(
            f"{source.name!r} has no column {missing[0]!r}. Its columns: {named}.",
            f"{quoted(source.name)}没有列{quoted(missing[0])}。现有列：{named_zh}。",
        )
    raise LayerSchemaError(
        f"{source.name!r}: no columns with coordinates were found among {named}. Name them: "
        "--x COLUMN --y COLUMN.",
        f"{quoted(source.name)}：未找到坐标列。现有列：{named_zh}。请注明：--x 列名 --y 列名。",
    )


def _answered(
    desk: PointDesk, table: StreamedTable, x: int, y: int, coordinates: Coordinates
) -> Iterator[tuple[RowPiece, dict[str, Array]]]:
    """Answer piece by piece; a damaged row is answered where its coordinates can be read."""
    for piece in table.pieces:
        places = [_numbers([row[column] for row in piece.rows]) for column in (x, y)]
        broken = np.array([fault in ("cells", "quote") for fault in piece.faults])
        for values in places:
            values[broken] = np.nan  # its cells may stand in each other's place
        answers = desk.answer(*places, coordinates=coordinates)
        for row, fault in enumerate(piece.faults):
            if fault and (broken[row] or not answers["fault"][row]):
                answers["fault"][row], answers["fault_zh"][row] = ROW_FAULTS[fault]
        yield piece, answers


def _numbers(texts: list[str]) -> Array:
    """Read coordinates; nan where a cell is no number."""
    try:
        return np.array(texts, dtype=float)
    except ValueError:
        values = pd.to_numeric(pd.Series([narrow(text) for text in texts]), errors="coerce")
        return values.to_numpy(dtype=float, copy=True)


def _texts(values: Array) -> list[str]:
    """Write a column: numbers short, nothing for nan, and no cell that is a formula."""
    if values.dtype != object:
        return ["" if value != value else f"{value:g}" for value in values.tolist()]
    safe = {text: f"'{text}" if text.startswith(FORMULA) else text for text in set(values)}
    return [safe[text] for text in values]


def _count(summary: PointSummary, piece: RowPiece, answers: dict[str, Array]) -> None:
    summary.rows += len(piece.rows)
    there = answers["grid_code"] != ""
    summary.located += int(there.sum())
    summary.nobody += int((there & (answers["person_id"] == "")).sum())
    for row in np.flatnonzero(answers["fault"] != ""):
        text = str(answers["fault"][row])
        summary.faults[text] += 1
        summary.texts_zh[text] = str(answers["fault_zh"][row])
        lines = summary.lines.setdefault(text, [])
        if len(lines) < NAMED:
            lines.append(piece.lines[row])
