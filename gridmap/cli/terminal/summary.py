"""The figures that a command shows of a plan at a glance."""

from typing import Any

import pandas as pd

from boundaries.export.rounding import is_tiling
from gridmap.cli.terminal.screen import Screen
from gridmap.cli.terminal.words import WORDS
from gridmap.coverage.metrics import town_figures
from gridmap.coverage.split_figures import SPLIT_FIGURES, split_figures, told_figure
from gridmap.plan.plan import Plan
from gridmap.split.certificate import prove

__all__ = [
    "count_issues",
    "has_errors",
    "show_shortage",
    "show_summaries",
    "summarise",
    "summary_table",
]

DETACHED, OVERLOADED = "COV-7", "CAP-9"  # keys of validation rules
SHORT = "SPLIT-2"


def summarise(plan: Plan) -> dict[str, Any]:
    """Count what a town has, for a table or JSON."""
    figures = town_figures(plan).set_index("key")["value"]
    grids = plan.grids
    drawn = grids[grids["spatial"]]
    levels = grids[grids["kind"] != "exclusive"].groupby("level")
    top = grids[~grids["parent_code"].isin(grids.index)]
    uncovered = float(top.area.sum() - plan.patches.area.sum())
    issues = count_issues(plan)
    homes = int(figures.get("household_grids", 0))
    proof = prove(plan.patches, rules=plan.rules, grids=plan.grids, barriers=plan.barriers.geometry)
    return {
        "town": plan.rules.town.name,
        "town_en": plan.rules.town.name_en,
        "grids": {str(level): len(part) for level, part in levels},
        **_exclusive_grids(grids),
        **({"household_grids": homes} if homes else {}),
        "fewest": proof.lower_bound,
        "tight": len(proof.tight),
        "heavy": len(proof.heavy),
        "cadres": int(figures.get("cadres", 0)),
        "vacant": int(figures.get("posts_vacant", 0)),
        "surplus": int(figures.get("people_left_over", 0)),
        "area_km2": round(float(figures.get("area_km2", 0)), 4),
        "categories": int(figures.get("categories", 0)),
        # Adding zero turns -0.0 into 0.0.
        "uncovered_m2": round(uncovered, 2) + 0.0,
        "left_m2": round(float(figures.get("leftover_m2", 0)), 2),
        "tiling_work": all(
            is_tiling(part.geometry.to_numpy()) for _, part in drawn.groupby("level")
        ),
        "over_capacity": int((plan.issues["rule"] == OVERLOADED).sum()),
        "detached": int((plan.issues["rule"] == DETACHED).sum()),
        "errors": issues["error"],
        "warnings": issues["warning"],
        "split": split_figures(plan),
    }


def _exclusive_grids(grids: pd.DataFrame) -> dict[str, Any]:
    """Count the exclusive grids, their ground and their sub-grids, where there are some."""
    exclusive = grids[grids["kind"] == "exclusive"]
    whole = exclusive[~exclusive["parent_code"].isin(exclusive.index)]
    if exclusive.empty:
        return {}
    return {
        "exclusive_grids": len(whole),
        "exclusive_km2": round(float(whole["area_m2"].sum()) / 1e6, 4),
        "sub_grids": len(exclusive) - len(whole),
    }


def count_issues(plan: Plan) -> dict[str, int]:
    """Count the issues of a plan by severity."""
    found = plan.issues["severity"].value_counts()
    return {key: int(found.get(key, 0)) for key in ("error", "warning", "info")}


def has_errors(plan: Plan) -> bool:
    """Say whether a plan has an issue of severity error."""
    return count_issues(plan)["error"] > 0


def show_shortage(screen: Screen, plan: Plan) -> None:
    """Say how many cadres a plan lacks and what would help, where it lacks any."""
    for row in plan.issues[plan.issues["rule"] == SHORT].itertuples():
        screen.line(screen.pick(row.message_zh, row.message))


def show_summaries(screen: Screen, summaries: list[dict[str, Any]]) -> None:
    """Print the figures of towns side by side; of a single one also those that judge nothing."""
    screen.table(*summary_table(screen, summaries))


def summary_table(
    screen: Screen, summaries: list[dict[str, Any]]
) -> tuple[list[str], list[list[str]]]:
    """Lay out the figures of towns side by side: heads and rows for `Screen.table`."""
    heads = [screen.pick(one["town"], one["town_en"]) for one in summaries]
    keys = dict.fromkeys(key for one in summaries for key in one if f"sum.{key}" in WORDS)
    rows = [
        [screen.say(f"sum.{key}"), *(_cell(screen, one.get(key)) for one in summaries)]
        for key in keys
    ]
    for figure in SPLIT_FIGURES:
        if len(summaries) > 1 and not figure.better:
            continue
        values = [one["split"].get(figure.key) for one in summaries]
        if any(value is not None for value in values):
            told = ["–" if value is None else told_figure(figure, value) for value in values]
            rows.append([screen.pick(figure.label_zh, figure.label_en), *told])
    return ["", *(f">{head}" for head in heads)], rows


def _cell(screen: Screen, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return screen.say("yes" if value else "no")
    if isinstance(value, dict):
        return " / ".join(str(count) for count in value.values())
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
