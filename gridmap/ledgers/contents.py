"""Which ledgers a workbook has, in order, and what cannot be in it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from gridmap.coverage.compare import compare_plans
from gridmap.ledgers.changes import changed_grids, grid_change_rows, person_change_rows
from gridmap.ledgers.columns import Kind, LedgerColumn, shown_columns
from gridmap.ledgers.grids import grid_rows, summary_rows
from gridmap.ledgers.objects import object_rows, objects_in_order
from gridmap.ledgers.people import people_in_order, person_rows
from gridmap.ledgers.vacancies import vacancies_in_order, vacancy_rows
from gridmap.ledgers.values import Row
from gridmap.plan.plan import Plan
from gridmap.publish.release import release
from gridmap.words import Language, say
from layers.contract.errors import Named, PlanError, quoted

__all__ = ["Contents", "Ledger", "asked_grids"]

_TOLD = 5  # codes named in an error


@dataclass(frozen=True)
class Ledger:
    """A ledger before it is written: its columns, its rows, and how many there are."""

    key: str
    columns: tuple[LedgerColumn, ...]
    rows: Iterable[Row]
    count: int


@dataclass(frozen=True)
class Contents:
    """What a workbook is asked to hold.

    Attributes
    ----------
    plan
        A released plan.
    kinds
        Which ledgers.
    codes
        Only these grids; None for all.
    contacts
        Phones by person_id.
    since
        The plan that changes are counted from; None for none.
    language
        Of the words.
    """

    plan: Plan
    kinds: Sequence[Kind]
    codes: Collection[str] | None
    contacts: Mapping[str, str] = field(repr=False)
    since: Plan | None
    language: Language

    @property
    def names_people(self) -> bool:
        """Whether the file may name anybody."""
        return not self.plan.is_redacted or bool(len(self.plan.people))

    def ledgers(self) -> list[Ledger]:
        """Lay out the ledgers in order, the summary first."""
        plan, language = self.plan, self.language
        grids = asked_grids(plan, self.codes)
        asked = None if self.codes is None else set(grids)
        villages = list(summary_rows(plan, grids, language=language))
        found = [self._ledger("summary", villages, len(villages))]
        if "grids" in self.kinds:
            rows = grid_rows(plan, grids, contacts=self.contacts, language=language)
            found.append(self._ledger("grids", rows, len(grids)))
        if "people" in self.kinds and self.names_people:
            people = people_in_order(plan, asked)
            rows = person_rows(plan, people, contacts=self.contacts, language=language)
            found.append(self._ledger("people", rows, len(people)))
        if "objects" in self.kinds and len(plan.objects):
            objects = objects_in_order(plan, asked)
            rows = object_rows(plan, objects, language=language)
            found.append(self._ledger("objects", rows, len(objects)))
        if "vacancies" in self.kinds and not plan.is_redacted:
            vacant = vacancies_in_order(plan, asked)
            rows = vacancy_rows(plan, vacant, language=language)
            found.append(self._ledger("vacancies", rows, len(vacant)))
        if "changes" in self.kinds and self.since is not None and not plan.is_redacted:
            found += self._changes(release(self.since), asked)
        return found

    def left_out(self) -> list[Named]:
        """Say what is not in the file, a sentence each."""
        told = [] if self.contacts else [_said("ledger.without_phones")]
        if self.plan.is_redacted:
            told.append(_said("ledger.for_public"))
        if not self.names_people and "people" in self.kinds:
            told.append(_said("ledger.nobody_named"))
        if "objects" in self.kinds and not len(self.plan.objects):
            told.append(_said("ledger.no_objects"))
        if self.codes is not None:
            count = len(self.plan.grids) - len(asked_grids(self.plan, self.codes))
            told.append(_said("ledger.some_grids", count=count))
        return told

    def _changes(self, since: Plan, asked: set[str] | None) -> list[Ledger]:
        plan, language = self.plan, self.language
        found = compare_plans(since, plan)
        grids, people = changed_grids(since, plan, found), found.people
        if asked is not None:
            grids = grids[grids["code"].isin(asked) | grids["before"].isin(asked)]
            codes = people["before"] + ";" + people["after"]
            people = people[[not asked.isdisjoint(one.split(";")) for one in codes]]
        of_grids = grid_change_rows(since, plan, grids, language=language)
        of_people = person_change_rows(since, plan, people, language=language)
        return [
            self._ledger("grid_changes", of_grids, len(grids)),
            self._ledger("person_changes", of_people, len(people)),
        ]

    def _ledger(self, key: str, rows: Iterable[Row], count: int) -> Ledger:
        columns = shown_columns(
            key,
            public=self.plan.is_redacted,
            named=self.names_people,
            contacts=bool(self.contacts),
        )
        return Ledger(key, columns, rows, count)


def asked_grids(plan: Plan, codes: Collection[str] | None) -> pd.Index:
    """Give the grids asked for in the order of the plan.

    Raises
    ------
    PlanError
        If the plan has not all of them.
    """
    grids = plan.grids.index
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


def _said(key: str, **values: object) -> Named:
    return Named(say(key, "en", **values), say(key, "zh", **values))
