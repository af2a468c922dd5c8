"""One file of a town on the page 数据: what was found in it, on a map, and what it is."""

from pathlib import Path

import geopandas as gpd
import streamlit as st

from gridmap.city.one_town.rules_files import own_with_list
from gridmap.rules.entries import LISTS, PLACELESS, Entry, declare, undeclare
from gridmap.rules.text import change_rules
from gridmap.ui.data import data_map, data_tables
from gridmap.ui.data.data_undo import FileChange, keep
from gridmap.ui.data.declare import Declaration, ask, declared_of
from gridmap.ui.data.inspection import FileLook, sites_of, state_of, try_entry
from gridmap.ui.data.town_files import put_aside
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.towns import RULES, is_said_by_town, rules_file_of
from gridmap.workflow.entry_check import has_lost_people, with_code_of_hierarchy
from layers.contract.errors import GridmapError
from layers.inspect.file import LayerInspection
from layers.location.site_shift import SiteVerdict, describe_sites

__all__ = ["close", "opened", "show"]

OPEN = "data-open"
SHIFTED = ("gcj02", "bd09")  # what is brought back
TRIED_AT_ONCE = ("roster", "register", "board")  # tables: quickly read


def opened() -> str:
    """Name of the file that is open; "" for the list."""
    return str(st.session_state.get(OPEN, ""))


def close() -> None:
    """Go back to the list of files."""
    st.session_state.pop(OPEN, None)


def show(
    context: PageContext,
    town: Path,
    look: FileLook,
    entries: list[Entry],
    outline: gpd.GeoSeries | None,
    town_crs: str,
    tables: list[str],
) -> None:
    """Show a file: what it holds, where it lies, its faults, and the form to say what it is.

    Parameters
    ----------
    context, town
        Who works on what.
    look
        What was found in the file.
    entries
        All that the rules name.
    outline
        Of the town, when it is known.
    town_crs
        Work CRS; "" when it is not decided.
    tables
        Code tables in the folder.
    """
    say, name = context.say, look.file.name
    own = [entry for entry in entries if entry.file == name]
    shared = [entry for entry in own if not is_said_by_town(town, entry)]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say("data.back"),
            icon=":material/arrow_back:",
            on_click=guard.callback(close),
            key="back",
        )
        st.subheader(plain(name), anchor=False, width="stretch")
        if not shared:
            _remove(context, town, name, own)
    faults = [look.fault] if look.fault else list(look.found.faults if look.found else ())
    ready = [entry for entry in own if not state_of(look, entry)]
    tried = {entry.path: try_entry(town, look, entry, entries, town_crs) for entry in ready}
    faults += [fault for fault in tried.values() if isinstance(fault, GridmapError)]
    for fault in faults:
        st.error(plain(fault.text(say.language)))
    if not look.layers:
        return
    layer = _which(look, say)
    entry = next((one for one in own if one.layer == layer.layer or len(look.layers) == 1), None)
    sites = sites_of(town, tried.get(entry.path), entries, town_crs) if entry else None
    left, right = st.columns([3, 2], gap="large")
    with right:
        if shared:
            _tell_shared(shared, say)
    if shared:
        with left:
            _map(town, look, layer, entry, entries, outline, town_crs, say)
            data_tables.show_facts(layer, sites, say)
        data_tables.show_columns(layer, say)
        data_tables.show_issues(layer, tried.get(entry.path) if entry else None, say)
        return
    with right:
        answer = _declare(context, town, look, layer, entry, entries, sites, town_crs, tables)
    with left:
        _map(town, look, layer, entry, entries, outline, town_crs, say)
        data_tables.show_first_rows(layer, answer, say)
        data_tables.show_facts(layer, sites, say)
    data_tables.show_columns(layer, say)
    data_tables.show_issues(layer, tried.get(entry.path) if entry else None, say)


def _tell_shared(entries: list[Entry], say: Translator) -> None:
    """Say of a file that the city declares what it is, and that this is changed there."""
    roles = dict.fromkeys(say(f"data.role.{entry.role}") for entry in entries)
    with st.container(border=True, key="declare-shared"):
        st.markdown(say("data.shared", role=plain(say("mark.list").join(roles))))


def _which(look: FileLook, say: Translator) -> LayerInspection:
    if len(look.layers) == 1:
        return look.layers[0]
    names = [layer.layer for layer in look.layers]
    chosen = st.selectbox(say("data.layer"), names, key=f"layer {look.file.name}")
    return look.layer(chosen) or look.layers[0]


def _declare(
    context: PageContext,
    town: Path,
    look: FileLook,
    layer: LayerInspection,
    entry: Entry | None,
    entries: list[Entry],
    sites: SiteVerdict | None,
    town_crs: str,
    tables: list[str],
) -> Declaration:
    say = context.say
    with st.container(border=True, key="declare"):
        st.markdown(f"**{say('data.declare')}**")
        asked = state_of(look, entry or Entry("layer", (), look.file.name, layer.layer, {}))
        doubt = describe_sites(sites) if sites is not None and sites.state == "shifted" else None
        answer = ask(layer, look.file.name, entry, asked, tables, town_crs, say, doubt=doubt)
        _what_follows(answer, layer, town_crs, say)
        if answer.open:
            st.caption(say(answer.open))
        ready = answer.role is not None and not answer.open
        if ready and answer.role in TRIED_AT_ONCE:
            _show_trial(town, look, answer, entries, town_crs, say)
        if st.button(say("data.save"), type="primary", disabled=not ready, key="declare-save"):
            _save(context, town, look.file.name, answer, entry)
    return answer


