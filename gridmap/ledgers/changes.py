"""Rows of the ledgers of changes: what another plan of the town had otherwise, and why if known."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from gridmap.coverage.compare import Comparison
from gridmap.edits.moves.log import edit_log, entry_name
from gridmap.ledgers.grids import villages_of
from gridmap.ledgers.values import Row
from gridmap.plan.names import place_names
from gridmap.plan.plan import Plan
from gridmap.words import Language, say

__all__ = ["changed_grids", "grid_change_rows", "person_change_rows"]

_M2_A_HECTARE = 10_000
_ORDER = ("added", "retired", "ground", "people")


def changed_grids(since: Plan, plan: Plan, found: Comparison) -> pd.DataFrame:
    """List the grids that differ: new ones, those that are gone, other outlines, other people.

    Parameters
    ----------
    since, plan
        The earlier plan and this one, both released.
    found
        What `gridmap.coverage.compare.compare_plans` gives for them.

    Returns
    -------
    `state` (of compare.state.*), `code` and `before` ("" where there is none), and what has moved
    into it, or out of one that is gone: `area_m2`, `households`, `load_h`. In this order of states,
    then by code.
    """
    came = found.moved.groupby("to_code")[["area_m2", "households", "load_h"]].sum()
    went = found.moved.groupby("from_code")[["area_m2", "households", "load_h"]].sum()
    rows = []
    for code, state, other in zip(
        found.second.index, found.second["state"], found.second["other"], strict=True
    ):
        if state != "same":
            rows.append(("added" if state == "only" else state, code, other, code, came))
    gone = found.first.index[found.first["state"] == "only"]
    rows += [("retired", "", code, code, went) for code in gone]
    for one, other, state in ((since, plan, "retired"), (plan, since, "added")):
        given = one.grids.index[one.grids["kind"] != "micro"].difference(other.grids.index)
        rows += [
            (state, "" if state == "retired" else code, "" if state == "added" else code, "", came)
            for code in given
        ]
    rows.sort(key=lambda row: (_ORDER.index(row[0]), row[1], row[2]))
    sums = [moved.loc[key].tolist() if key in moved.index else [0.0] * 3 for *_, key, moved in rows]
    table = pd.DataFrame([row[:3] for row in rows], columns=["state", "code", "before"])
    return table.join(pd.DataFrame(sums, columns=["area_m2", "households", "load_h"]))


def grid_change_rows(
    since: Plan, plan: Plan, rows: pd.DataFrame, *, language: Language
) -> Iterator[Row]:
    """Give a row for each grid that differs, by the keys of its columns.

    Parameters
    ----------
    since, plan
        As for `changed_grids`.
    rows
        What that gives.
    language
        Of the words.
    """
    names, earlier = place_names(plan, language), place_names(since, language)
    staff, staff_before = _staff(plan, language), _staff(since, language)
    villages, villages_before = villages_of(plan), villages_of(since)
    why = _reasons(since, plan, language)
    for row in rows.itertuples(index=False):
        code, before = str(row.code), str(row.before)
        village = (
            names.get(villages.get(code), "") if code else earlier.get(villages_before[before], "")
        )
        yield {
            "change": say(f"compare.state.{row.state}", language),
            "code": code,
            "code_before": before,
            "name": str(names.get(code, "")) or str(earlier.get(before, "")),
            "village": str(village),
            "moved_ha": round(float(row.area_m2) / _M2_A_HECTARE, 2) or None,
            "moved_households": round(float(row.households)) or None,
            "moved_h": round(float(row.load_h), 1) or None,
            "people_before": staff_before.get(before, ""),
            "people_now": staff.get(code, ""),
            "why": say("mark.list", language).join(_of_all(why, [code, before])),
        }


def person_change_rows(
    since: Plan, plan: Plan, people: pd.DataFrame, *, language: Language
) -> Iterator[Row]:
    """Give a row for each person with other posts, by the keys of its columns.

    Parameters
    ----------
    since, plan
        As for `changed_grids`.
    people
        Those whose posts differ (`Comparison.people`).
    language
        Of the words.
    """
    comma = say("mark.list", language)
    names, earlier = place_names(plan, language), place_names(since, language)
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    told = filled["reason_zh" if language == "zh" else "reason"]
    why = told[told != ""].groupby(filled["person_id"]).agg(lambda texts: " ".join(texts.unique()))
    of_grids = _reasons(since, plan, language)
    office = plan.people["office"].combine_first(since.people["office"])

    def named(codes: list[str], of: pd.Series) -> tuple[str, str]:
        return comma.join(codes), comma.join(str(of.get(code, code)) for code in codes)

    for person, row in zip(people.index, people.itertuples(index=False), strict=True):
        left = [code for code in str(row.before).split(";") if code]
        before, before_names = named(left, earlier)
        now, now_names = named([code for code in str(row.after).split(";") if code], names)
        yield {
            "change": say(f"compare.state.{row.state}", language),
            "person": row.name,
            "office": str(office.get(person, "")),
            "code_before": before,
            "grid_before": before_names,
            "code": now,
            "grid_name": now_names,
            "why": str(why.get(person, "")) if now else comma.join(_of_all(of_grids, left)),
        }


def _of_all(reasons: Mapping[str, list[str]], codes: Iterable[str]) -> list[str]:
    """Give the reasons of some grids, each once."""
    return list(dict.fromkeys(one for code in codes for one in reasons.get(code, [])))


def _staff(plan: Plan, language: Language) -> dict[str, str]:
    """Name the people on post in each grid, in the order of the posts."""
    rows = plan.assignments[plan.assignments["status"] == "filled"]
    names = rows["person_id"].map(plan.people["name"]).fillna("")
    join = say("mark.list", language).join
    return {str(code): join(own) for code, own in names.groupby(rows["grid_code"], sort=False)}


def _reasons(since: Plan, plan: Plan, language: Language) -> dict[str, list[str]]:
    """Gather why each grid was changed: what was said with the edits that the other has not."""
    log, earlier = edit_log(plan), edit_log(since)
    known = {entry_name(earlier, one) for one in earlier.index}
    found: dict[str, list[str]] = {}
    for one in log.index:
        entry = log.loc[one]
        if entry["why"] and entry_name(log, one) not in known:
            told = say("ledger.why", language, day=entry["time"][:10], why=entry["why"])
            for code in entry["grids"].split(";"):
                found.setdefault(code, []).append(told)
    return found
