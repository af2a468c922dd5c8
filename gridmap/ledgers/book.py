"""The ledgers of a plan as one workbook: what it is, the summary, and a sheet for each kind."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from boundaries.export.workbook import Column, Sheet, workbook_bytes
from gridmap.ledgers.columns import KINDS, Kind, head_of
from gridmap.ledgers.contents import Contents, Ledger
from gridmap.ledgers.values import Row
from gridmap.plan.identity import identity_of
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.publish.contacts import OFFICE
from gridmap.words import Language, say
from layers.contract.errors import Named

__all__ = ["Ledgers", "ledger_xlsx"]

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


def ledger_xlsx(
    plan: Plan,
    *,
    kinds: Sequence[Kind] = KINDS,
    codes: Collection[str] | None = None,
    contacts: Mapping[str, str] | None = None,
    since: Plan | None = None,
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
        Which ledgers, in the order of `KINDS`: a sheet each, of changes one of grids and one of
        people.
    codes
        Only these grids, who is on them and what lies in them; None or none for all.
    contacts
        What `gridmap.publish.contacts.contacts_of` gives; without it the file has no phone.
    since
        An earlier version or another plan of the town, that changes are counted from; without it
        there is no sheet of changes.
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
        If the plan has not all of the codes, `since` is of another town, or a ledger has more rows
        than a sheet holds.
    """
    # A code that a faulty plan has twice is one of its issues; here it is listed once.
    plan = plan.with_tables(grids=plan.grids[~plan.grids.index.duplicated()])
    phones = dict(contacts or {})
    office = phones.pop(OFFICE, "")
    contents = Contents(plan, kinds, codes or None, phones, since, language)
    ledgers = contents.ledgers()
    left_out = tuple(contents.left_out())
    steps = _Steps(tell, sum(one.count for one in ledgers))
    sheets = [_notes(contents, ledgers, left_out, office, printed)]
    sheets += [_sheet(plan, one, steps, printed, language) for one in ledgers]
    data = workbook_bytes(
        sheets,
        printed=printed,
        title=_title(plan, language),
        footer=say("ledger.footer", language, line=_line(plan, language)),
    )
    steps.end()
    return Ledgers(data, {one.key: one.count for one in ledgers}, left_out)


def _line(plan: Plan, language: Language) -> str:
    """Give the line on every file, whose words may have braces of their own."""
    said = notice(plan)
    return said.zh if language == "zh" else said.en


def _town(plan: Plan, language: Language) -> str:
    town = plan.rules.town
    return town.name_in(language)


def _title(plan: Plan, language: Language) -> str:
    return say("ledger.title", language, name=_town(plan, language))


def _name(key: str, language: Language) -> str:
    return say(f"ledger.sheet.{key}", language)


def _notes(
    contents: Contents,
    ledgers: Sequence[Ledger],
    left_out: Sequence[Named],
    office: str,
    printed: date,
) -> Sheet:
    """Say what the file is: town, version, day, the line, what is in it and what is not."""
    plan, language = contents.plan, contents.language
    town = plan.rules.town
    rows = [
        ("town", _town(plan, language)),
        ("version", say("handover.version", language, version=town.version,
                        date=town.valid_from.isoformat())),
        ("printed", printed.isoformat()),
        ("line", _line(plan, language)),
        ("borders", say("handover.legal", language)),
    ]  # fmt: skip
    if office:
        rows.append(("office", office))
    if any(one.key == "grid_changes" for one in ledgers) and contents.since is not None:
        rows.append(("since", _earlier(contents.since, language)))
    told = [(say(f"ledger.note.{key}", language), text) for key, text in rows]
    for one in ledgers:
        name = say("ledger.note.sheet", language, name=_name(one.key, language))
        told.append((name, say("ledger.note.rows", language, count=f"{one.count:,}")))
    left = say("ledger.note.left_out", language)
    told += [(left, one.zh if language == "zh" else one.en) for one in left_out]
    columns = [
        Column(say("ledger.note.what", language), "any", 26),
        Column(say("ledger.note.content", language), "any", 90),
    ]
    title = _title(plan, language)
    return Sheet(say("ledger.sheet.notes", language), title, columns, told, filtered=False)


def _earlier(since: Plan, language: Language) -> str:
    town = since.rules.town
    name = identity_of(since).title or _town(since, language)
    day = town.valid_from.isoformat()
    return say("ledger.since", language, name=name, version=town.version, date=day)


def _sheet(plan: Plan, ledger: Ledger, steps: "_Steps", printed: date, language: Language) -> Sheet:
    """Lay a ledger out as a sheet."""
    keys = [one.key for one in ledger.columns]
    columns = [
        Column(head_of(one, language), one.form, summed=one.summed) for one in ledger.columns
    ]
    name, version = _name(ledger.key, language), plan.rules.town.version
    return Sheet(
        name=name,
        title=f"{_title(plan, language)} · {name}",
        note=say("ledger.under_title", language, version=version, date=printed.isoformat(),
                 line=_line(plan, language)),
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
