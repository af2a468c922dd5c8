"""What the task sheet of a cadre says: every place of a post, with what belongs to it.

A place is a grid, a group or an object. What is told of it is gathered here for many people of one
plan; how it is laid on paper is in `gridmap.sheets.task_sheet`.
"""

from dataclasses import replace

import pandas as pd
import shapely

from gridmap.coverage.duty import Duties, PersonOnPost, level_zh
from gridmap.maps.pdf.painter import Painter
from gridmap.plan.objects import may_be_public
from gridmap.rules.roles import role_title
from gridmap.rules.words import kind_name
from gridmap.sheets.beside import beside
from gridmap.sheets.places import Held, Kind, OnPost, Part, Place, Thing
from gridmap.staffing.hours import hours_of_plan
from gridmap.words import Language, say
from layers.registers.classes import CLASSES

__all__ = ["TaskFacts"]

M2_A_HECTARE = 10_000
MU_A_HECTARE = 15

_KINDS: tuple[Kind, ...] = ("grid", "group", "object")


class TaskFacts:
    """What is told to the cadres of a plan, in the language of a painter.

    Parameters
    ----------
    painter
        Of the plan.
    """

    def __init__(self, painter: Painter) -> None:
        self.plan, self.painter = painter.plan, painter
        self.language: Language = painter.language
        self.duties = Duties(self.plan)
        self._hours = hours_of_plan(self.plan)
        plan = self.plan
        filled = plan.assignments[plan.assignments["status"] == "filled"]
        posts = plan.posts.loc[filled["post_id"][filled["post_id"].isin(plan.posts.index)]]
        holder = dict(zip(filled["post_id"], filled["person_id"], strict=True))
        self._known: dict[tuple[Kind, str], Place] = {}
        self._held: dict[str, dict[tuple[int, str], list[str]]] = {}
        for post in posts.itertuples():
            keys = (str(post.grid_code), str(post.group_id), str(post.object_id))
            place = next(((rank, key) for rank, key in enumerate(keys) if key), None)
            if place is not None:
                own = self._held.setdefault(str(holder[post.Index]), {})
                own.setdefault(place, []).append(str(post.Index))

    def people(self) -> list[str]:
        """Ids of all on the roster who hold a post: by their first place, leaders before others."""

        def order(person: str) -> tuple[tuple[int, str], bool, str]:
            first = min(self._held[person])
            post = self._held[person][first][0]
            return first, not self.duties.leads(str(self.plan.posts.at[post, "role"])), person

        return sorted((one for one in self._held if one in self.plan.people.index), key=order)

    def places(self, person: str) -> tuple[Place, ...]:
        """Give the places of a person: grids by code, then groups, then objects."""
        return tuple(
            self._place(_KINDS[rank], key, sorted(posts))
            for (rank, key), posts in sorted(self._held.get(person, {}).items())
        )

    def _place(self, kind: Kind, key: str, posts: list[str]) -> Place:
        held = tuple(self._post(post) for post in posts)
        if (kind, key) not in self._known:  # several people have posts on most places
            made = {"grid": self._grid, "group": self._group, "object": self._object}[kind]
            self._known[kind, key] = made(key)
        return replace(self._known[kind, key], held=held)

    def _post(self, post: str) -> Held:
        row = self.plan.posts.loc[post]
        tasks = [task.strip() for task in str(row["duties"]).split(";")]
        duties = tuple(task for task in dict.fromkeys(tasks) if task)
        return Held(self._role(str(row["role"])), float(self._hours[post]), duties)

    def _role(self, key: str) -> str:
        return role_title(self.plan.rules, key, self.language)

    def _grid(self, code: str) -> Place:
        row = self.plan.grids.loc[code]
        about = frozenset(self.painter.inside(code))
        up = self.duties.upwards(code)
        bare = not bool(row["spatial"])
        around = next((one for one in up if self.plan.grids.at[one, "spatial"]), code)
        shown = frozenset(self.painter.inside(around)) if bare else about
        things, withheld = self._things(self.plan.objects["grid_code"].isin(about))
        return Place(
            kind="grid",
            key=code,
            name=self.painter.named(code),
            within=self._chain(up[1:]),
            about=shown,
            outline=self.plan.outline(code),
            bare=bare,
            facts=self._facts(code, about),
            people=self._people(code),
            beside=() if bare else beside(self.painter, self.duties, code),
            things=things,
            withheld=withheld,
            parts=self._parts(code) if row["kind"] == "base" else (),
            level=int(row["level"]) if row["kind"] == "base" else 0,
        )

    def _parts(self, code: str) -> tuple[Part, ...]:
        grids = self.plan.grids
        below = grids[(grids["parent_code"] == code) & (grids["kind"] != "exclusive")].sort_index()
        found = []
        for row in below.itertuples():
            one = str(row.Index)
            people = self._told(self.duties.people(one)[:1], "")
            kind = str(row.subclass or row.category)
            found.append(Part(
                one, self.painter.number_in(one, code), self.painter.named(one),
                kind_name(kind, self.language) if kind else "",
                people[0].name if people else "", people[0].role if people else "",
            ))  # fmt: skip
        return tuple(found)

    def _chain(self, codes: list[str]) -> str:
        """Name what a place lies in, from the village down: the town stands on every sheet."""
        levels = self.plan.grids["level"]
        named = [self.painter.named(one) for one in reversed(codes) if levels[one] > 1]
        return say("sheets.chain", self.language).join(dict.fromkeys(named))

    def _group(self, key: str) -> Place:
        plan, row = self.plan, None
        if key in plan.groups.index:
            row = plan.groups.loc[key]
        members = plan.members[plan.members["group_id"] == key]
        codes = [
            one for one in members.loc[members["kind"] == "grid", "member_id"]
            if one in plan.grids.index
        ]  # fmt: skip
        own = set(members.loc[members["kind"] == "object", "member_id"])
        things, withheld = self._things(plan.objects.index.isin(own))
        about = frozenset(code for one in codes for code in self.painter.inside(one))
        outline = shapely.union_all([plan.outline(one) for one in codes])
        if outline.is_empty:  # a group of objects alone lies around them
            spots = [one.at for one in things if one.at is not None]
            outline = shapely.MultiPoint(spots).envelope if spots else shapely.Polygon()
            about = frozenset(plan.objects.loc[plan.objects.index.isin(own), "grid_code"]) - {""}
        names = [self.painter.named(one) for one in codes]
        listed = say("mark.list", self.language).join(names)
        facts = [(say("sheets.members", self.language), listed)] if names else []
        english = str(row["name_en"]) if row is not None and self.language == "en" else ""
        return Place(
            kind="group",
            key=key,
            name=english or (str(row["name"]) if row is not None else "") or key,
            within="",
            about=about,
            outline=outline,
            bare=False,
            facts=tuple(facts),
            people=self._told(self.duties.people(key, kind="group"), ""),
            beside=(),
            things=things,
            withheld=withheld,
        )

    def _object(self, key: str) -> Place:
        plan = self.plan
        row = plan.objects.loc[key] if key in plan.objects.index else None
        code = str(row["grid_code"]) if row is not None else ""
        inside = code if code in plan.grids.index else ""
        things, _ = self._things(plan.objects.index == key, own=True)
        within = self._chain(self.duties.upwards(inside)) if inside else ""
        facts = []
        if row is not None:
            known = CLASSES.get(str(row["class"]))
            kind = getattr(known, self.language) if known else str(row["class"])
            facts = [(say("card.class", self.language), kind)]
            if int(row["staff"]):
                facts.append((say("card.staff", self.language), f"{int(row['staff']):,}"))
        return Place(
            kind="object",
            key=key,
            name=(str(row["name"]) if row is not None else "") or key,
            within=within,
            about=frozenset(self.painter.inside(inside)) if inside else frozenset(),
            outline=plan.outline(inside) if inside else shapely.Polygon(),
            bare=bool(inside),
            facts=tuple(facts),
            people=self._told(self.duties.people(key, kind="object"), "")
            + (self._people(inside) if inside else ()),
            beside=(),
            things=things,
            withheld=0,
        )

    def _facts(self, code: str, about: frozenset[str]) -> tuple[tuple[str, str], ...]:
        grids, language = self.plan.grids, self.language
        row, kind = grids.loc[code], str(grids.at[code, "kind"])
        level = level_zh(int(row["level"])) if language == "zh" else int(row["level"])
        micro = int((grids["kind"][grids.index.isin(about)] == "micro").sum())
        hectares = float(row["area_m2"]) / M2_A_HECTARE
        load = f"{float(row['load_h']):,.1f}"
        rows = [
            (say("card.level", language),
             say("card.micro", language) if kind == "micro" else say("card.exclusive", language)
             if kind == "exclusive" else say("card.level.value", language, level=level)),
            (say("card.category", language),
             kind_name(str(row["subclass"] or row["category"]), language)
             if row["category"] else ""),
            (say("card.area", language),
             say("card.area.value", language, ha=f"{hectares:,.2f}",
                 mu=f"{hectares * MU_A_HECTARE:,.0f}") if hectares else ""),
            (say("card.micro_grids", language), f"{micro:,}" if kind == "base" else ""),
            (say("card.households", language), f"{row['households']:,.0f}"
             if row["households"] else ""),
            (say("card.headcount", language), f"{int(row['headcount']):,}"
             if row["headcount"] else ""),
            (say("card.load", language),
             say("card.capacity.value", language, load=load,
                 capacity=f"{float(row['capacity_h']):,.1f}") if row["officers"]
             else say("card.load.value", language, load=load) if row["load_h"] else ""),
        ]  # fmt: skip
        return tuple((name, value) for name, value in rows if value)

    def _people(self, code: str) -> tuple[OnPost, ...]:
        """People of a grid, then the leaders above it, nearest first."""
        own, *above = self.duties.upwards(code)
        told = self._told(self.duties.people(own), "")
        for up in above:
            leaders = [one for one in self.duties.people(up) if self.duties.leads(one["role"])]
            told += self._told(leaders, self.painter.named(up))
        return told

    def _told(self, people: list[PersonOnPost], of: str) -> tuple[OnPost, ...]:
        return tuple(
            OnPost(one["person_id"], one["name"], one["office"], self._role(one["role"]), of)
            for one in people
        )

    def _things(self, chosen: pd.Series, *, own: bool = False) -> tuple[tuple[Thing, ...], int]:
        """Give the objects chosen that paper may tell, and how many it may not.

        A sheet is carried about: what no map shows stands on it only where it is the post itself.
        """
        objects = self.plan.objects[chosen]
        shown = objects if own else objects[may_be_public(objects)]
        shown = shown.sort_values(["grid_code", "class", "name"], kind="stable")
        places = self.painter.objects.geometry
        things = [
            Thing(
                str(row.Index),
                getattr(CLASSES[str(kind)], self.language) if kind in CLASSES else str(kind),
                str(row.name) or str(row.Index),
                self.painter.names.get(str(row.grid_code), ""),
                places.get(row.Index),
            )
            for row, kind in zip(shown.itertuples(), shown["class"], strict=True)
        ]
        return tuple(things), len(objects) - len(shown)
