"""Who is in charge of something that is named, and who of two that want to meet."""

from typing import TypedDict

import numpy as np

from gridmap.coverage.duty import GridDuty, level_zh
from gridmap.lookup.charge import Charges, InCharge
from gridmap.lookup.coordinates import to_degrees
from gridmap.lookup.names import EXACT, Hit, HitKind, Names
from gridmap.plan.objects import grids_within_sites
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_name
from layers.contract.errors import PlanError, quoted
from layers.contract.phrases import capital

__all__ = ["Answer", "Common", "Desk", "Meeting", "PostHeld", "meet", "who"]

TOLD = 6  # hits named in an error


class PostHeld(TypedDict):
    """A post of a person."""

    kind: str  # grid | object | group
    code: str
    name: str
    name_en: str
    role: str
    text: str
    text_zh: str


class Answer(TypedDict):
    """Something of a plan with who is in charge of it; plain values, ready for JSON."""

    kind: HitKind
    id: str
    name: str
    name_en: str
    place: tuple[float, float] | None  # longitude and latitude
    in_charge: InCharge | None
    line: list[InCharge]
    grids: list[GridDuty]  # it lies in, the deepest first
    posts: list[PostHeld]  # of a person
    text: str  # why nobody is named
    text_zh: str


class Common(TypedDict):
    """What two that want to meet have in common: the nearest leader above both."""

    level: int
    code: str
    name: str
    name_en: str
    in_charge: InCharge
    text: str
    text_zh: str


class Meeting(TypedDict):
    """Both sides, and the nearest common leader; None when there is none."""

    sides: tuple[Answer, Answer]
    common: Common | None
    groups: list[str]  # ids of the groups that both belong to


def who(plan: Plan, text: str) -> Answer:
    """Say who is in charge of what a text names.

    Parameters
    ----------
    plan
        A plan with its assignment.
    text
        A firm or another object, a grid, a person, a group or a board: by name, credit code, id or
        code, a part of one, or pinyin.

    Returns
    -------
    Who is in charge and who is next, the grids it lies in, or the posts of a person; plain values,
    ready for JSON, without phones.

    Raises
    ------
    PlanError
        If nothing of the plan is called so, or several things may be meant; with the best of them.
    """
    return Desk(plan).who(text)


def meet(plan: Plan, first: str, second: str) -> Meeting:
    """Say who answers for two that want to meet, and who leads both.

    Parameters
    ----------
    plan
        A plan with its assignment.
    first, second
        As for `who`.

    Returns
    -------
    The answers for both, the nearest grid above both that somebody leads (None when there is none),
    and the groups that both belong to.

    Raises
    ------
    PlanError
        As `who`.
    """
    return Desk(plan).meet(first, second)


