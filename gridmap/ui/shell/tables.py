"""The tables of the pages as frames: micro-grids, issues and figures, in one language."""

from typing import Any

import pandas as pd
import streamlit as st

from boundaries.tiling.build import kind_of
from gridmap.coverage.metrics import town_figures
from gridmap.coverage.service import Service
from gridmap.maps.legend import looks_of
from gridmap.maps.rows import posts_with_people
from gridmap.plan.kinds import kind_name, kind_table
from gridmap.plan.names import names_of
from gridmap.plan.plan import Plan
from gridmap.words import Language, say

__all__ = [
    "HEADLINES",
    "figure_table",
    "figure_text",
    "grids_of",
    "issue_table",
    "kinds_shown",
    "matching",
    "micro_grid_table",
    "show_frame",
]

M2_A_HECTARE = 10_000
MU_A_HECTARE = 15
HEADLINES = (
    "area_km2",
    "micro_grids",
    "cadres",
    "covered_share",
    "posts_filled_share",
    "load_per_officer_h",
)
DECIMALS = {
    "km": 1,
    "km2": 2,
    "share": 1,
    "ratio": 2,
    "officer-hours": 1,
}  # whole numbers otherwise
LARGE_KM2 = 1000
SEARCHED = ("code", "name", "village", "parent", "leader", "members")
SEVERITIES = ("error", "warning", "info")


def show_frame(table: Any, **options: Any) -> Any:
    """Show a table as `st.dataframe` does; a cell without a value is empty, where that has "None".

    All tables of the pages are shown by it.
    """
    return st.dataframe(table, placeholder="", **options)


def micro_grid_table(plan: Plan, *, language: Language) -> pd.DataFrame:
    """Give one row a micro-grid: where it lies, what it is, its load and its people.

    Returns
    -------
    Columns `code`, `name`, `category`, `family`, `households`, `state`, `area_ha`, `area_mu`,
    `load_h`, `load_each_h`, `officers`, `leader`, `members`, `village` (the grid below the town)
    and `parent`, in order of code. Names are in the language where the data has them.
    """
    micro = plan.micro_grids
    posts = posts_with_people(plan)
    names = names_of(plan.grids, language)
    states = looks_of(micro, posts, officer_hours=plan.rules.capacity.officer_hours)["posts"]
    leads = posts[posts["leads"]].drop_duplicates("grid_code")
    leader = leads.set_index("grid_code")["person"]
    members = posts[~posts["leads"] & posts["filled"]].groupby("grid_code")["person"]
    below_town = sorted(plan.grids["level"].unique())[1]
    villages = Service(plan).lines.loc[micro.index, below_town]
    hectares = micro["area_m2"] / M2_A_HECTARE
    table = pd.DataFrame(
        {
            "code": micro.index,
            "name": names[micro.index],
            "category": kind_of(micro).map(lambda key: kind_name(key, language)),
            "family": [say(f"family.{key}", language) if key else "" for key in micro["family"]],
            "households": micro["households"].round().astype("int64"),
            "state": [say(f"posts.{key}", language) for key in states],
            "area_ha": hectares.round(2),
            "area_mu": (hectares * MU_A_HECTARE).round(1),
            "load_h": micro["load_h"].round(1),
            "load_each_h": (micro["load_h"] / micro["officers"].clip(lower=1)).round(1),
            "officers": micro["officers"],
            "leader": leader.reindex(micro.index, fill_value=""),
            "members": members.agg(say("mark.list", language).join).reindex(
                micro.index, fill_value=""
            ),
            "village": names.reindex(villages).to_numpy(),
            "parent": names.reindex(micro["parent_code"]).to_numpy(),
        },
        index=micro.index,
    )
    return table.reset_index(drop=True)


