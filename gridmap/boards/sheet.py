"""Boards in words: one row each, for the screen and for the file of what is to be replaced."""

from datetime import date

import pandas as pd

from boundaries.export.csv_table import csv_bytes
from boundaries.export.workbook import Column, Form, Sheet, workbook_bytes
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.publish.release import require_release
from gridmap.words import Language, say
from layers.contract.phones import phones_of, without_phones

__all__ = ["SEEN", "WALKED", "boards_in_words", "replace_csv", "replace_xlsx"]

# Columns on the screen, and those of whoever walks from board to board.
SEEN = ("number", "state", "why", "name", "village", "place", "version", "printed_on", "hung_on",
        "hung_by", "how")  # fmt: skip
WALKED = ("village", "place", "name", "number", "state", "why", "version", "next", "code")
_FORMS: dict[str, Form] = {"number": "code", "next": "code", "code": "code", "version": "code"}
_FROZEN = 2


def boards_in_words(plan: Plan, boards: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Give the boards of a list in words, one a row.

    Parameters
    ----------
    plan
        The plan.
    boards
        What `board_list` or `replace_list` gives.
    language
        Of states, reasons and heads.

    Returns
    -------
    `SEEN`, `code` and `next`, in the order of the list. Who has told of a board is named.
    """
    people = plan.people["name"]
    why = boards["why_zh" if language == "zh" else "why"]
    as_given = ("name", "village", "place", "version", "printed_on", "hung_on")
    how = [say(f"boards.how.{one}", language) if one else "" for one in boards["how"]]
    return pd.DataFrame(
        {
            # Of the town's list without the name of its file.
            "number": [str(number).rpartition(":")[2] for number in boards.index],
            "state": [say(f"boards.{state}", language) for state in boards["state"]],
            "why": why.mask(
                boards["state"] == "void", say("boards.void_note", language)
            ).to_numpy(),
            **{name: boards[name].to_numpy() for name in as_given},
            "hung_by": [str(people.get(one, one)) for one in boards["hung_by"]],
            "how": how,
            "code": boards["grid_code"].to_numpy(),
            "next": boards["next"].to_numpy() if "next" in boards else "",
        }
    )


def replace_csv(plan: Plan, walk: pd.DataFrame, language: Language) -> bytes:
    """Write what is to be replaced as CSV; nobody is named in it.

    Parameters
    ----------
    plan
        The plan of the house.
    walk
        What `gridmap.boards.listing.replace_list` gives.
    language
        Of heads and words.

    Raises
    ------
    PlanError
        If the layers are state secrets.
    """
    table = _walked(plan, walk, language)
    return csv_bytes(list(table.columns), table.itertuples(index=False, name=None))


def replace_xlsx(plan: Plan, walk: pd.DataFrame, language: Language, *, printed: date) -> bytes:
    """Write what is to be replaced as a workbook, as `replace_csv` does.

    Parameters
    ----------
    plan, walk, language
        As there.
    printed
        The day on the file.
    """
    table = _walked(plan, walk, language)
    line = getattr(notice(plan), language)
    columns = [
        Column(head, _FORMS.get(key, "text")) for key, head in zip(WALKED, table, strict=True)
    ]
    title = say("boards.walk_title", language, town=plan.rules.town.name, count=len(table))
    sheet = Sheet(
        say("boards.walk", language),
        title,
        columns,
        table.itertuples(index=False, name=None),
        note=line,
        frozen=_FROZEN,
    )
    footer = say("ledger.footer", language, line=line)
    return workbook_bytes([sheet], printed=printed, footer=footer, title=title)


def _walked(plan: Plan, walk: pd.DataFrame, language: Language) -> pd.DataFrame:
    require_release(plan)
    table = boards_in_words(plan, walk, language)[list(WALKED)]
    phones = phones_of(plan.people)  # somebody may have typed one into a name or a place
    table = table.assign(**{one: without_phones(table[one], phones) for one in ("name", "place")})
    return table.set_axis([say(f"boards.column.{one}", language) for one in WALKED], axis=1)