class Desk:
    """Where questions about a plan are answered; it gathers names and lines once."""

    def __init__(self, plan: Plan) -> None:
        """Gather what answers need."""
        self.plan = plan
        self.names = Names(plan)
        self.charges = Charges(plan)
        self._grids = plan.grids[~plan.grids.index.duplicated()]

    def who(self, text: str) -> Answer:
        """Do as `who`."""
        hits = self._without_own_grids(self.names.find(text, most=2 * TOLD))
        if not hits:
            raise PlanError(
                f"Nothing in the plan is called {text!r}. Give a code, a name, a part of one, or "
                "its pinyin.",
                f"方案中没有{quoted(text)}。请给出编码、名称、名称的一部分或其拼音。",
            )
        clear = len(hits) == 1 or (hits[0].rank == EXACT and hits[1].rank != EXACT)
        if not clear:
            more, more_zh = (" …", "等") if len(hits) > TOLD else ("", "")
            told = "; ".join(f"{hit.name_en} ({hit.id})" for hit in hits[:TOLD])
            told_zh = "；".join(f"{hit.name}（{hit.id}）" for hit in hits[:TOLD])
            raise PlanError(
                f"{text!r} may be one of several: {told}{more}. Give the code or id of one.",
                f"{quoted(text)}对应多项：{told_zh}{more_zh}。请给出其中一项的编码或编号。",
            )
        return self.answer(hits[0])

    def _without_own_grids(self, hits: list[Hit]) -> list[Hit]:
        """Leave out the grids of a unit that is among the hits: most bear its name."""
        sites = grids_within_sites(self._grids)
        of_units = [sites[hit.id][1] for hit in hits if hit.kind == "object" and hit.id in sites]
        return [
            hit
            for hit in hits
            if hit.kind != "grid" or not any(hit.id in grids for grids in of_units)
        ]

    def meet(self, first: str, second: str) -> Meeting:
        """Do as `meet`."""
        one, other = self.who(first), self.who(second)
        return Meeting(
            sides=(one, other), common=self.common(one, other), groups=self.groups(one, other)
        )

    def answer(self, hit: Hit) -> Answer:
        """Say who is in charge of one hit."""
        if hit.kind == "object":
            code = str(self.plan.objects.at[hit.id, "grid_code"])
            return self._answer(hit, self.charges.of_object(hit.id), code)
        if hit.kind == "grid":
            return self._answer(hit, self.charges.of_grid(hit.id), hit.id)
        if hit.kind == "person":
            return self._of_person(hit)
        if hit.kind == "group":
            return self._answer(hit, self.charges.of_group(hit.id), "")
        board = self.plan.boards.loc[hit.id]
        shown, code = str(board["object_id"]), str(board["grid_code"])
        if shown in self.plan.objects.index:
            line = self.charges.of_object(shown)
            return self._answer(hit, line, str(self.plan.objects.at[shown, "grid_code"]))
        known = code in self._grids.index
        return self._answer(hit, self.charges.of_grid(code) if known else [], code)

    def _answer(self, hit: Hit, line: list[InCharge], code: str) -> Answer:
        known = code in self._grids.index
        text, text_zh = "", ""
        if not line:
            text, text_zh = "Nobody is on post here or above.", "本处及上级均无人在岗。"
            if hit.kind in ("object", "board") and not known:
                text = "It could not be placed in a grid, so that nobody is known to answer for it."
                text_zh = "未能落到任何网格，因此无法确定负责人。"
        duties = self.charges.duties
        return Answer(
            kind=hit.kind,
            id=hit.id,
            name=hit.name,
            name_en=hit.name_en,
            place=self._place(hit, code),
            in_charge=line[0] if line else None,
            line=line,
            grids=[duties.of_grid(up) for up in duties.upwards(code)] if known else [],
            posts=[],
            text=text,
            text_zh=text_zh,
        )

    def _of_person(self, hit: Hit) -> Answer:
        rows = self.plan.assignments
        own = rows[(rows["status"] == "filled") & (rows["person_id"] == hit.id)]
        own = own.sort_values("post_id", kind="stable")
        posts = [
            self._post(str(post), str(role))
            for post, role in zip(own["post_id"], own["role"], strict=True)
        ]
        grids = [post["code"] for post in posts if post["kind"] == "grid"]
        answer = self._answer(hit, [], grids[0] if grids else "")
        if posts:
            answer["text"], answer["text_zh"] = posts[0]["text"], posts[0]["text_zh"]
        else:
            answer["text"], answer["text_zh"] = "Is on no post.", "没有岗位。"
        answer["posts"] = posts
        return answer

    def _post(self, post_id: str, role: str) -> PostHeld:
        post = self.plan.posts.loc[post_id]
        kind = next((k for k in ("object", "group") if post[f"{k}_id"]), "grid")
        code = str(post["grid_code" if kind == "grid" else f"{kind}_id"])
        frame = {"grid": self._grids, "object": self.plan.objects, "group": self.plan.groups}[kind]
        name, name_en = "", ""
        if code in frame.index:
            row = frame.loc[code]
            name = str((kind == "grid" and row["label"]) or row["name"])
            name_en = str(row["name_en"]) if kind != "object" else ""
        word, word_zh = (role_name(self.plan.rules, role, one) for one in ("en", "zh"))
        return PostHeld(
            kind=kind,
            code=code,
            name=name,
            name_en=name_en or name,
            role=role,
            text=capital(f"{word} of {code}{f' ({name_en or name})' if name else ''}."),
            text_zh=f"{code}{f'（{name}）' if name else ' '}的{word_zh}。",
        )

    def _place(self, hit: Hit, code: str) -> tuple[float, float] | None:
        """Give a place to show on a map: the object itself, else the middle of the grid."""
        shape = self.plan.objects.geometry[hit.id] if hit.kind == "object" else None
        if shape is None or shape.is_empty:
            shape = self._grids.geometry[code] if code in self._grids.index else None
        if shape is None or shape.is_empty:
            return None
        point = shape.representative_point()
        lon, lat = to_degrees(
            np.array([point.x]), np.array([point.y]), crs=self.plan.crs, coordinates="work"
        )
        return round(float(lon[0]), 7), round(float(lat[0]), 7)

    def common(self, one: Answer, other: Answer) -> Common | None:
        """Find the deepest grid above both that somebody leads."""
        lines = [[grid["code"] for grid in side["grids"]] for side in (one, other)]
        for code in lines[0]:
            if code not in lines[1]:
                continue
            step = self.charges.leader_of(code)
            if step is None:
                continue
            grid = self._grids.loc[code]
            level, name = int(grid["level"]), str(grid["label"] or grid["name"])
            name_en = str(grid["label"] or grid["name_en"]) or name
            return Common(
                level=level,
                code=code,
                name=name,
                name_en=name_en,
                in_charge=step,
                text=f"Both lie in the level-{level} grid {code} ({name_en}); nobody leads both "
                "below it.",
                text_zh=f"双方同在{level_zh(level)}级网格 {code}（{name}）内，"
                "其下没有共同的负责人。",
            )
        return None

    def groups(self, one: Answer, other: Answer) -> list[str]:
        """Give the ids of the groups that both belong to, themselves or by a grid around them."""
        members = self.plan.members
        sets = []
        for side in (one, other):
            ids = {side["id"], *(grid["code"] for grid in side["grids"])}
            sets.append(set(members.loc[members["member_id"].isin(ids), "group_id"]))
        return sorted(sets[0] & sets[1])
