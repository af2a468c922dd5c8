"""The frame around all pages: who it is, language, the pages there are, town and plan on top."""

import gc
import os
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Literal, NamedTuple

import streamlit as st

from gridmap.access.entrance import CITY_VARIABLE
from gridmap.ui.aids import aids
from gridmap.ui.my_grids import board_door, my_grids_page
from gridmap.ui.shell import auth, guard, header, i18n, plan_map
from gridmap.ui.shell.context import PAGES, PageContext, go_to, set_context
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.memory.collector import keep_out
from gridmap.ui.theme.no_page import closed_page

__all__ = ["ADDRESSES", "OUT", "REGISTRY", "PageEntry", "places", "read_ahead", "run"]

OUT = Path("out")
TOWNS = Path("towns")
STYLES = ("page.css", "my_grids/my_grids_page.css", aids.STYLE)


class PageEntry(NamedTuple):
    """One page: its key and address, the module in gridmap.ui with `show`, and who may see it."""

    key: str
    module: str
    of_plan: bool = False  # `show(context, plan)` instead of `show(context)`
    for_viewer: bool = False
    of_folder: bool = False  # about all plans: closed to who may look at one of them
    for_all: bool = False  # about all towns: closed to who is for some of them
    whole: bool = False  # takes the whole window: nothing of the app stands above it
    # Where it is: in a town's own folder, or, opened on a city, about all of its towns.
    where: Literal["all", "own", "city"] = "all"


REGISTRY = (
    PageEntry("city", "city.city_page", for_viewer=True, of_folder=True, where="city"),
    PageEntry("home", "home_page", for_viewer=True),
    PageEntry("data", "data.data_page"),
    PageEntry("newtown", "first_town.begin_page", for_all=True, where="own"),
    PageEntry("rules", "rules.rules_page"),
    PageEntry("split", "split.split_page"),
    PageEntry("redraw", "redraw.redraw_page", of_plan=True),
    PageEntry("people", "people.people_page", of_plan=True),
    PageEntry("coverage", "coverage.coverage_page", of_plan=True, for_viewer=True),
    PageEntry("handover", "handover.handover_page", of_plan=True, for_viewer=True),
    PageEntry("share", "share.share_page"),
    PageEntry("plans", "plans.plans_page", for_viewer=True, of_folder=True),
    PageEntry("wall", "wall.wall_page", for_viewer=True, whole=True),
)
WHOLE = {entry.key for entry in REGISTRY if entry.whole}
MINE = "mine"  # address of the cadre's page
FIRST = "first"  # Streamlit asks for a name of the first page, and shows it at "/"
ADDRESSES = (*(entry.key for entry in REGISTRY), MINE)


def places() -> tuple[Path, Path, Path | None]:
    """Give where plans and own towns lie, and the city that the app is opened on; None for none.

    The plans of a city's towns lie in its folder. Its towns are planned from the city's page: rules
    and layers of one of them are no whole town, for what all share stands elsewhere.
    """
    given = os.environ.get(CITY_VARIABLE, "")
    if not given:
        return OUT, TOWNS, None
    plans = Path(given) / "plans"
    return plans, plans, Path(given)


def read_ahead() -> None:
    """Begin to read in a thread what the first visitor of a city would wait for."""
    city = places()[2]

    def read() -> None:
        _loaded("gridmap.ui.city.city_page").read_ahead(city)

    if city is not None:
        threading.Thread(target=read, name="read-ahead", daemon=True).start()


def run(folder: Path = OUT, towns: Path = TOWNS, city: Path | None = None) -> None:
    """Show the app.

    Parameters
    ----------
    folder
        Where made plans lie, `*.gridmap.gpkg`, at any depth.
    towns
        Where the user's own towns lie, each a folder with a rules.toml.
    city
        The city that the app is opened on, a folder with a city.toml; None for single towns.
    """
    st.set_page_config(page_title="gridmap", layout="wide")
    for name in STYLES:
        st.html(Path(__file__).parent / name)
    say = i18n.start()
    _own_words(say)
    aids.show(say)
    visitor = auth.find_visitor(folder)
    with guard.drawn_for(visitor):
        if visitor.role in ("planner", "viewer"):
            _work(folder, towns, city, visitor, say)
        else:
            _at_the_door(folder, towns, visitor, say)
    keep_out()


def _own_words(say: Translator) -> None:
    """Put our words where Streamlit has English ones and no way to change them."""
    field = '[data-testid="stFileUploaderDropzone"] button[kind="secondary"] p::after'
    st.html(f'<style>{field} {{ content: "{say("app.upload")}"; }}</style>')


