"""The views of a map: what the micro-grids are coloured by, and what a view adds to their cards.

Every plan has those of `own_views`. What lies beside a plan, such as the answers of its cadres,
comes in a view that is asked for: a map that is handed on does not hold it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from gridmap.maps.legend import (
    ANSWER_LOOKS,
    CATEGORY_LOOKS,
    CHANGE_LOOKS,
    EXCLUSIVE,
    FAMILY_LOOKS,
    LEFT,
    POST_LOOKS,
    Look,
    load_looks,
    looks_of,
)
from gridmap.plan.plan import Plan
from gridmap.split.homes import HOUSEHOLD
from gridmap.words import LANGUAGES, say

__all__ = ["Note", "Pin", "View", "answers_view", "change_view", "own_views"]

M2_A_HECTARE = 10_000

Note = tuple[str, str]  # Chinese and English


@dataclass(frozen=True)
class Pin:
    """A place on the map with a sentence somebody wrote: hostile until it is shown as text."""

    lon: float
    lat: float
    grid_code: str
    text: str


@dataclass(frozen=True)
class View:
    """One way to colour the micro-grids."""

    key: str  # its name is the word "view.<key>"
    looks: tuple[Look, ...]
    of_grid: pd.Series  # key of a look by code of micro-grid
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)  # for cards, by code
    pins: tuple[Pin, ...] = ()

    def values(self, micro: pd.DataFrame, left_m2: pd.Series) -> dict[str, Any]:
        """Write the view for the page, with its micro-grids in the order of the map.

        An exclusive grid of which the view says nothing looks like ground of no micro-grid.
        """
        keys = [look.key for look in self.looks]
        place = pd.Index(keys).get_indexer(self.of_grid.reindex(micro.index))
        place = np.where(place < 0, len(keys), place)
        classes = [
            _class(look, micro["area_m2"][place == number])
            for number, look in enumerate(self.looks)
        ]
        return {
            "key": self.key,
            "classes": [*classes, _class(LEFT, left_m2)],
            "of": place.tolist(),
            "notes": {
                code: [{"zh": zh, "en": en} for zh, en in texts]
                for code, texts in sorted(self.notes.items())
            },
            "pins": [[pin.lon, pin.lat, pin.grid_code, pin.text] for pin in self.pins],
        }


def own_views(plan: Plan, micro: pd.DataFrame, posts: pd.DataFrame) -> list[View]:
    """Give the views that every plan has: category, load and posts; households where they count.

    A copy for the public has the first alone.

    Parameters
    ----------
    plan
        The plan.
    micro
        Its micro-grids, and exclusive grids with ground of their own.
    posts
        Posts with the columns `grid_code`, `number` and `filled`.
    """
    hours = plan.rules.capacity.officer_hours
    looks = looks_of(micro, posts, officer_hours=hours)
    units = (EXCLUSIVE,) if (micro["kind"] == "exclusive").any() else ()
    every = {"category": (*CATEGORY_LOOKS, *units), "load": load_looks(hours), "posts": POST_LOOKS}
    if plan.is_redacted:
        return [View("category", every["category"], looks["category"])]
    views = [View(key, of_view, looks[key]) for key, of_view in every.items()]
    return [*views, _family_view(plan, micro)] if (micro["family"] == HOUSEHOLD).any() else views


def _family_view(plan: Plan, micro: pd.DataFrame) -> View:
    """Give the view of household grids: within their band, or why not."""
    least, most = plan.rules.household_grids.households
    count = micro["households"].round()
    classes = np.select(
        [micro["family"] != HOUSEHOLD, count < least, count > most],
        ["territorial", "fewer", "more"],
        "in_band",
    )
    rows = plan.issues[plan.issues["rule"] == "CAP-3"]
    notes = {
        str(code): ((str(zh), str(en)),)
        for code, zh, en in zip(rows["code"], rows["message_zh"], rows["message"], strict=True)
    }
    return View("family", FAMILY_LOOKS, pd.Series(classes, index=micro.index, dtype="str"), notes)


def answers_view(plan: Plan, responses: pd.DataFrame, disputes: pd.DataFrame) -> View:
    """Give the view of what cadres have answered: confirmed, not yet, disputed.

    Parameters
    ----------
    plan
        The plan.
    responses
        What `gridmap.access.answers.responses` gives.
    disputes
        What `gridmap.access.answers.disputes` gives; those that are settled are left out.
    """
    micro = plan.micro_grids.index
    states = np.full(len(micro), "nobody", dtype=object)
    place = micro.get_indexer(responses["grid_code"])
    for state in ("confirmed", "unconfirmed", "disputed"):  # the last one has the last word
        here = place[(responses["state"] == state).to_numpy()]
        states[here[here >= 0]] = state
    of_grid = pd.Series(states, index=micro, dtype="str")
    names = plan.people["name"]
    there = plan.grids.index.get_indexer(disputes["grid_code"]) >= 0
    waiting = disputes[(disputes["settled"] == "") & there]
    notes: dict[str, tuple[Note, ...]] = {}
    pins = []
    for row in waiting.itertuples():
        said_by = f"{names.get(row.person_id, row.person_id)} {row.time[:10]}"
        text = (f"{said_by}：{row.sentence}", f"{said_by}: {row.sentence}")
        notes[row.grid_code] = (*notes.get(row.grid_code, ()), text)
        pins.append(Pin(row.lon, row.lat, row.grid_code, row.sentence))
    return View("answers", ANSWER_LOOKS, of_grid, notes, tuple(pins))


def change_view(plan: Plan, differs: pd.DataFrame, other: Plan) -> View:
    """Give the view of what another plan makes of the micro-grids of this one.

    Parameters
    ----------
    plan
        The plan.
    differs
        `first` or `second` of `gridmap.coverage.compare.Comparison`: of the plan's own side.
    other
        The other plan.
    """
    names = {name: other.grids[f"name{tail}"] for name, tail in (("zh", ""), ("en", "_en"))}
    notes = {}
    for row in differs[differs["state"].isin(["ground", "only"])].itertuples():
        values = {
            "ha": f"{row.moved_m2 / M2_A_HECTARE:,.2f}",
            "households": f"{row.moved_households:,.0f}",
            "load": f"{row.moved_load_h:,.1f}",
        }
        zh, en = (say("change.moved", language, **values) for language in LANGUAGES)
        if row.other:
            name = names["zh"].get(row.other, row.other)
            zh += say("change.match", "zh", name=name)
            en += say("change.match", "en", name=names["en"].get(row.other, "") or name)
        notes[str(row.Index)] = ((zh, en),)
    return View("change", CHANGE_LOOKS, differs["state"], notes)


def _class(look: Look, areas_m2: pd.Series) -> dict[str, Any]:
    return {
        "key": look.key,
        "zh": look.zh,
        "en": look.en,
        "colour": look.colour,
        "hatch": look.hatch,
        "ink": look.ink,
        "dark": look.dark,
        "dark_ink": look.dark_ink,
        "count": len(areas_m2),
        "area_m2": round(float(areas_m2.sum()), 1),
    }
