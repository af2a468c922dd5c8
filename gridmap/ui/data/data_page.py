"""The page 数据: a town's folder put together from files, each looked into and then declared.

Everything lies in the folder as plain files with a rules.toml; the page only helps to fill it.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import geopandas as gpd
import streamlit as st

from gridmap.rules.entries import Entry, entries_of, missing_parts
from gridmap.rules.text import change_rules, get_value, set_value
from gridmap.ui.data import data_file, data_map, data_put, data_rows, data_town, data_undo
from gridmap.ui.data.crs_choice import crs_field, crs_name
from gridmap.ui.data.declare import declared_of
from gridmap.ui.data.inspection import FileLook, look_into, outline_of
from gridmap.ui.data.town_files import bring_back, files_of, set_aside
from gridmap.ui.shell.context import PAGES, PageContext, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.towns import RULES, rules_text_of
from gridmap.workflow.entry_check import with_code_of_hierarchy
from layers.contract.errors import GridmapError
from layers.landuse.code_tables import is_code_table

__all__ = ["show"]

SEEN = "data-seen"
TOWN = "data-of"  # the town that the page showed last


def show(context: PageContext) -> None:
    """Show the town that is open: what it still needs, its files, and the field for more."""
    data_town.show(context)
    town, say = context.town, context.say
    if town is None:
        return
    if st.session_state.get(TOWN, town) != town:  # what was open or dropped is another town's
        data_file.close()
        data_put.forget()
    st.session_state[TOWN] = town
    data_undo.show_last(context)
    for text in st.session_state.pop(data_put.REFUSED, []):
        st.error(plain(text))
    try:
        rules = rules_text_of(town)
        entries = entries_of(rules)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        if st.button(say("app.go", page=say("page.rules")), type="primary", key="data-to-rules"):
            go_to("rules")
        return
    crs = str(get_value(rules, ("town", "crs"), ""))
    outline, key = outline_of(town, entries, crs)
    looks = _look_into_all(town, outline, key, say)
    tables = _code_tables(looks)
    name = data_file.opened()
    look = next((one for one in looks if one.file.name == name), None)
    if look is not None:
        data_file.show(context, town, look, entries, outline, crs, tables)
        return
    with st.spinner(say("data.trying")):
        rows = [data_rows.row_of(look, entries, tables, town=town, crs=crs) for look in looks]
    left, right = st.columns([3, 2], gap="large")
    with left:
        _map_of_all(town, looks, entries, crs, outline, say)
        data_rows.show(rows, say)
        _put_aside(context, town)
    with right:
        missing = _checklist(town, rules, entries, crs, say)
        if not missing:
            _go_on(sum(row.state != "done" for row in rows), say)
        if not crs:
            _ask_crs(context, town, looks)
        data_put.show(context, town)


def _look_into_all(
    town: Path, outline: gpd.GeoSeries | None, key: str, say: Translator
) -> list[FileLook]:
    """Look into every file; those not seen before take a moment each, so the bar says which."""
    files = files_of(town)
    seen: set[object] = st.session_state.setdefault(SEEN, set())
    new = [file for file in files if (file, key) not in seen]
    bar = st.progress(0.0, say("data.reading")) if new else None
    looks = []
    for number, file in enumerate(files):
        if bar is not None and (file, key) not in seen:
            bar.progress(number / len(files), say("data.reading_one", name=plain(file.name)))
        looks.append(look_into(town, file, outline, key))
        seen.add((file, key))
    if bar is not None:
        bar.empty()
    return looks


def _code_tables(looks: Sequence[FileLook]) -> list[str]:
    return [
        look.file.name
        for look in looks
        if any(is_code_table(layer.columns.index) for layer in look.layers)
    ]


def _map_of_all(
    town: Path,
    looks: Sequence[FileLook],
    entries: list[Entry],
    crs: str,
    outline: gpd.GeoSeries | None,
    say: Translator,
) -> None:
    """Show all layers that are declared on one map, with the places of their issues."""
    named = [entry for entry in entries if entry.role != "hierarchy"]
    if not crs or not named or not st.toggle(say("data.map_of_all"), key="map-of-all"):
        return
    found = {look.file.name: look for look in looks}
    drawings = []
    with st.spinner(say("data.drawing")):
        for entry in named:
            look = found.get(entry.file)
            layer = look.layer(entry.layer) if look else None
            if look is None or layer is None or set(layer.geometry) == {"none"}:
                continue
            drawn = data_map.draw_file(
                town / entry.file, look.file.changed_ns, entry.layer, declared_of(entry.values),
                crs, layer.issues, look=data_map.look_of(entry),
            )  # fmt: skip
            drawings += [drawn] if drawn else []
    if outline is not None:
        drawings.append(data_map.draw_outline(outline, say("data.outline")))
    data_map.show_map(drawings, say)


def _checklist(
    town: Path, rules: str, entries: list[Entry], crs: str, say: Translator
) -> list[str]:
    """Show what a plan needs and what of it is there; give what is missing."""
    missing = missing_parts(town, rules)
    count = {role: sum(entry.role == role for entry in entries) for role in
             ("hierarchy", "layer", "roads", "register", "roster")}  # fmt: skip
    st.subheader(say("data.needs"), anchor=False)
    rows = [
        ("crs", bool(crs), crs_name(crs, say) if crs else say("data.need.missing")),
        *(
            (
                role,
                bool(number),
                say("data.need.files", count=number) if number else say(_lack(role)),
            )
            for role, number in count.items()
        ),
    ]
    items = "".join(
        f'<li class="need-{"yes" if there else "no"}"><span aria-hidden="true">'
        f"{'✓' if there else '○'}</span><b>{escape(say(f'data.need.{key}'))}</b>"
        f"{escape(text)}</li>"
        for key, there, text in rows
    )
    st.html(f'<ul class="needs">{items}</ul>')
    if "files" in missing:
        lost = [entry.file for entry in entries if not (town / entry.file).exists()]
        st.error(say("data.lost", names=plain(say("mark.list").join(lost))))
    return missing


def _go_on(waiting: int, say: Translator) -> None:
    """Offer the next page; files that still wait for a word are counted, they may be left out."""
    pages = st.session_state.get(PAGES, {})
    target = "rules" if "rules" in pages else "split"
    if waiting:
        st.caption(say("data.waiting", count=waiting))
    if target in pages and st.button(
        say("app.go", page=say(f"page.{target}")),
        type="secondary" if waiting else "primary",
        key="data-next",
    ):
        go_to(target)


def _lack(role: str) -> str:
    return "data.need.missing" if role in ("hierarchy", "layer") else "data.need.optional"


def _ask_crs(context: PageContext, town: Path, looks: Sequence[FileLook]) -> None:
    """Ask for the work CRS; what suits the files is offered first, and a person decides."""
    say = context.say
    fits = [layer.work_crs for look in looks for layer in look.layers if layer.work_crs]
    likely = sorted(set(fits), key=lambda one: (-fits.count(one), one))
    with st.container(border=True, key="ask-crs"):
        st.markdown(f"**{say('data.work_crs')}**")
        st.caption(say("data.work_crs_note"))
        key = f"work-crs {town.name}"
        crs = crs_field(say("data.work_crs"), key, say, likely=likely, degrees=False)
        if not st.button(say("data.save"), disabled=not crs, key="work-crs-save"):
            return
    after = ""

    def changed(text: str) -> str:
        nonlocal after
        after = set_value(text, ("town", "crs"), data_town.checked_crs(crs))
        after = with_code_of_hierarchy(after, town)
        return after

    try:
        before = change_rules(town / RULES, changed)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    data_undo.keep(data_undo.FileChange(town, "data.done.crs", crs, before, after))
    st.rerun()


def _put_aside(context: PageContext, town: Path) -> None:
    """Offer what was put aside; nothing is ever deleted."""
    say = context.say
    found = set_aside(town)
    if not found:
        return
    with st.expander(say("data.aside", count=len(found))):
        for number, name in found[:50]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(name), width="stretch")
                if st.button(say("data.bring_back"), key=f"back-{number}", type="tertiary"):
                    try:
                        bring_back(town, number)
                    except GridmapError as error:
                        st.error(plain(error.text(say.language)))
                        return
                    st.session_state.pop(data_undo.LAST, None)
                    st.rerun()
