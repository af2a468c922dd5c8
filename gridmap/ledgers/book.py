"""The ledgers of a plan as one workbook: what it is, the summary, and a sheet for each kind."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from boundaries.export.workbook import Column, Sheet, workbook_bytes
from gridmap.ledgers.columns import KINDS, Kind, LedgerColumn, head_of, shown_columns
from gridmap.ledgers.grids import grid_rows, summary_rows
from gridmap.ledgers.people import people_in_order, person_rows
from gridmap.ledgers.values import Row
from gridmap.plan.names import names_of
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.publish.contacts import OFFICE
from gridmap.words import Language, say
from layers.contract.errors import Named, PlanError, quoted

__all__ = ["Ledgers", "ledger_xlsx"]

_TOLD = 5  # codes named in an error
_STEP = 200  # rows between two words about the progress
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Ledgers:
    """A workbook of ledgers.

    Attributes
    ----------
    xlsx
        The file.
    rows
        How many rows each ledger has.
    left_out
        What is not in the file, and why, a sentence each; the file says the same.
    """

    xlsx: bytes
    rows: Mapping[str, int]
    left_out: tuple[Named, ...]


@dataclass(frozen=True)
class _Ledger:
    """A ledger before it is written: its columns, its rows, and how many there are."""

    key: str
    columns: tuple[LedgerColumn, ...]
    rows: Iterable[Row]
    count: int


def ledger_xlsx(
    plan: Plan,
    *,
    kinds: Sequence[Kind] = KINDS,
    codes: Collection[str] | None = None,
    contacts: Mapping[str, str] | None = None,
    printed: date,
    language: Language = "zh",
    tell: Tell | None = None,
) -> Ledgers:
    """Write ledgers of a plan as a workbook for Excel and WPS.

    Parameters
    ----------
    plan
        A plan that `gridmap.publish.release` gave; of one for the public only what it may tell.
    kinds
        Which ledgers: a sheet each, in the order of `KINDS`.
    codes
        Only these grids, and who is on them; None for all.
    contacts
        What `gridmap.publish.contacts.contacts_of` gives; without it the file has no phone.
    printed
        The day on the file.
    language
        Of heads and words.
    tell
        Called with rows done and all rows; it may raise to cancel.

    Returns
    -------
    The file, and what is left out of it. The same arguments give the same bytes.

    Raises
    ------
    PlanError
        If the plan has none of the codes, or a ledger has more rows than a sheet holds.
    """
    asked = _asked(plan, codes)
    phones = dict(contacts or {})
    office = phones.pop(OFFICE, "")
    ledgers, left_out = _ledgers(plan, kinds, asked, codes is not None, phones, language)
    count = sum(one.count for one in ledgers)
    steps = _Steps(tell, count)
    sheets = [_notes(plan, ledgers, left_out, office, printed, language)]
    sheets += [_sheet(plan, one, steps, printed, language) for one in ledgers]
    line = notice(plan)
    data = workbook_bytes(
        sheets,
        printed=printed,
        title=_title(plan, language),
        footer=say("ledger.footer", language, line=getattr(line, language)),
    )
    steps.end()
    rows = {one.key: one.count for one in ledgers}
    return Ledgers(data, rows, tuple(left_out))


def _asked(plan: Plan, codes: Collection[str] | None) -> pd.Index:
    """Give the grids asked for in the order of the plan."""
    grids = plan.grids[~plan.grids.index.duplicated()].index
    if codes is None:
        return grids
    unknown = sorted(set(codes) - set(grids))
    if unknown:
        told, more = unknown[:_TOLD], len(unknown) > _TOLD
        raise PlanError(
            f"The plan has no grid {', '.join(told)}{' …' if more else ''}. Choose among its own.",
            f"方案中没有网格{quoted(*told)}{'等' if more else ''}。请从本方案的网格中选择。",
        )
    return grids[grids.isin(list(codes))]


def _ledgers(
    plan: Plan,
    kinds: Sequence[Kind],
    codes: pd.Index,
    some: bool,
    contacts: Mapping[str, str],
    language: Language,
) -> tuple[list[_Ledger], list[Named]]:
    """Lay out the ledgers asked for, and say what of them cannot be in the file."""
    named = not plan.is_redacted or bool(len(plan.people))
    left_out = []

    def columns(key: str) -> tuple[LedgerColumn, ...]:
        return shown_columns(key, public=plan.is_redacted, named=named, contacts=bool(contacts))

    villages = list(summary_rows(plan, codes, language=language))
    found = [_Ledger("summary", columns("summary"), villages, len(villages))]
    if "grids" in kinds:
        rows = grid_rows(plan, codes, contacts=contacts, language=language)
        found.append(_Ledger("grids", columns("grids"), rows, len(codes)))
    if "people" in kinds and named:
        people = people_in_order(plan, set(codes) if some else None)
        rows = person_rows(plan, people, contacts=contacts, language=language)
        found.append(_Ledger("people", columns("people"), rows, len(people)))
    if not contacts:
        left_out.append(_said("ledger.without_phones"))
    if plan.is_redacted:
        left_out.append(_said("ledger.for_public"))
    if plan.is_redacted and not named:
        left_out.append(_said("ledger.nobody_named"))
    if some:
        count = len(plan.grids) - len(codes)
        left_out.append(_said("ledger.some_grids", count=count))
    return found, left_out


def _said(key: str, **values: object) -> Named:
    return Named(say(key, "en", **values), say(key, "zh", **values))


def _title(plan: Plan, language: Language) -> str:
    town = plan.rules.town
    name = town.name if language == "zh" else town.name_en or town.name
    return say("ledger.title", language, name=name)


def _notes(
    plan: Plan,
    ledgers: Sequence[_Ledger],
    left_out: Sequence[Named],
    office: str,
    printed: date,
    language: Language,
) -> Sheet:
    """Say what the file is: town, version, day, the line, what is in it and what is not."""
    town, line = plan.rules.town, notice(plan)
    from_day = town.valid_from.isoformat()
    rows: list[tuple[str, object]] = [
        (say("ledger.note.town", language), names_of(_town(plan), language).iloc[0]),
        (say("ledger.note.version", language),
         say("handover.version", language, version=town.version, date=from_day)),
        (say("ledger.note.printed", language), printed.isoformat()),
        (say("ledger.note.line", language), getattr(line, language)),
        (say("ledger.note.borders", language), say("handover.legal", language)),
    ]  # fmt: skip
    if office:
        rows.append((say("ledger.note.office", language), office))
    for one in ledgers:
        told = say("ledger.note.rows", language, count=f"{one.count:,}")
        rows.append((say("ledger.note.sheet", language, name=_name(one.key, language)), told))
    rows += [(say("ledger.note.left_out", language), getattr(one, language)) for one in left_out]
    columns = [
        Column(say("ledger.note.what", language), "any", 26),
        Column(say("ledger.note.content", language), "any", 90),
    ]
    name = say("ledger.sheet.notes", language)
    return Sheet(name, _title(plan, language), columns, rows, filtered=False)


def _town(plan: Plan) -> pd.DataFrame:
    town = plan.rules.town
    return pd.DataFrame({"name": [town.name], "name_en": [town.name_en]})


def _name(key: str, language: Language) -> str:
    return say(f"ledger.sheet.{key}", language)


def _sheet(
    plan: Plan, ledger: _Ledger, steps: "_Steps", printed: date, language: Language
) -> Sheet:
    """Lay a ledger out as a sheet."""
    keys = [one.key for one in ledger.columns]
    columns = [
        Column(head_of(one, language), one.form, summed=one.summed) for one in ledger.columns
    ]
    town, line = plan.rules.town, getattr(notice(plan), language)
    name = _name(ledger.key, language)
    return Sheet(
        name=name,
        title=f"{_title(plan, language)} · {name}",
        note=say("ledger.under_title", language, version=town.version, date=printed.isoformat(),
                 line=line),
        columns=columns,
        rows=([row[key] for key in keys] for row in steps.counted(ledger.rows)),
        frozen=1,
        total=say("ledger.total", language),
    )  # fmt: skip


class _Steps:
    """Tells how many rows are written, every so many."""

    def __init__(self, tell: Tell | None, count: int) -> None:
        self._tell, self._count, self._done = tell, count, 0

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Give the rows on and count them."""
        for row in rows:
            if self._tell is not None and self._done % _STEP == 0:
                self._tell(self._done, self._count)
            self._done += 1
            yield row

    def end(self) -> None:
        """Say that all is done."""
        if self._tell is not None:
            self._tell(self._count, self._count)
