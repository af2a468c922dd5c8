"""Tables as CSV that a spreadsheet program opens: UTF-8 with a mark, and no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

__all__ = ["csv_bytes"]

# What a spreadsheet takes for a formula when a cell begins with it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table.

    Parameters
    ----------
    head
        Names of the columns.
    rows
        Cells of each row; a text that a spreadsheet would take for a formula gets a ' in front,
        numbers stay numbers.

    Returns
    -------
    The content of a .csv file.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
