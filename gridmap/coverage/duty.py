"""Who answers for a grid: its people, its vacancies, and the next one up while a post is vacant.

Answers are plain dicts, ready for JSON. Phones are never in them.
"""

from typing import TypedDict

from gridmap.coverage.service import Service
from gridmap.plan.plan import Plan

__all__ = ["Duties", "GridDuty", "NextUp", "PersonOnPost", "level_zh"]

_LEVELS_ZH = "零一二三四五六七八九"


def level_zh(level: int) -> str:
    """Count a level in Chinese, as in 三级网格."""
    return _LEVELS_ZH[level % 10]


class PersonOnPost(TypedDict):
    """Somebody on a post of a grid."""

    person_id: str
    name: str
    office: str
    role: str


class NextUp(TypedDict):
    """The leader above who answers while a post is vacant; `code` is "" when there is none."""

    level: int
    code: str
    name: str
    people: list[PersonOnPost]
    text: str
    text_zh: str


class GridDuty(TypedDict):
    """A grid with the people who answer for it."""

    level: int
    kind: str
    code: str
    name: str
    name_en: str
    category: str
    subclass: str  # of residual ground; else ""
    people: list[PersonOnPost]
    posts: int
    vacant: int
    vacant_reason: str
    vacant_reason_zh: str
    next_up: NextUp | None


class Duties:
    """The people of a plan, looked up grid by grid."""

    def __init__(self, plan: Plan) -> None:
        """Index the assignments of a plan."""
        self._grids = plan.grids[~plan.grids.index.duplicated()]
        self._people = plan.people
        self._lines = Service(plan).lines
        # Leaders first, then members in order of post.
        rows = plan.assignments.sort_values(["grid_code", "post_id"], kind="stable")
        self._rows = {str(code): part for code, part in rows.groupby("grid_code")}

    def upwards(self, code: str) -> list[str]:
        """Give the grid and those above it, deepest first."""
        line = self._lines.loc[code] if code in self._lines.index else []
        return [up for up in reversed(list(line)) if up]

    def people(self, code: str) -> list[PersonOnPost]:
        """People on posts of a grid, the leader first."""
        if code not in self._rows:
            return []
        rows = self._rows[code]
        rows = rows[rows["status"] == "filled"]
        return [
            PersonOnPost(
                person_id=str(person),
                name=self._of_person(person, "name"),
                office=self._of_person(person, "office"),
                role=str(role),
            )
            for person, role in sorted(
                zip(rows["person_id"], rows["role"], strict=True), key=lambda pair: pair[1]
            )
        ]

    def load_per_officer(self, code: str) -> float:
        """Officer-hours a week that fall to each person there; endless where nobody is."""
        people = len(self.people(code))
        return float(self._grids.at[code, "load_h"]) / people if people else float("inf")

    def of_grid(self, code: str) -> GridDuty:
        """Say everything about a grid's people."""
        row = self._grids.loc[code]
        vacant = self._vacant(code)
        return GridDuty(
            level=int(row["level"]),
            kind=str(row["kind"]),
            code=code,
            name=str(row["name"]),
            name_en=str(row["name_en"]),
            category=str(row["category"]),
            subclass=str(row["subclass"]),
            people=self.people(code),
            posts=len(self._rows.get(code, ())),
            vacant=len(vacant),
            vacant_reason=vacant[0][0] if vacant else "",
            vacant_reason_zh=vacant[0][1] if vacant else "",
            next_up=self._next_up(code) if vacant or not self.people(code) else None,
        )

    def _vacant(self, code: str) -> list[tuple[str, str]]:
        if code not in self._rows:
            return []
        rows = self._rows[code]
        rows = rows[rows["status"] == "vacant"]
        return list(zip(rows["reason"], rows["reason_zh"], strict=True))

    def _next_up(self, code: str) -> NextUp:
        """Nearest leader on post above a grid."""
        missing, missing_zh = self._who_is_missing(code)
        for up in self.upwards(code)[1:]:
            leaders = [person for person in self.people(up) if person["role"] == "leader"]
            if not leaders:
                continue
            level, name = int(self._grids.at[up, "level"]), str(self._grids.at[up, "name"])
            name_en = str(self._grids.at[up, "name_en"]) or name
            called = f"{up}{f' ({name_en})' if name_en else ''}"
            called_zh = f"{up}{f'（{name}）' if name else ''}"
            return NextUp(
                level=level,
                code=up,
                name=name,
                people=leaders,
                text=f"{missing}: next is the leader of the level-{level} grid {called}.",
                text_zh=f"{missing_zh}，由{level_zh(level)}级网格 {called_zh}的网格长负责。",
            )
        return NextUp(
            level=0,
            code="",
            name="",
            people=[],
            text=f"{missing}, and no leader is on post above it.",
            text_zh=f"{missing_zh}，其上级也无在岗网格长。",
        )

    def _who_is_missing(self, code: str) -> tuple[str, str]:
        posts, people = len(self._rows.get(code, ())), self.people(code)
        if not people:
            return f"{code} has nobody on post", f"{code} 无人在岗"
        vacant = posts - len(people)
        if not any(person["role"] == "leader" for person in people):
            return f"{code} has no leader on post", f"{code} 无在岗网格长"
        return (
            f"{vacant} of {posts} posts of {code} are vacant",
            f"{code} 的 {posts} 个岗位空缺 {vacant} 个",
        )

    def _of_person(self, person: str, column: str) -> str:
        return str(self._people.at[person, column]) if person in self._people.index else ""
