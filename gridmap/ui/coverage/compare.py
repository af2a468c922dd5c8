"""The tab that compares the open plan with another: tables side by side, and two maps.

What differs is worked out by `gridmap.coverage.compare`; here it is put into words.
"""

import math
from pathlib import Path
from typing import Literal

import pandas as pd
import streamlit as st

from gridmap.coverage.compare import Comparison
from gridmap.plan.names import names_of
from gridmap.plan.plan import Plan
from gridmap.ui.shell import plan_map, tables
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.plans import labels_of, open_plan, page_key
from gridmap.ui.shell.tables import show_frame
from layers.contract.errors import GridmapError
from layers.registers.classes import CLASSES

__all__ = [
    "chosen",
    "differing_grids",
    "figures_beside",
    "moved_ground",
    "objects_moved",
    "people_moved",
    "show",
]

OTHER = "compare-with"
M2_A_HECTARE = 10_000
TABLE_HEIGHT_PX, ROWS_SHOWN = 420, 30
FIGURES_PX = 760
PARTS = ("figures", "map", "details")


def chosen(context: PageContext) -> Path | None:
    """Give the plan that the open one is compared with; None when none is chosen or it is gone."""
    other = st.session_state.get(OTHER)
    return other if isinstance(other, Path) and other in _others(context) else None


def show(context: PageContext, plan: Plan) -> None:
    """Let another plan be chosen, and show what differs.

    Parameters
    ----------
    context, plan
        Who looks, and the plan that is open.
    """
    assert context.path is not None
    say = context.say
    others = _others(context)
    if not others:
        st.info(say("compare.alone"))
        return
    before, labels = chosen(context), labels_of(others)
    other = st.selectbox(
        say("compare.choose"),
        others,
        index=others.index(before) if before else None,
        format_func=lambda path: labels[path],
        placeholder=say("compare.placeholder"),
        help=say("compare.note"),
        key=f"{OTHER}-{page_key(context.path)}",
    )
    if other != before:
        st.session_state[OTHER] = other
        st.rerun()  # the map takes its further colouring
    if other is None:
        st.caption(say("compare.note"))
        return
    try:
        with st.spinner(say("compare.working")):
            found = plan_map.comparison_of(context.path, other)
        _summary(found, plan, say)
        part = st.segmented_control(
            say("compare.part"),
            PARTS,
            format_func=lambda one: say(f"compare.{one}"),
            default=PARTS[0],
            required=True,
            key="compare-part",
            label_visibility="collapsed",
        )
        if part == "map":
            under = plan_map.basemap_of(context.path, context.folder, context.towns, say)
            plan_map.show_pair(context.path, other, say, basemap=under.values)
        elif part == "figures":
            _table("figures", figures_beside(found, say), say, width=FIGURES_PX)
        else:
            _details(found, plan, open_plan(other), say)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))


def _others(context: PageContext) -> list[Path]:
    if context.path is None:
        return []
    own = context.path.resolve()
    return [path for path in context.plans() if path.resolve() != own]


def _summary(found: Comparison, plan: Plan, say: Translator) -> None:
    moved = found.moved
    whole = float(plan.patches["area_m2"].sum())
    if moved.empty and found.people.empty:
        st.success(say("compare.nothing"))
    else:
        summary = say(
            "compare.summary",
            ha=f"{moved['area_m2'].sum() / M2_A_HECTARE:,.1f}",
            share=f"{100 * moved['area_m2'].sum() / whole:.1f}%",
            households=f"{moved['households'].sum():,.0f}",
            objects=f"{moved['objects'].sum():,.0f}",
            load=f"{moved['load_h'].sum():,.1f}",
            people=len(found.people),
        )
        st.markdown(plain(summary))
    if not found.same_patches:
        st.caption(say("compare.overlaid"))


def _details(found: Comparison, plan: Plan, other: Plan, say: Translator) -> None:
    made = {
        "grids": differing_grids(found, plan, other, say),
        "moved": moved_ground(found, plan, other, say),
        "people": people_moved(found, say),
        "objects_moved": objects_moved(found, plan, other, say),
    }
    for name, table in made.items():
        if not table.empty:
            title = say(f"compare.{name}")
            st.markdown(f"**{title}{say('map.in_brackets', count=len(table))}**")
            _table(name, table, say)


def _table(
    name: str, table: pd.DataFrame, say: Translator, *, width: int | Literal["stretch"] = "stretch"
) -> None:
    show_frame(
        table,
        hide_index=True,
        width=width,
        height="content" if len(table) < ROWS_SHOWN else TABLE_HEIGHT_PX,
        column_config={
            column: st.column_config.NumberColumn(_head(column, say), format="localized")
            if pd.api.types.is_numeric_dtype(table[column])
            else _head(column, say)
            for column in table.columns
        },
        alt=say(f"compare.{name}"),
    )


