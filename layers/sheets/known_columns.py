"""Which column of a table or layer is which: as the town says, else by its header."""

from collections.abc import Iterable, Mapping

from layers.contract.text import bare_header

__all__ = ["columns_by_header", "names_in_all_sheets"]


def columns_by_header(
    names: Iterable[object],
    headers: Mapping[str, tuple[str, ...]],
    given: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Tell which column of a file is which.

    Parameters
    ----------
    names
        The columns of the file. Of several with one header the first counts.
    headers
        Words that a header may be, by our name of the column; the first that there is counts.
    given
        Columns that the town names itself, by ours; one that the file does not have is passed over.

    Returns
    -------
    The columns of the file by ours.
    """
    there = [str(name) for name in names]
    by_header = {bare_header(name): name for name in reversed(there)}
    found = {
        column: next((by_header[word] for word in words if word in by_header), None)
        for column, words in headers.items()
    }
    found |= {column: name for column, name in (given or {}).items() if name in there}
    return {column: name for column, name in found.items() if name is not None}


def names_in_all_sheets(
    found: Mapping[str, str],
    headers: Mapping[str, tuple[str, ...]],
    given: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Give what the columns of a sheet are called in all sheets of a table, so that they are one.

    Parameters
    ----------
    found
        Columns of the sheet by ours.
    headers, given
        As in `columns_by_header`: a column is called as the town names it, else by its first word.
    """
    common = {column: words[0] for column, words in headers.items()} | dict(given or {})
    return {name: common[column] for column, name in found.items()}
