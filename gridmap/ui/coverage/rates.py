"""The tab 三个100%: each rate with what it divides, what is not known, and what misses."""

import pandas as pd
import streamlit as st

from boundaries.export.csv_table import csv_bytes
from gridmap.coverage.three_rates import Rate, three_rates
from gridmap.plan.names import names_of
from gridmap.plan.plan import Plan
from gridmap.ui.shell import guard, plan_map
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.memory.kept import kept_by_file
from gridmap.ui.shell.plans import Stamp
from gridmap.ui.shell.tables import show_frame
from layers.contract.errors import Named
from layers.registers.classes import CLASSES

__all__ = ["misses_shown", "show"]

RATES_MB = 16
TABLE_HEIGHT_PX = 480
ROWS_SHOWN = 12
WIDTHS_PX = {"rate": 110, "kind": 90, "why": 320}


def show(plan: Plan, stamp: Stamp, say: Translator) -> None:
    """Show the three rates of a plan.

    Parameters
    ----------
    plan
        The plan.
    stamp
        What its file is known by.
    """
    rates = _rates(plan, stamp)
    st.caption(say("rates.note"))
    for column, rate in zip(st.columns(len(rates), gap="medium"), rates, strict=True):
        with column:
            _card(rate, say)
    _misses(plan, rates, say)


@kept_by_file(RATES_MB, share=0.01)
def _rates(_plan: Plan, stamp: Stamp) -> tuple[Rate, ...]:
    return three_rates(_plan)


def _card(rate: Rate, say: Translator) -> None:
    """One rate: its share, the numbers it divides, and what is left out of them."""
    with st.container(border=True, height="stretch", key=f"rate-{rate.key}"):
        known = rate.unknown is None
        share = say("rates.share", share=rate.percent) if known else say("rates.unknown")
        st.metric(say(f"rates.{rate.key}"), share)
        st.caption(say(f"rates.{rate.key}_note"))
        if rate.unknown is not None:
            st.warning(plain(_in(rate.unknown, say)))
            return
        st.progress(rate.share)
        for part in rate.parts:
            st.markdown(say(f"rates.{part.kind}", met=f"{part.met:,}", of=f"{part.of:,}"))
        if rate.note is not None:
            st.caption(plain(_in(rate.note, say)))


def _in(named: Named, say: Translator) -> str:
    return named.zh if say.language == "zh" else named.en


def misses_shown(plan: Plan, rates: tuple[Rate, ...], say: Translator) -> pd.DataFrame:
    """List what misses, in words: rate, kind, name, code, grid and why."""
    found = pd.concat([rate.misses.assign(rate=rate.key) for rate in rates], ignore_index=True)
    names = names_of(plan.grids, say.language)
    kinds = {key: one.zh if say.language == "zh" else one.en for key, one in CLASSES.items()}
    of_grid = found["kind"] == "grid"
    kind = found["class"].map(kinds).where(~of_grid, say("rates.kind.grid"))
    name = found["name"].where(~of_grid, found["id"].map(names))
    return pd.DataFrame(
        {
            "rate": [say(f"rates.{key}") for key in found["rate"]],
            "kind": kind.fillna(""),
            "name": name.fillna("").where(name.fillna("") != "", found["id"]),
            "why": found["why_zh" if say.language == "zh" else "why"],
            "id": found["id"],
            "grid": found["grid_code"].map(names).fillna(""),
            "code": found["grid_code"],
        }
    )


@guard.fragment
def _misses(plan: Plan, rates: tuple[Rate, ...], say: Translator) -> None:
    table = misses_shown(plan, rates, say)
    if table.empty:
        if all(rate.unknown is None for rate in rates):
            st.success(say("rates.all"))
        return
    st.subheader(say("rates.misses", count=f"{len(table):,}"), anchor=False)
    pick, get = st.columns([3, 1], vertical_alignment="bottom")
    wanted = pick.segmented_control(
        say("rates.only"),
        list(dict.fromkeys(table["rate"])),
        key=f"rates-only-{say.language}",
        width="stretch",
    )
    shown = table if wanted is None else table[table["rate"] == wanted]
    get.download_button(
        say("rates.download"),
        guard.deferred(lambda: _csv(table, say)),
        file_name=f"{plan.rules.town.name}-{say('rates.file_name')}.csv",
        mime="text/csv",
        on_click="ignore",
        key="rates-download",
        width="stretch",
    )
    st.caption(say("tables.go_hint"))
    chosen = show_frame(
        shown,
        hide_index=True,
        height="content" if len(shown) < ROWS_SHOWN else TABLE_HEIGHT_PX,
        column_order=[one for one in shown.columns if one != "code"],
        column_config={
            column: st.column_config.TextColumn(
                say(f"rates.column.{column}"), width=WIDTHS_PX.get(column)
            )
            for column in shown.columns
        },
        on_select="rerun",
        selection_mode="single-row",
        key="rates-table",
        alt=say("rates.misses", count=len(shown)),
    )
    plan_map.go_to_chosen(shown["code"], chosen.selection.rows, "rates-gone")


def _csv(table: pd.DataFrame, say: Translator) -> bytes:
    head = [say(f"rates.column.{column}") for column in table.columns]
    return csv_bytes(head, table.itertuples(index=False, name=None))
