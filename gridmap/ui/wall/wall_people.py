"""Who is in charge of a village and of the grids in it, in rows for a wall screen.

A row has the post and the name, as the page 覆盖 shows them, and no phone; without names it says
whether somebody is on the post.
"""

from typing import Any

import pandas as pd

from gridmap.maps.rows import posts_with_people
from gridmap.plan.names import names_of
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_title
from gridmap.words import Language, say

__all__ = ["PeopleInCharge", "short_name"]

Values = dict[str, Any]
MOST_OWN = 3  # people on posts of the village itself
MOST_BELOW = 8  # grids in it
SEPARATORS = "·, "  # between the name of a grid and what is in it


class PeopleInCharge:
    """The people of a plan, looked up village by village."""

    def __init__(self, plan: Plan, *, language: Language, names: bool) -> None:
        """Sort the posts.

        Parameters
        ----------
        plan
            The plan as it may be shown.
        language
            Language of posts and grids.
        names
            Whether people are named.
        """
        self._plan = plan
        self._language: Language = language
        self._named = names
        posts = posts_with_people(plan)
        self._posts = dict(list(posts[posts["officer"]].groupby("grid_code", sort=False)))
        self._names = names_of(plan.grids, language)

    def rows(self, code: str, children: list[str]) -> tuple[list[Values], int]:
        """Give the rows of a village, and how many grids found no room.

        Parameters
        ----------
        code
            The village.
        children
            The grids in it that are shown.

        Returns
        -------
        Rows with `place` ("" for the village itself), `post`, `who` and `vacant`.
        """
        own = [
            self._row("", post) for _, post in self._of(code).head(MOST_OWN).iterrows()
        ]  # whoever leads comes first
        below = []
        for child in children[:MOST_BELOW]:
            posts = self._of(child)
            if len(posts):
                place = short_name(self._names[child], self._names[code])
                below.append(self._row(place, posts.iloc[0]))
        return [*own, *below], max(len(children) - MOST_BELOW, 0) if below else 0

    def _of(self, code: str) -> pd.DataFrame:
        return self._posts.get(code, pd.DataFrame())

    def _row(self, place: str, post: pd.Series) -> Values:
        filled = bool(post["filled"])
        there = str(post["person"]) if self._named else say("wall.on_post", self._language)
        return {
            "place": place,
            "post": role_title(self._plan.rules, str(post["role"]), self._language),
            "who": there if filled else say("wall.vacant", self._language),
            "vacant": not filled,
        }


def short_name(name: str, parent: str) -> str:
    """Leave out of the name of a grid the name of the grid around it."""
    return str(name).removeprefix(str(parent)).lstrip(SEPARATORS) or str(name)
