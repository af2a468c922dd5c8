"""Rows of the ledger by grid, and of the summary by village: one row a grid of any level."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from boundaries.hierarchy.ancestors import ancestors
from boundaries.tiling.build import kind_of
from gridmap.coverage.boards import board_states
from gridmap.coverage.duty import Duties, PersonOnPost
from gridmap.ledgers.values import Row, day_of
from gridmap.plan.names import place_names
from gridmap.plan.plan import Plan
from gridmap.rules.roles import MEMBER
from gridmap.rules.words import kind_name
from gridmap.words import Language, say

__all__ = ["grid_rows", "summary_rows", "villages_of"]

_M2_A_HECTARE, _MU_A_HECTARE = 10_000, 15


def grid_rows(
    plan: Plan, codes: pd.Index, *, contacts: Mapping[str, str], language: Language
) -> Iterator[Row]:
    """Give a row for each grid, by the keys of its columns, in the order of the plan.

    Parameters
    ----------
    plan
        A released plan.
    codes
        The grids.
    contacts
        Phones by person_id, of those whose phones may be told.
    language
        Of the words.
    """
    duties, posts = Duties(plan), _posts(plan)
    grids = plan.grids.loc[codes]
    names, villages = place_names(plan, language), villages_of(plan)
    named = dict(zip(names.index, names, strict=True))
    hung, old = _boards(plan)
    kinds = zip(codes, kind_of(grids), villages.reindex(codes), strict=True)
    for (code, ground, village), row in zip(kinds, grids.itertuples(index=False), strict=True):
        number, filled = posts.get(code, (0, 0))
        yield {
            "code": code,
            "name": named.get(code, ""),
            "level": int(row.level),
            "kind": say(f"ledger.kind.{row.kind}", language),
            "category": kind_name(str(ground), language),
            "parent": row.parent_code,
            "village": named.get(village, ""),
            **_sizes(float(row.area_m2)),
            "households": round(float(row.households)),
            "objects": int(row.objects),
            "load_h": round(float(row.load_h), 1),
            "capacity_h": float(row.capacity_h) or None,
            "used": float(row.load_h) / row.capacity_h if row.capacity_h > 0 else None,
            "officers": number,
            "on_post": filled,
            "vacant": number - filled,
            **_people(duties, code, contacts, language),
            "boards_hung": hung.get(code, 0) if len(plan.boards) else None,
            "boards_old": old.get(code, 0) if len(plan.boards) else None,
            "version": row.version,
            "valid_from": day_of(str(row.valid_from)),
        }


def villages_of(plan: Plan) -> pd.Series:
    """Give the grid below the town that each grid lies in, by code; the town itself is its own."""
    grids = plan.grids
    levels, line = sorted(grids["level"].unique()), ancestors(grids)
    town = line[levels[0]] if levels else pd.Series("", index=grids.index)
    return line[levels[1]].where(line[levels[1]] != "", town) if len(levels) > 2 else town


def summary_rows(plan: Plan, codes: pd.Index, *, language: Language) -> Iterator[Row]:
    """Sum the grids of each village; those above the villages stand first.

    The parameters are those of `grid_rows`.
    """
    names, posts = place_names(plan, language), _posts(plan)
    grids = pd.DataFrame(plan.grids.loc[codes])
    micro = grids["kind"] == "micro"
    villages = villages_of(plan).reindex(codes)
    above = set(plan.grids.index[plan.grids["level"] == 1]) if villages.nunique() > 1 else set()
    measured = grids[["area_m2", "households", "objects", "load_h"]].where(micro, 0.0)
    table = measured.assign(
        micro_grids=micro.astype("int64"),
        officers=[posts.get(code, (0, 0))[0] for code in codes],
        on_post=[posts.get(code, (0, 0))[1] for code in codes],
    )
    for village, sums in table.groupby(villages, sort=True).sum().iterrows():
        yield {
            "code": str(village),
            "name": _village(str(names.get(village, "")), str(village) in above, language),
            "micro_grids": int(sums["micro_grids"]),
            **_sizes(float(sums["area_m2"])),
            "households": round(float(sums["households"])),
            "objects": int(sums["objects"]),
            "load_h": round(float(sums["load_h"]), 1),
            "officers": int(sums["officers"]),
            "on_post": int(sums["on_post"]),
            "vacant": int(sums["officers"] - sums["on_post"]),
        }


def _village(name: str, is_town: bool, language: Language) -> str:
    """Name a row of the summary; that of the town holds what lies in no village."""
    return say("ledger.above_villages", language, name=name) if is_town else name


def _sizes(area_m2: float) -> Row:
    hectares = area_m2 / _M2_A_HECTARE
    return {"area_ha": round(hectares, 2), "area_mu": round(hectares * _MU_A_HECTARE, 1)}


def _posts(plan: Plan) -> dict[str, tuple[int, int]]:
    """Count the posts of each grid, and those that somebody is on."""
    rows = plan.assignments[(plan.assignments["post_id"] != "")]
    filled = np.where(rows["status"] == "filled", 1, 0)
    counts = pd.DataFrame({"posts": 1, "filled": filled}).groupby(rows["grid_code"].to_numpy())
    sums = counts.sum()
    pairs = zip(sums["posts"].tolist(), sums["filled"].tolist(), strict=True)
    return dict(zip(sums.index, pairs, strict=True))


def _boards(plan: Plan) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Count the boards that hang for each grid, and those of them that are of another version."""
    if not len(plan.boards):
        return {}, {}
    states = board_states(plan)
    of_grids = states[(states["kind"] == "grid") & states["state"].isin(["current", "old"])]
    old = of_grids[of_grids["state"] == "old"]
    return of_grids["target"].value_counts().to_dict(), old["target"].value_counts().to_dict()


def _people(
    duties: Duties, code: str, contacts: Mapping[str, str], language: Language
) -> dict[str, str]:
    """Lay out who is on post: those who lead, the members, and whoever has another role."""
    comma = say("mark.list", language)
    people = duties.people(code)
    leading = [one for one in people if duties.leads(one["role"])]
    others = [one for one in people if not duties.leads(one["role"])]
    members = [one for one in others if one["role"] == MEMBER]
    rest = [one for one in others if one["role"] != MEMBER]

    def joined(these: list[PersonOnPost], of: Callable[[PersonOnPost], str]) -> str:
        return comma.join(filter(None, map(of, these)))

    def phone(one: PersonOnPost) -> str:
        return contacts.get(one["person_id"], "")

    return {
        "leader": joined(leading, lambda one: one["name"]),
        "leader_phone": joined(leading, phone),
        "members": joined(members, lambda one: one["name"]),
        "member_phones": joined(members, phone),
        "others": joined(
            rest,
            lambda one: (
                (one["role_zh"] if language == "zh" else one["role_en"])
                + say("mark.colon", language)
                + one["name"]
            ),
        ),
    }