def kinds_shown(plan: Plan, *, language: Language) -> pd.DataFrame:
    """List the kinds of ground of a plan, with words and in hectares; nothing where none is due.

    Returns
    -------
    Columns `kind`, `micro_grids`, `area_ha`, `load_h`, `ground_ha`, `own_ha`, `large_ha` and
    `large_pct`, in order of the categories, then the sub-classes.
    """
    table = kind_table(plan)
    claims = table["ground_m2"] > 0
    hectares = (table[["area_m2", "ground_m2", "own_m2", "large_m2"]] / M2_A_HECTARE).round(2)
    return pd.DataFrame(
        {
            "kind": [kind_name(str(kind), language) for kind in table.index],
            "micro_grids": table["micro_grids"],
            "area_ha": hectares["area_m2"],
            "load_h": table["load_h"].round(1),
            "ground_ha": hectares["ground_m2"].where(claims),
            "own_ha": hectares["own_m2"].where(claims),
            "large_ha": hectares["large_m2"].where(claims),
            "large_pct": (100 * table["large_own_m2"] / table["large_m2"]).round(2),
        }
    ).reset_index(drop=True)


def matching(
    table: pd.DataFrame, *, text: str = "", complete: str = "", only_vacant: bool = False,
    **wanted: str | None,
) -> pd.DataFrame:  # fmt: skip
    """Keep the rows that fit a search text and the wanted values of columns.

    Parameters
    ----------
    table
        What `micro_grid_table` or `issue_table` gives.
    text
        Looked for in code, names and people, without regard to case.
    complete
        The state of grids with all posts filled; with `only_vacant` they are left out.
    only_vacant
        Whether to keep only grids with a vacant post.
    **wanted
        Value wanted in a column; None or "" for any.
    """
    fits = pd.Series(True, index=table.index)
    for column, value in wanted.items():
        if value:
            fits &= table[column] == value
    if only_vacant:
        fits &= table["state"] != complete
    sought = text.strip().casefold()
    if sought:
        columns = table[[column for column in SEARCHED if column in table]]
        whole = columns.agg("\n".join, axis=1).str.casefold()
        fits &= whole.str.contains(sought, regex=False)
    return table[fits]


def issue_table(plan: Plan, *, language: Language) -> pd.DataFrame:
    """Give one row an issue, the severest first: severity, rule, code, size with unit, sentence."""
    order = pd.Categorical(plan.issues["severity"], categories=SEVERITIES, ordered=True)
    issues = plan.issues.assign(order=order).sort_values(
        ["order", "rule", "code", "other_code"], kind="stable"
    )
    message = issues["message_zh"] if language == "zh" else issues["message"]
    return pd.DataFrame(
        {
            "severity": [say(f"severity.{key}", language) for key in issues["severity"]],
            "rule": issues["rule"],
            "code": issues["code"],
            "message": message.where(message != "", issues["message"]),
        }
    ).reset_index(drop=True)


def grids_of(plan: Plan, codes: pd.Series) -> pd.Series:
    """Give the grid of what issues are about: a grid, a patch or a post; "" for anything else."""
    patches, posts = plan.patches, plan.posts
    of_patch = patches["grid_code"].where(patches["grid_code"] != "", patches["parent_code"])
    found = [codes.where(codes.isin(plan.grids.index)), codes.map(of_patch),
             codes.map(posts["grid_code"])]  # fmt: skip
    return found[0].fillna(found[1]).fillna(found[2]).fillna("")


def figure_table(plan: Plan, *, language: Language) -> pd.DataFrame:
    """Give one row a figure of the town, by its key: `figure`, its name, and `value` with unit."""
    figures = town_figures(plan)
    return pd.DataFrame(
        {
            "figure": figures[f"label_{language}"],
            "value": [
                figure_text(value, unit, language)
                for value, unit in zip(figures["value"], figures["unit"], strict=True)
            ],
        }
    ).set_index(figures["key"])


def figure_text(value: float, unit: str, language: Language, *, sign: str = "") -> str:
    """Write a figure with its unit; with the sign "+" a difference shows whether it is more."""
    # A city's area needs no hundredths.
    decimals = 0 if unit == "km2" and abs(value) >= LARGE_KM2 else DECIMALS.get(unit, 0)
    shown = round(100 * value if unit == "share" else value, decimals)
    if not shown:  # what rounds to nothing is neither more nor less
        return say(f"unit.{unit}", language, value="0")
    return say(f"unit.{unit}", language, value=f"{shown:{sign},.{decimals}f}")
