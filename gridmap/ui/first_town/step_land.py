"""The second step of 新建乡镇: the classes of land on a coloured map, and the hierarchy over it."""

from dataclasses import replace
from html import escape
from pathlib import Path

import geopandas as gpd
import pandas as pd
import streamlit as st

from gridmap.first_town.choices import Choices
from gridmap.first_town.findings import Findings
from gridmap.first_town.questions import Question, questions_of
from gridmap.first_town.settle import lacks_of
from gridmap.first_town.trees.make import Tree
from gridmap.maps.legend import CATEGORY_LOOKS
from gridmap.ui.data.data_map import draw_shapes, show_map
from gridmap.ui.data.declare import kind_name
from gridmap.ui.first_town import wizard_state
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.contract.categories import CATEGORIES, SUBCLASSES
from layers.landuse.code_tables import CODE_SYSTEMS

__all__ = ["show"]

COLOURS = {look.key: look.colour for look in CATEGORY_LOOKS}
UNKNOWN = "#d5d9de"
TARGETS = tuple(kind.key for kind in (*CATEGORIES, *SUBCLASSES) if kind.key != "unmapped")
SHOWN = 60  # rows of a table on the page


def show(context: PageContext, folder: Path, findings: Findings, choices: Choices) -> None:
    """Show what the land is, before anything is made of it."""
    say = context.say
    lacks = [part for part in lacks_of(findings) if part != "files"]
    for part in lacks:
        st.info(say(f"begin.lacks.{part}"))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _map(findings, say)
        if findings.tree is not None:
            _tree(findings.tree, say)
    with right:
        for number, question in enumerate(questions_of(findings, choices)):
            if question.kind in ("codes", "overlap"):
                _ask(folder, number, findings, question, say)
        if len(findings.classes):
            _unknown(folder, findings, say)
            _classes(findings.classes, say)
            _change(folder, findings, say)
        if not lacks:
            step = "people" if findings.roster is not None else "plan"
            st.button(
                say(f"begin.next.{step}"),
                type="primary",
                key="begin-next-people",
                on_click=guard.callback(wizard_state.go_to_step),
                args=(step,),
            )


def _map(findings: Findings, say: Translator) -> None:
    """Draw the classes in the colours of all maps, and the outlines of the grids over them."""
    drawings = []
    ground = findings.ground
    if len(ground):
        with st.spinner(say("data.drawing")):
            target = ground["target"].str.rstrip("?").where(ground["known"].astype(bool), "")
            for key, part in sorted(ground.groupby(target), key=lambda one: -one[1].area.sum()):
                name = kind_name(key, say) if key else say("begin.unknown")
                colour = COLOURS.get(str(key), UNKNOWN)
                shapes = gpd.GeoSeries(part.geometry)
                drawings.append(draw_shapes(shapes, name, look="class", colour=colour))
    if findings.tree is not None:
        grids = findings.tree.grids
        below = gpd.GeoSeries(grids.geometry[grids["level"] > 1])
        if len(below):
            drawings.append(draw_shapes(below, say("begin.grids"), look="grid"))
        outline = gpd.GeoSeries(grids.geometry[grids["level"] == 1])
        drawings.append(draw_shapes(outline, say("data.outline"), look="outline"))
    show_map(drawings, say)


