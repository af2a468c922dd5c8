"""Tables as CSV that a spreadsheet program opens: UTF-8 with a mark, and no cell is a formula."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from layers.files.atomic import replacing

__all__ = ["FORMULA", "csv_bytes", "writing_table"]

# What a spreadsheet takes for a formula when a cell begins with it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Rows = Callable[[Sequence[Sequence[str]]], None]


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


@contextmanager
def writing_table(
    path: Path, header: Sequence[str], *, overwrite: bool = False, private: bool = True
) -> Iterator[Rows]:
    """Write a table of any length piece by piece, whole or not at all; cells stay as they are.

    Parameters
    ----------
    path
        The file.
    header
        Names of its columns.
    overwrite
        Whether a file there may be replaced.
    private
        Whether only its owner may read it: it holds names of people.

    Yields
    ------
    A function that writes rows, given as columns of texts.

    Raises
    ------
    UsageError, LayerFileError
        As `layers.files.atomic.replacing`.
    """
    with (
        replacing(path, overwrite=overwrite, private=private) as draft,
        draft.open("w", encoding="utf-8-sig", errors="replace", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)

        def write(columns: Sequence[Sequence[str]]) -> None:
            writer.writerows(zip(*columns, strict=True))

        yield write


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
