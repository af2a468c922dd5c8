"""What stands on a board, as marks that change when it does.

A board is outdated when what hangs there is not what would be printed now. Marks are so short that
nobody can tell a name or a telephone by one, and long enough that a change shows.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping

import shapely

from gridmap.boards.board import PARTS
from gridmap.coverage.duty import Duties
from gridmap.plan.plan import Plan
from gridmap.publish.contacts import OFFICE
from layers.contract.errors import Named

__all__ = ["Contents", "reasons"]

_CHANGED = {
    "name": Named("the name", "名称"),
    "border": Named("the border", "边界"),
    "people": Named("the people", "人员"),
    "duties": Named("the duties", "职责"),
    "phones": Named("the telephone", "电话"),
}
_SIGNS = 6  # of a mark


class Contents:
    """What boards of a plan would say now, looked up target by target."""

    def __init__(self, plan: Plan) -> None:
        """Index the people of a plan."""
        self._plan = plan
        self._duties = Duties(plan)
        posts = plan.posts
        self._posts = {
            "grid": posts.groupby("grid_code").groups,
            "object": posts.groupby("object_id").groups,
        }
        filled = plan.assignments[plan.assignments["status"] == "filled"]
        self._person = dict(zip(filled["post_id"], filled["person_id"], strict=True))
        # Looked up thousands of times, which pandas is slow at.
        self._names, self._roles = dict(plan.people["name"]), dict(posts["role"])
        self._phones = dict(plan.people["phone"]) | {OFFICE: plan.rules.town.office_phone}
        self._duties_of = dict(posts["duties"])
        grids, objects = plan.grids, plan.objects
        self._versions = dict(grids["version"])
        self._called = {
            "grid": dict(grids["label"].where(grids["label"] != "", grids["name"])),
            "object": dict(objects["name"]),
        }
        self._grid_of_object = dict(objects["grid_code"])
        self._borders: dict[str, str] = {}

    def version(self, grid: str) -> str:
        """Give the version in force of a grid; of none, that of the rules."""
        return str(self._versions.get(grid, self._plan.rules.town.version))

    def grid_of(self, kind: str, target: str) -> str:
        """Give the grid of a target: itself, or the one that an object lies in."""
        return target if kind == "grid" else str(self._grid_of_object[target])

    def name(self, kind: str, target: str) -> str:
        """Give what a target is called on its board."""
        return str(self._called[kind][target]) or target

    def phone_posts(self, kind: str, target: str, shown: Collection[str]) -> tuple[str, ...]:
        """Name the posts whose people have their telephone on the board of a target.

        Parameters
        ----------
        kind, target
            The target.
        shown
            Whose telephone is printed, as `gridmap.publish.contacts` names them.

        Returns
        -------
        Ids of posts, and `OFFICE` for the telephone of the office.
        """
        posts = self._on_it(kind, target)
        office = [OFFICE] if OFFICE in shown else []
        return (*office, *(post for post in posts if self._person.get(post) in shown))

    def _on_it(self, kind: str, target: str) -> list[str]:
        """Name the posts that boards show (`gridmap.paper.people`).

        Those of the target, of an object also those of its grid, and of the next grid above that
        has a leader those who lead it.
        """
        grid = self.grid_of(kind, target)
        own = sorted(map(str, self._posts[kind].get(target, ())))
        if kind == "object":
            own += sorted(map(str, self._posts["grid"].get(grid, ())))
        for above in self._duties.upwards(grid)[1:]:
            posts = sorted(map(str, self._posts["grid"].get(above, ())))
            leaders = [one for one in posts if one in self._person and self._leads(one)]
            if leaders:
                return [*own, *leaders]
        return own

    def _leads(self, post: str) -> bool:
        return self._duties.leads(str(self._roles[post]))

    def marks(self, kind: str, target: str, phone_posts: Iterable[str] = ()) -> dict[str, str]:
        """Give the marks of a board: version, and a mark for each other part.

        Parameters
        ----------
        kind
            "grid" or "object".
        target
            A grid or object of the plan.
        phone_posts
            Posts whose telephone is on it (`phone_posts`).
        """
        plan, grid = self._plan, self.grid_of(kind, target)
        # Without this word of the town no file for the public names anybody.
        told = self._on_it(kind, target) if plan.rules.publish.names_public else []
        named = (
            f"{self._roles[post]} {self._names.get(self._person.get(post, ''), '')}"
            for post in told
        )
        tasks = [self._duties_of[post] for post in self._posts[kind].get(target, ())]
        theirs = [str(self._phones.get(self._person.get(post, post), "")) for post in phone_posts]
        if grid not in self._borders:
            self._borders[grid] = _mark([_shape(plan.outline(grid))])
        return {
            "version": self.version(grid),
            "name": _mark([grid, self.name(kind, target)]),
            "border": self._borders[grid],
            "people": _mark(named),
            "duties": _mark(tasks),
            "phones": _mark(theirs),
        }


def reasons(then: Mapping[str, str], now: Mapping[str, str]) -> Named:
    """Say in words why what hangs is not what would be printed; "" where it is."""
    told: list[Named] = []
    if then.get("version", "") != now["version"]:
        old, new = then.get("version", ""), now["version"]
        told.append(
            Named(f"version {old or '(none)'}, now {new}", f"版本为{old or '空'}，现行为{new}")
        )
    changed = [_CHANGED[part] for part in PARTS[1:] if part in then and then[part] != now[part]]
    if changed:
        parts = [one.en for one in changed]
        told.append(
            Named(f"{', '.join(parts)} changed", f"{'、'.join(one.zh for one in changed)}已变更")
        )
    return Named("; ".join(one.en for one in told), "；".join(one.zh for one in told))


def _mark(texts: Iterable[object]) -> str:
    joined = "\n".join(map(str, texts))
    return hashlib.sha256(joined.encode()).hexdigest()[:_SIGNS]


def _shape(outline: shapely.Geometry) -> str:
    # To the millimetre: a plan that is saved and read again is the same.
    return shapely.to_wkb(shapely.normalize(shapely.set_precision(outline, 0.001)), hex=True)
