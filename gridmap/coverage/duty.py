"""Who answers for a grid, an object or a group, and who is next up while a post is vacant.

Answers are plain dicts, ready for JSON. Phones are never in them.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, TypedDict

from gridmap.coverage.service import Service
from gridmap.plan.plan import Plan
from gridmap.rules.roles import leading_roles, role_name

__all__ = ["Duties", "GridDuty", "NextUp", "PersonOnPost", "level_zh"]

_LEVELS_ZH = "零一二三四五六七八九"


def level_zh(level: int) -> str:
    """Count a level in Chinese, as in 三级网格."""
    return _LEVELS_ZH[level % 10]


class PersonOnPost(TypedDict):
    """Somebody on a post of a grid, an object or a group."""

    person_id: str
    name: str
    office: str
    role: str  # leader, member, or the key of a role of the rules
    role_en: str
    role_zh: str


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


class _Row(NamedTuple):
    """A post with what became of it."""

    filled: bool
    person: str
    role: str
    reason: str
    reason_zh: str


class Duties:
    """The people of a plan, looked up grid by grid, object by object, group by group."""

    def __init__(self, plan: Plan) -> None:
        """Index the assignments of a plan."""
        self._grids = plan.grids[~plan.grids.index.duplicated()]
        self._people = {
            str(person): (str(name), str(office))
            for person, name, office in zip(
                plan.people.index, plan.people["name"], plan.people["office"], strict=True
            )
        }
        lines = Service(plan).lines
        self._lines = dict(zip(lines.index, lines.to_numpy().tolist(), strict=True))
        self._rules = plan.rules
        self._leading = leading_roles(plan.rules)
        self._rows = {
            "grid": _by_place(plan, plan.assignments["grid_code"].to_numpy()),
            **{kind: _by_place(plan, _target(plan, f"{kind}_id")) for kind in ("object", "group")},
        }

    def upwards(self, code: str) -> list[str]:
        """Give the grid and those above it, deepest first."""
        return [up for up in reversed(self._lines.get(code, [])) if up]

    def leads(self, role: str) -> bool:
        """Tell whether the one on a post of this role answers for the place."""
        return role in self._leading

    def people(self, code: str, *, kind: str = "grid") -> list[PersonOnPost]:
        """People on posts of a grid, or of an object or group by its id: who leads comes first."""

        def order(row: _Row) -> tuple[bool, bool, bool]:
            return row.role != "leader", not self.leads(row.role), row.role != "member"

        rows = sorted((row for row in self._rows[kind].get(code, ()) if row.filled), key=order)
        return [self._on_post(row) for row in rows]

    def _on_post(self, row: _Row) -> PersonOnPost:
        name, office = self._people.get(row.person, ("", ""))
        return PersonOnPost(
            person_id=row.person,
            name=name,
            office=office,
            role=row.role,
            role_en=role_name(self._rules, row.role, "en"),
            role_zh=role_name(self._rules, row.role, "zh"),
        )

    def load_per_officer(self, code: str) -> float:
        """Officer-hours a week that fall to each person there; endless where nobody is."""
        people = sum(row.filled for row in self._rows["grid"].get(code, ()))
        return float(self._grids.at[code, "load_h"]) / people if people else float("inf")

    def of_grid(self, code: str) -> GridDuty:
        """Say everything about a grid's people."""
        row, people = self._grids.loc[code], self.people(code)
        vacant = self._vacant(code)
        return GridDuty(
            level=int(row["level"]),
            kind=str(row["kind"]),
            code=code,
            name=str(row["label"] or row["name"]),
            name_en=str(row["label"] or row["name_en"]),
            category=str(row["category"]),
            subclass=str(row["subclass"]),
            people=people,
            posts=len(self._rows["grid"].get(code, ())),
            vacant=len(vacant),
            vacant_reason=vacant[0].reason if vacant else "",
            vacant_reason_zh=vacant[0].reason_zh if vacant else "",
            next_up=self.next_up(code) if vacant or not people else None,
        )

    def _vacant(self, code: str) -> list[_Row]:
        return [row for row in self._rows["grid"].get(code, ()) if not row.filled]

    def next_up(self, code: str) -> NextUp:
        """Nearest leader on post above a grid."""
        missing, missing_zh = self.who_is_missing(code)
        for up in self.upwards(code)[1:]:
            leaders = [person for person in self.people(up) if self.leads(person["role"])]
            if not leaders:
                continue
            grid = self._grids.loc[up]
            level, name = int(grid["level"]), str(grid["label"] or grid["name"])
            name_en = str(grid["label"] or grid["name_en"]) or name
            role, role_zh = leaders[0]["role_en"], leaders[0]["role_zh"]
            called = f"{up}{f' ({name_en})' if name_en else ''}"
            called_zh = f"{up}{f'（{name}）' if name else ''}"
            return NextUp(
                level=level,
                code=up,
                name=name,
                people=leaders,
                text=f"{missing}: next is the {role.lower()} of the level-{level} grid {called}.",
                text_zh=f"{missing_zh}，由{level_zh(level)}级网格 {called_zh}的{role_zh}负责。",
            )
        return NextUp(
            level=0,
            code="",
            name="",
            people=[],
            text=f"{missing}, and no leader is on post above it.",
            text_zh=f"{missing_zh}，其上级也无在岗网格长。",
        )

    def who_is_missing(self, code: str) -> tuple[str, str]:
        """Say in English and Chinese what is vacant in a grid."""
        posts, people = len(self._rows["grid"].get(code, ())), self.people(code)
        if not people:
            return f"{code} has nobody on post", f"{code} 无人在岗"
        vacant = posts - len(people)
        if not any(self.leads(person["role"]) for person in people):
            return f"{code} has no leader on post", f"{code} 无在岗网格长"
        return (
            f"{vacant} of {posts} posts of {code} are vacant",
            f"{code} 的 {posts} 个岗位空缺 {vacant} 个",
        )


def _target(plan: Plan, column: str) -> list[str]:
    """Name the object or group of the post of each assignment; "" where it is on none."""
    posts = plan.posts[~plan.posts.index.duplicated()]
    return posts[column].reindex(plan.assignments["post_id"]).fillna("").tolist()


def _by_place(plan: Plan, places: Iterable[str]) -> dict[str, list[_Row]]:
    """Gather the posts of each place, in order of post."""
    rows = plan.assignments
    names = ("post_id", "status", "person_id", "role", "reason", "reason_zh")
    columns = [rows[name].tolist() for name in names]
    table: defaultdict[str, list[tuple[str, _Row]]] = defaultdict(list)
    for place, post, status, *rest in zip(places, *columns, strict=True):
        if place and post:
            table[str(place)].append((str(post), _Row(status == "filled", *map(str, rest))))
    return {
        place: [row for _, row in sorted(posts, key=lambda pair: pair[0])]
        for place, posts in table.items()
    }