def _classes(classes: pd.DataFrame, say: Translator) -> None:
    """List the categories with their areas and codes."""
    st.markdown(f"**{say('begin.classes')}**")
    whole = float(classes["area_ha"].sum()) or 1.0
    known = classes["known"].astype(bool)
    target = classes["target"].str.rstrip("?").where(known, "")
    rows = []
    for key, part in sorted(classes.groupby(target), key=lambda one: -one[1]["area_ha"].sum()):
        name = kind_name(key, say) if key else say("begin.unknown")
        told = [
            " ".join(filter(None, map(str, both)))
            for both in zip(part["code"], part["name"], strict=True)
        ]
        codes = say("mark.list").join(filter(None, told[:6])) + ("…" if len(told) > 6 else "")
        area = float(part["area_ha"].sum())
        rows.append(
            f'<tr><td><span class="swatch" style="background:{COLOURS.get(str(key), UNKNOWN)}">'
            f'</span><span class="{"" if key else "unknown"}">{escape(name)}</span></td>'
            f'<td class="number">{int(part["features"].sum()):,}</td>'
            f'<td class="number">{area:,.1f}</td><td class="number">{area / whole:.0%}</td>'
            f"<td>{escape(codes)}</td></tr>"
        )
    heads = ("class", "count", "area", "share", "codes")
    head = "".join(
        f'<th class="{"number" if one in ("count", "area", "share") else ""}">'
        f"{escape(say(f'begin.head.{one}'))}</th>"
        for one in heads
    )
    st.html(
        f'<div class="begin-scroll"><table class="begin-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _unknown(folder: Path, findings: Findings, say: Translator) -> None:
    """Ask what the classes are that no system knows; until then they are other land."""
    classes = findings.classes
    unknown = classes[~classes["known"].astype(bool)]
    if unknown.empty:
        return
    st.warning(say("begin.unknown_note", count=len(unknown)))
    for number, row in enumerate(unknown.head(SHOWN).itertuples()):
        shown = " ".join(filter(None, (str(row.code), str(row.name)))) or say("begin.no_code")
        chosen = st.selectbox(
            say("begin.unknown_code", code=plain(shown), area=f"{float(str(row.area_ha)):,.1f}"),
            TARGETS,
            index=None,
            format_func=lambda key: kind_name(key, say),
            placeholder=say("begin.other_land"),
            key=f"begin-unknown-{number}-{row.key}-{row.code}",
        )
        if chosen:
            _keep(folder, f"{row.key}|{row.code}", str(chosen))


def _change(folder: Path, findings: Findings, say: Translator) -> None:
    """Let any class be taken for another category."""
    classes = findings.classes[findings.classes["code"] != ""].head(SHOWN)
    if classes.empty:
        return
    with st.expander(say("begin.change_class")):
        names = {
            f"{row.key}|{row.code}": " ".join(filter(None, (str(row.code), str(row.name))))
            for row in classes.itertuples()
        }
        which = st.selectbox(
            say("begin.which_class"), list(names), index=None, format_func=lambda key: names[key],
            placeholder=say("data.choose"), key="begin-class",
        )  # fmt: skip
        target = st.selectbox(
            say("data.category"), TARGETS, index=None, format_func=lambda key: kind_name(key, say),
            placeholder=say("data.choose"), key="begin-target",
        )  # fmt: skip
        ready = which is not None and target is not None
        if st.button(say("begin.save"), disabled=not ready, key="begin-save-class"):
            _keep(folder, str(which), str(target))


def _keep(folder: Path, key: str, target: str) -> None:
    wizard_state.change(
        folder, lambda choices: replace(choices, targets={**choices.targets, key: target})
    )
    st.rerun()


def _tree(tree: Tree, say: Translator) -> None:
    """Say what the hierarchy holds, and what was derived for it."""
    counts = tree.grids["level"].value_counts().sort_index()
    told = say("mark.list").join(
        say("begin.level", level=level, count=count) for level, count in counts.items()
    )
    st.markdown(f"**{say('data.need.hierarchy')}**{say('mark.colon')}{told}")
    for fault in tree.faults:
        st.error(plain(fault.zh if say.language == "zh" else fault.en))
    if not tree.changes:
        return
    with st.expander(say("begin.derived", count=len(tree.changes)), expanded=bool(tree.faults)):
        st.caption(say("begin.derived_note"))
        rows = "".join(
            f"<tr><td>{escape(one.grid)}</td><td>{escape(say(f'begin.derived.{one.kind}'))}</td>"
            f"<td>{escape(one.before or '—')}</td><td>{escape(one.after)}</td>"
            f"<td>{escape(one.why.zh if say.language == 'zh' else one.why.en)}</td></tr>"
            for one in tree.changes[:500]
        )
        heads = "".join(
            f"<th>{escape(say(f'begin.head.{one}'))}</th>"
            for one in ("grid", "what", "before", "after", "why")
        )
        st.html(
            f'<div class="begin-scroll"><table class="begin-table"><thead><tr>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )


def _ask(
    folder: Path, number: int, findings: Findings, question: Question, say: Translator
) -> None:
    """Ask which code system it is, or which map wins where two lie on each other."""
    values = {name: plain(text) for name, text in question.values}
    files = {one.key: one.looked.file for one in findings.found}

    def named(option: str) -> str:
        if option in CODE_SYSTEMS:
            return say(f"data.codes.{option}")
        return files.get(option, option)

    with st.container(border=True, key=f"begin-ask-land-{number}"):
        st.markdown(f"**{say(f'begin.ask.{question.kind}', **values)}**")
        st.caption(say(f"begin.why.{question.kind}"))
        chosen = st.radio(
            say(f"begin.ask.{question.kind}", **values), question.options,
            index=question.options.index(question.default), format_func=named,
            label_visibility="collapsed", key=f"begin-land-{number}",
        )  # fmt: skip
        if st.button(say("begin.answer"), key=f"begin-answer-land-{number}"):
            one = next((one for one in findings.found if one.key == question.key), None)
            if question.kind == "codes" and one is not None:
                values_now = {**one.guess.values, "codes": str(chosen)}
                wizard_state.change(
                    folder, lambda choices: choices.with_role(one.key, "layer", values_now)
                )
            else:
                wizard_state.change(
                    folder, lambda choices: choices.with_answer(question.key, str(chosen))
                )
            st.rerun()
