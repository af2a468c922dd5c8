"""The scenes of a plan for a wall screen, in their order: everything the player shows.

The plan is one that `gridmap.publish.release` gave, for the house or for the public; nothing is
worked out in the browser.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from gridmap.plan.names import names_of
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.remarks.board import Remark
from gridmap.ui.wall.wall_figures import grid_numbers, load_bar, share_bars, town_numbers
from gridmap.ui.wall.wall_map import children_of, shown_ground, villages_of, wall_map
from gridmap.ui.wall.wall_open import open_matters, vacant_posts
from gridmap.ui.wall.wall_people import PeopleInCharge, short_name
from gridmap.words import Language, say, words_in

__all__ = ["wall_values"]

Values = dict[str, Any]
RUN = 8  # villages between two looks at the whole town


def wall_values(
    plan: Plan,
    *,
    language: Language = "zh",
    names: bool = True,
    remarks: Iterable[Remark] = (),
    saved: datetime | None = None,
) -> Values:
    """Work out all that a wall screen shows of a plan.

    Parameters
    ----------
    plan
        The plan as `gridmap.publish.release` gives it. Of a copy for the public no loads, vacancies
        and remarks are told, for it has none.
    language
        Language of the screen.
    names
        Whether people are named.
    remarks
        Disputes and comments; those that are open are counted, and named by their grid.
    saved
        When the plan was saved.

    Returns
    -------
    `town`, `about` (version, day and notice), `words`, `map`, `scenes` (each with `kind` and
    `title`), and `order`, the numbers of the scenes as they follow each other.

    Raises
    ------
    PlanError
        If all ground is sensitive.
    """
    ground = shown_ground(plan)
    villages = villages_of(ground)
    whole = [
        *_whole_town(plan, language),
        _scene("map", "wall.map", language),
        *(
            _scene("vacant", "wall.vacancies", language) | one
            for one in vacant_posts(plan, ground, language=language)
        ),
    ]
    waiting = open_matters(plan, ground, remarks, language=language)
    if waiting is not None:
        whole.append(_scene("open", "wall.open_matters", language) | waiting)
    below = _village_scenes(plan, ground, villages, language=language, names=names)
    first = list(range(len(whole)))
    order = list(first)
    for start in range(0, len(below), RUN):
        run = range(start, min(start + RUN, len(below)))
        order += (first if start else []) + [len(whole) + place for place in run]
    town = plan.rules.town
    return {
        "town": town.name_in(language),
        "about": _about(plan, language, saved),
        "words": words_in(language, "wall."),
        "language": language,
        "map": wall_map(plan, ground, villages, language=language),
        "scenes": [*whole, *below],
        "order": order,
    }


def _scene(kind: str, title: str, language: Language) -> Values:
    return {"kind": kind, "title": say(title, language)}


def _whole_town(plan: Plan, language: Language) -> list[Values]:
    """Give the scenes of figures: numbers with the load, and shares where there are any."""
    numbers = _scene("numbers", "wall.figures", language) | {
        "numbers": town_numbers(plan, language=language),
        "load": load_bar(plan, language=language),
    }
    bars = share_bars(plan, language=language)
    if not bars:
        return [numbers]
    return [numbers, _scene("bars", "wall.rates", language) | {"bars": bars}]


def _village_scenes(
    plan: Plan, ground: Plan, villages: list[str], *, language: Language, names: bool
) -> list[Values]:
    people = PeopleInCharge(plan, language=language, names=names)
    numbers = grid_numbers(plan, language=language)
    called = names_of(plan.grids, language)
    scenes = []
    for place, code in enumerate(villages):
        children = children_of(ground, code)
        rows, left = people.rows(code, children)
        scenes.append(
            {
                "kind": "village",
                "title": str(called[code]),
                "code": code,
                "village": place,
                "labels": [[child, short_name(called[child], called[code])] for child in children],
                "numbers": numbers[code],
                "rows": rows,
                "left": left,
            }
        )
    return scenes


def _about(plan: Plan, language: Language, saved: datetime | None) -> str:
    town, told = plan.rules.town, notice(plan)
    parts = [
        say("map.version", language, version=town.version, date=town.valid_from.isoformat()),
        told.zh if language == "zh" else told.en,
    ]
    if saved is not None:
        parts.insert(1, say("wall.saved", language, time=saved.strftime("%Y-%m-%d %H:%M")))
    return " · ".join(parts)
