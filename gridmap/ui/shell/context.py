"""The context of a page: what it is given, and the choice of town and plan behind it.

The choice lives in the session and in the address (`?town=…&plan=…`, the plan by its id, never by
its path), so that a page can be left, loaded again or sent to a colleague. No widget holds it: a
browser remembers what a list showed that is out of sight, and says it again with the next click. So
each choice counts a round, and lists that show it carry the round in their key: what is remembered
of an earlier round is heard no more.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from gridmap.access.behalf import acting_scope, seen_of
from gridmap.access.scope import EVERYTHING, Scope, data_named
from gridmap.store import SUFFIX
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.plans import find_plans, store_of, title_of
from gridmap.ui.shell.towns import find_towns, is_of_city, plan_folder, town_of_plan

__all__ = [
    "ASKED_IMPORT",
    "LOST",
    "PageContext",
    "choice_round",
    "choose_path",
    "choose_plan",
    "choose_town",
    "go_to",
    "plan_key",
    "set_context",
    "typed_path",
]

TOWN, PLAN, TYPED = "town-open", "plan-open", "path-typed"
ROUND = "choice-round"
CHOICE, ADDRESS = ("town", "plan"), "address-given"
LATE_S = 3.0  # a click may be sent before the browser has heard of the address that a run gave it
LOST = "plan-lost"  # the plan that was asked for and is not there, until another is chosen
CALLED = "plan-called"  # id and title of the plan that was open last, should it be deleted
ASKED_IMPORT = "import-asked"  # a division made elsewhere is to be taken in on the next page
PAGES = "pages-open"  # the pages of this run by key, for `go_to`


@dataclass(frozen=True)
class _Given:
    """The address that the runs gave to the browser last, the one before, and since when."""

    now: tuple[str, str]
    before: tuple[str, str]
    since: float


@dataclass(frozen=True)
class PageContext:
    """Who works on what; every page gets it and changes nothing in it."""

    folder: Path  # where made plans lie, at any depth
    towns: Path  # where the user's own towns lie, each a folder with a rules.toml; not of a city
    town: Path | None  # the town that is worked on, the folder with its data
    path: Path | None  # the plan that is open
    may_change: bool  # a planner; a viewer sees and changes nothing
    who: str  # name of the account, or the word for the planner at this machine
    say: Translator
    only: Path | None = None  # the one plan that a link opened: there are no others then
    city: Path | None = None  # the folder of the city that the app is opened on
    scope: Scope = EVERYTHING  # towns that the account is for; plans and towns of others are hidden

    def plans(self) -> list[Path]:
        """Give the plans that may be looked at, the newest first."""
        return find_plans(self.folder) if self.only is None else [self.only]

    @property
    def in_folder(self) -> bool:
        """Whether the app finds the open plan by itself, so that personal links can open it."""
        if self.path is None:
            return False
        return bool(plan_key(self.path, self.folder))


def set_context(
    folder: Path,
    towns: Path,
    *,
    may_change: bool,
    who: str,
    say: Translator,
    only: Path | None = None,
    city: Path | None = None,
) -> PageContext:
    """Find out which town and which plan are open, and keep both in the address.

    Those of towns that the account is not for are as if they were not there.
    """
    if only is not None:
        mine = acting_scope()
        return PageContext(folder, towns, None, only, may_change, who, say, only, city, mine)
    _follow_address()
    town, path = _town_and_plan(folder, towns, may_change=may_change)
    id = plan_key(path, folder) if path else ""
    # Pinned: a plan that a colleague makes meanwhile must not take the place of the one looked at.
    if not typed_path():
        st.session_state[TOWN], st.session_state[PLAN] = town.name if town else "", id
    if path is not None and id:
        st.session_state[CALLED] = (id, title_of(path))
    kept = {"town": town.name if town else None, "plan": id}
    _give_address({name: value for name, value in kept.items() if value})
    mine = acting_scope()
    return PageContext(folder, towns, town, path, may_change, who, say, city=city, scope=mine)


def choose_town(town: Path | str | None) -> None:
    """Work on a town from the next run on; its newest plan opens with it."""
    _choose(town=Path(town).name if town else "")


def choose_plan(path: Path, folder: Path, towns: Path) -> None:
    """Open a plan from the next run on; its town comes with it.

    One outside the folder of plans, such as a draft of a plan that was opened by its path, is
    opened by its path too.
    """
    town, id = town_of_plan(path, folder, towns), plan_key(path, folder)
    _choose(town=town.name if town else "", plan=id)
    if not id:
        choose_path(str(path))


def choose_path(typed: str) -> None:
    """Open the plan of a path from the next run on; "" for the choice before it again."""
    st.session_state[TYPED] = typed.strip()


def typed_path() -> str:
    """Give the path that was typed and is open; "" when a plan of the folder is."""
    return str(st.session_state.get(TYPED, ""))


def choice_round() -> int:
    """Count the choices of this session, for the keys of lists that show the choice."""
    return int(st.session_state.get(ROUND, 0))


def _choose(*, town: str, plan: str = "") -> None:
    st.session_state[TOWN], st.session_state[PLAN] = town, plan
    st.session_state[ROUND] = choice_round() + 1
    st.session_state.pop(TYPED, None)
    st.session_state.pop(LOST, None)


def _follow_address() -> None:
    """Take over an address that the browser changed, as its button for going back does."""
    given, now = st.session_state.get(ADDRESS), _address()
    if given is None or now == given.now or not any(now):
        return
    if now == given.before and time.monotonic() - given.since < LATE_S:
        return
    _choose(town=now[0], plan=now[1])


def _give_address(kept: dict[str, str]) -> None:
    """Keep town and plan in the address, both at once: one step for going back."""
    others = {name: value for name, value in st.query_params.items() if name not in CHOICE}
    if others | kept != dict(st.query_params.items()):
        st.query_params.from_dict(others | kept)
    given, now = st.session_state.get(ADDRESS), _address()
    if given is None or now != given.now:
        before = now if given is None else given.now
        st.session_state[ADDRESS] = _Given(now, before, time.monotonic())


def _address() -> tuple[str, str]:
    town, plan = (str(st.query_params.get(name, "")) for name in CHOICE)
    return town, plan


def go_to(key: str) -> None:
    """Open another page by its key, such as "split"; town and plan stay."""
    page = st.session_state.get(PAGES, {}).get(key)
    if page is not None:
        st.switch_page(page, query_params=dict(st.query_params))


def plan_key(path: Path, folder: Path) -> str:
    """Give the id of a plan, by which addresses name it; "" for one outside the folder of plans."""
    return store_of(folder).id_of(path)


def _town_and_plan(
    folder: Path, towns: Path, *, may_change: bool
) -> tuple[Path | None, Path | None]:
    # A viewer is shown the plans of the folder, not every file of the machine.
    typed = typed_path() if may_change else ""
    if typed and not seen_of([Path(typed)]):
        st.session_state[LOST] = typed
        typed = st.session_state[TYPED] = ""
    if typed:
        path = Path(typed)
        return town_of_plan(path, folder, towns), path
    store = store_of(folder)
    plans = store.paths()
    is_city = is_of_city(folder)
    own = {town.name: town for town in find_towns(towns)} if may_change and not is_city else {}
    wanted_plan, wanted_town = _wanted(PLAN, "plan"), _wanted(TOWN, "town")
    if found := store.id_named(wanted_plan):  # links of before ids have a path
        path = plans[found]
        return town_of_plan(path, folder, towns) if may_change else None, path
    if wanted_plan:  # deleted, or of another folder: what opens instead must not pass for it
        id, called = st.session_state.get(CALLED, ("", ""))
        st.session_state[LOST] = called if wanted_plan == id else wanted_plan
    if is_city and may_change and (one := _town_of_city(folder, wanted_town)) is not None:
        place = folder / f"{one.name}{SUFFIX}"
        return one, place if place in plans.values() else None
    if wanted_town in own:
        town = own[wanted_town]
        below = plan_folder(folder, town)
        return town, next((one for one in plans.values() if below in one.parents), None)
    newest = next(iter(plans.values()), None)
    if newest is not None:
        return town_of_plan(newest, folder, towns) if may_change else None, newest
    return next(iter(own.values()), None), None


def _town_of_city(folder: Path, name: str) -> Path | None:
    """Give the folder with the data of a town by name, where it may be seen."""
    found = data_named(folder.parent, name) if name else None
    return found if found is not None and seen_of([found]) else None


def _wanted(key: str, name: str) -> str:
    """Give the choice of the session; of the address when the session is new."""
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get(name, "")
    return str(st.session_state[key])