def _show_trial(
    town: Path,
    look: FileLook,
    answer: Declaration,
    entries: list[Entry],
    town_crs: str,
    say: Translator,
) -> None:
    """Read a table as it would be declared: whoever maps its columns sees what comes of it."""
    assert answer.role is not None
    values = {key: value for key, value in answer.values.items() if value not in (None, "")}
    entry = Entry(answer.role, (), look.file.name, "", values)
    tried = try_entry(town, look, entry, entries, town_crs)
    if isinstance(tried, GridmapError):
        st.error(plain(tried.text(say.language)))
        return
    if tried is None:
        return
    people = tried.people
    if people is None:
        st.success(say("data.tried_register" if tried.objects is not None else "data.tried_list"))
        sites = sites_of(town, tried, entries, town_crs)
        if sites is not None:
            said = describe_sites(sites)
            tell = st.warning if sites.state == "shifted" else st.caption
            tell(plain(said.zh if say.language == "zh" else said.en))
        return
    count = people.cadres + people.leaders
    lost = has_lost_people(tried)
    for row in tried.issues[tried.issues["severity"] == "error"].itertuples() if lost else ():
        st.error(plain(str(row.message_zh if say.language == "zh" else row.message)))
    tell = st.info if lost else st.success
    tell(say("data.tried_roster", count=count, cadres=people.cadres, leaders=people.leaders))
    if people.without_home:
        st.caption(say("data.roster_homes", without=people.without_home))
    left = people.grids - people.grids_led
    if left:
        st.caption(say("data.roster_leaders", grids=people.grids, led=people.grids_led, left=left))


def _what_follows(
    answer: Declaration, layer: LayerInspection, town_crs: str, say: Translator
) -> None:
    """Say what reading will do with the layer, as it is declared."""
    if answer.role is None or answer.role in PLACELESS:
        return
    crs = answer.values.get("crs") or layer.crs
    lines = []
    if crs and town_crs and crs != town_crs:
        lines.append(say("data.will.crs", old=crs, new=town_crs))
    if answer.values.get("datum") in SHIFTED:
        lines.append(say("data.will.datum", name=say(f"data.datum.{answer.values['datum']}")))
    if len(layer.issues):
        lines.append(say("data.will.issues", count=len(layer.issues)))
    if lines:
        st.caption(say("data.will") + " " + say("home.pause").join(lines))


def _save(
    context: PageContext, town: Path, name: str, answer: Declaration, entry: Entry | None
) -> None:
    role = answer.role
    if role is None:
        return
    after = ""

    def changed(text: str) -> str:
        nonlocal after
        if role in LISTS:  # in a city the list of a town takes the place of that of all
            text = own_with_list(rules_file_of(town), text, LISTS[role])
        after = with_code_of_hierarchy(declare(text, role, answer.values, old=entry), town)
        return after

    try:
        before = change_rules(town / RULES, changed)
    except GridmapError as error:
        st.error(plain(error.text(context.say.language)))
        return
    keep(FileChange(town, "data.done.declared", name, before, after))
    close()
    st.rerun()


def _remove(context: PageContext, town: Path, name: str, own: list[Entry]) -> None:
    say = context.say
    with st.popover(say("data.remove"), key="remove"):
        st.markdown(say("data.remove_note", name=plain(name)))
        if not st.button(say("data.remove_yes"), type="primary", key="remove-yes"):
            return
        after = None

        def changed(text: str) -> str:
            nonlocal after
            for entry in reversed(own):  # from behind, for numbers in a list move up
                text = undeclare(text, entry)
            after = text
            return text

        try:
            number = put_aside(town, name)
            before = change_rules(town / RULES, changed) if own else None
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return
        keep(FileChange(town, "data.done.removed", name, before, after, removed=(number,)))
        close()
        st.rerun()


def _map(
    town: Path,
    look: FileLook,
    layer: LayerInspection,
    entry: Entry | None,
    entries: list[Entry],
    outline: gpd.GeoSeries | None,
    town_crs: str,
    say: Translator,
) -> None:
    if not any(kind != "none" for kind in layer.geometry):
        return
    crs = town_crs or layer.work_crs
    drawings = []
    if crs:
        with st.spinner(say("data.drawing")):
            drawn = data_map.draw_file(
                town / look.file.name, look.file.changed_ns, layer.layer,
                declared_of(entry.values if entry else {}), crs, layer.issues,
            )  # fmt: skip
            around = data_map.draw_around(town, entries, crs, but=look.file.name)
        drawings = [*around, drawn] if drawn else []
    if not drawings:
        st.info(say("data.no_map"))
        return
    if outline is not None and (entry is None or entry.role != "hierarchy"):
        drawings.append(data_map.draw_outline(outline, say("data.outline")))
    data_map.show_map(drawings, say)
    keys = ["layer", *(["outline"] if len(drawings) > 1 else [])]
    keys += ["issue"] if any(one.issues for one in drawings) else []
    marks = "".join(
        f'<span class="data-key data-key-{key}"></span>{say(f"data.key.{key}")}' for key in keys
    )
    st.html(f'<p class="data-keys">{marks}</p>')