def _head(column: str, say: Translator) -> str:
    return say(f"column.{column}" if column in ("code", "name") else f"compare.{column}")


def figures_beside(found: Comparison, say: Translator) -> pd.DataFrame:
    """Give the figures of both plans as texts with units, and what the other has more."""
    rows = found.figures

    def text(value: float, unit: str, sign: str) -> str:
        if math.isnan(value):
            return "—"
        return tables.figure_text(value, unit, say.language, sign=sign if value else "")

    def texts(values: pd.Series, sign: str = "") -> list[str]:
        return [text(value, unit, sign) for value, unit in zip(values, rows["unit"], strict=True)]

    return pd.DataFrame(
        {
            "figure": rows[f"label_{say.language}"],
            "this": texts(rows["first"]),
            "that": texts(rows["second"]),
            "difference": texts(rows["second"] - rows["first"], "+"),
        }
    )


def differing_grids(found: Comparison, plan: Plan, other: Plan, say: Translator) -> pd.DataFrame:
    """List the micro-grids that are not the same, those of the open plan first."""
    here = found.first[found.first["state"] != "same"]
    new = found.second[found.second["state"] == "only"]
    state = here["state"].replace({"only": "retired"}).tolist() + ["added"] * len(new)
    both = pd.concat([here, new])
    names = names_of(plan.grids, say.language).combine_first(names_of(other.grids, say.language))
    theirs = names_of(other.grids, say.language)
    return pd.DataFrame(
        {
            "code": both.index.to_numpy(),
            "name": names.reindex(both.index).fillna("").to_numpy(),
            "state": [say(f"compare.state.{one}") for one in state],
            "match": theirs.reindex(both["other"]).fillna("").to_numpy(),
            "moved_ha": (both["moved_m2"] / M2_A_HECTARE).round(2).to_numpy(),
            "moved_households": both["moved_households"].round().astype("int64").to_numpy(),
            "moved_load": both["moved_load_h"].round(1).to_numpy(),
        }
    )


def moved_ground(found: Comparison, plan: Plan, other: Plan, say: Translator) -> pd.DataFrame:
    """Sum up the ground that moves from each micro-grid to each other, the largest first."""
    sums = found.moved.groupby(["from_code", "to_code"])[
        ["area_m2", "households", "objects", "load_h"]
    ]
    rows = sums.sum().reset_index().sort_values("area_m2", ascending=False, kind="stable")
    old, new = names_of(plan.grids, say.language), names_of(other.grids, say.language)

    def named(codes: pd.Series, names: pd.Series) -> list[str]:
        nowhere = say("compare.nowhere")
        return [f"{names.get(code, '')} {code}".strip() if code else nowhere for code in codes]

    return pd.DataFrame(
        {
            "from": named(rows["from_code"], old),
            "to": named(rows["to_code"], new),
            "area_ha": (rows["area_m2"] / M2_A_HECTARE).round(2).to_numpy(),
            "households": rows["households"].round().astype("int64").to_numpy(),
            "objects": rows["objects"].round().astype("int64").to_numpy(),
            "load": rows["load_h"].round(1).to_numpy(),
        }
    )


def people_moved(found: Comparison, say: Translator) -> pd.DataFrame:
    """List the people who are on other posts."""
    rows = found.people
    return pd.DataFrame(
        {
            "person": rows["name"].to_numpy(),
            "state": [say(f"compare.state.{state}") for state in rows["state"]],
            "before": rows["before"].str.replace(";", say("mark.list")).to_numpy(),
            "after": rows["after"].str.replace(";", say("mark.list")).to_numpy(),
        }
    )


def objects_moved(found: Comparison, plan: Plan, other: Plan, say: Translator) -> pd.DataFrame:
    """List the objects that lie in another grid."""
    rows = found.objects
    old, new = names_of(plan.grids, say.language), names_of(other.grids, say.language)
    kinds = {key: one.zh if say.language == "zh" else one.en for key, one in CLASSES.items()}
    return pd.DataFrame(
        {
            "object": rows["name"].where(rows["name"] != "", rows.index.to_series()).to_numpy(),
            "class": rows["class"].map(kinds).fillna("").to_numpy(),
            "from": rows["before"].map(old).fillna(say("compare.nowhere")).to_numpy(),
            "to": rows["after"].map(new).fillna(say("compare.nowhere")).to_numpy(),
        }
    )