def _at_the_door(folder: Path, towns: Path, visitor: auth.Visitor, say: Translator) -> None:
    """Show the one page that a link opens, or the log-in."""

    def cadre_page() -> None:
        opened = visitor.opened
        if opened is None or opened.state != "good" or visitor.plan_path is None:
            auth.closed("none" if opened is None else opened.state, say)
        else:
            header.name_page(say("page.mine"), header.town_of(visitor.plan_path, say))
            under = plan_map.basemap_of(visitor.plan_path, folder, towns, say)
            my_grids_page.show(
                visitor.plan_path,
                opened.person_id,
                opened.expires,
                say,
                serial=opened.serial,
                basemap=under.values,
            )

    def log_in_page() -> None:
        header.name_page(say("login.title"))
        if visitor.role in ("nobody", "outside"):
            board_door.show_card(folder, say)
        auth.log_in_page(folder, visitor, say)

    # Pages that are not in the list cannot be reached: a link opens one page, no account none.
    # Every address shows it; one that leads nowhere would be answered by Streamlit, in English.
    page, title = cadre_page, say("page.mine")
    pages = [st.Page(page, title=title, url_path=MINE, default=visitor.role == "cadre")]
    if visitor.role != "cadre":
        # Every address asks who it is, so that whoever logs in is where they wanted to be.
        page, title = log_in_page, say("login.title")
        pages.insert(0, st.Page(page, title=title, default=True))
    pages += [st.Page(page, title=title, url_path=entry.key) for entry in REGISTRY]
    st.navigation(pages, position="hidden").run()


def _work(
    folder: Path, towns: Path, city: Path | None, visitor: auth.Visitor, say: Translator
) -> None:
    may_change = visitor.role == "planner"
    who = visitor.name or say("app.planner" if may_change else "app.guest")
    only = visitor.plan_path  # of a link to look at
    to_board = board_door.lead_to_board(folder, towns, only)
    context = set_context(
        folder, towns, may_change=may_change, who=who, say=say, only=only, city=city
    )
    shown = [
        entry
        for entry in REGISTRY
        if entry.where in ("all", "own" if city is None else "city")
        and not (entry.for_all and not context.scope.everything)
        and (may_change or (entry.for_viewer and not (entry.of_folder and only is not None)))
    ]
    pages = {entry.key: _page(entry, context, default=entry is shown[0]) for entry in shown}
    closed = [
        st.Page(lambda: auth.closed("none", say, bare=True), title=say("page.mine"), url_path=MINE),
        *(
            st.Page(_instead(entry, context), title=say("lost.closed"), url_path=entry.key)
            for entry in REGISTRY
            if entry not in shown
        ),
    ]
    # The first page answers at "/" alone; an address that was written down has its key.
    closed.append(_page(shown[0], context, default=False))
    st.session_state[PAGES] = pages
    if to_board:
        go_to("coverage")
    # The header has links of its own: they fit a phone, and keep town and plan in the address.
    chosen = st.navigation([*pages.values(), *closed], position="hidden")
    key = next((key for key, page in pages.items() if page.url_path == chosen.url_path), "")
    key = key or chosen.url_path
    if key not in WHOLE:
        header.show(context, key, account=bool(visitor.name))
    chosen.run()
    if visitor.name or only is not None:
        guard.look_again()


def _instead(entry: PageEntry, context: PageContext) -> Callable[[], None]:
    """Give what stands at the address of a page that is not shown."""
    if entry.where == "own" and context.city is not None and context.may_change:
        return lambda: _loaded("gridmap.ui.city.town_note").show(context, entry.key)
    return lambda: _not_for(context)


def _not_for(context: PageContext) -> None:
    """Say that a page is for others, and lead home."""
    st.html(closed_page(context.say("lost.closed"), context.say("lost.closed_note")))
    if st.button(context.say("lost.go"), type="primary", key="lost-go"):
        go_to("home")


def _page(entry: PageEntry, context: PageContext, *, default: bool) -> st.Page:
    """Make one page; its module is loaded when it is opened."""

    def body() -> None:
        try:
            _show(entry, context)
        except Exception:
            # A bug of ours: said in the visitor's language; the log has the rest.
            st.error(context.say("app.bug"))
            raise

    # No icon: Streamlit makes it the picture of the tab too, and fetches that from the web.
    title = context.say(f"page.{entry.key}")
    return st.Page(body, title=title, url_path=FIRST if default else entry.key, default=default)


def _show(entry: PageEntry, context: PageContext) -> None:
    show = _loaded(f"gridmap.ui.{entry.module}").show
    if not entry.of_plan:
        show(context)
        return
    if context.path is None:
        header.no_plan(context)
        return
    plan = header.open_plan(context)
    if plan is not None:
        header.tell_frozen(context, plan, entry.key)
        show(context, plan)


def _loaded(name: str) -> ModuleType:
    """Import the module of a page, and keep it from the collector of garbage.

    Streamlit has all that there is looked through after each run, and what libraries hold, a
    quarter of a million things, is never garbage: 0.14 s of every click, in which no other page
    goes on.
    """
    is_new = name not in sys.modules
    module = import_module(name)
    if is_new:
        gc.freeze()
    return module
