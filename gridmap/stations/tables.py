"""The figures of stations in words, as the page and the command line show them."""

import math

import geopandas as gpd
import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.stations.figures import MEASURES, MODES, StationService
from gridmap.words import Language, say

__all__ = ["gaps_shown", "levels_shown", "notes_of", "proposals_shown", "totals_shown"]

M2_A_HECTARE = 10_000


def notes_of(service: StationService, plan: Plan, language: Language) -> list[str]:
    """Say what was counted and what was assumed, sentence by sentence."""
    rules = plan.rules.service
    street = int(service.stations["on_street"].sum())
    notes = [say("stations.count", language, count=len(service.stations), street=street)]
    if service.unplaced:
        names = say("mark.list", language).join(service.unplaced[:5])
        count = len(service.unplaced)
        notes.append(say("stations.unplaced", language, count=count, names=names))
    roads = "stations.roads" if service.road_km else "stations.straight"
    notes.append(say(roads, language, km=f"{service.road_km:,.1f}", detour=f"{rules.detour:g}"))
    reach = {mode: f"{metres:,.0f}" for mode, metres in service.reach_m.items()}
    notes.append(say("stations.speeds", language, minutes=f"{service.minutes:g}", **reach))
    if service.measure != "people":
        notes.append(say("stations.no_people", language))
    return notes


def totals_shown(service: StationService, language: Language) -> pd.DataFrame:
    """Write people, households and ground in and out of reach, by mode."""
    rows = []
    for mode in MODES:
        row = service.totals.loc[mode]
        for key in MEASURES:
            if math.isnan(row[key]):
                continue
            share = row[f"{key}_in"] / row[key] if row[key] else math.nan
            rows.append(
                (
                    say(f"stations.{mode}", language),
                    say(f"stations.{key}", language),
                    _number(key, row[f"{key}_in"]),
                    _number(key, row[f"{key}_out"]),
                    "–" if math.isnan(share) else f"{100 * share:.1f}%",
                )
            )
    heads = ("mode", "measure", "in", "out", "share")
    return pd.DataFrame(rows, columns=[say(f"stations.head.{key}", language) for key in heads])


def levels_shown(service: StationService, plan: Plan, language: Language) -> pd.DataFrame:
    """Write the share in reach of every given grid, level by level."""
    key = service.measure
    given = plan.grids[plan.grids["kind"] != "micro"].sort_values("level", kind="stable")
    figures = service.grids.loc[given.index]
    columns = {
        say("stations.head.grid", language): list(given.index),
        say("stations.head.name", language): [_name(plan, code, language) for code in given.index],
        _of(key, "all", language): [_number(key, value) for value in figures[key]],
    }
    for mode in MODES:
        share = 1 - figures[f"{mode}_{key}_out"] / figures[key].where(figures[key] > 0)
        columns[say(f"stations.{mode}", language)] = [
            "–" if math.isnan(value) else f"{100 * value:.1f}%" for value in share
        ]
    return pd.DataFrame(columns)


def gaps_shown(service: StationService, plan: Plan, mode: str, language: Language) -> pd.DataFrame:
    """Write the lowest grids with somebody out of reach, most first."""
    key = service.measure
    gaps = service.gaps(mode, plan.grids)
    return pd.DataFrame(
        {
            say("stations.head.grid", language): list(gaps.index),
            say("stations.head.name", language): [_name(plan, one, language) for one in gaps.index],
            _of(key, "gap", language): [_number(key, one) for one in gaps[f"{mode}_{key}_out"]],
            _of(key, "all", language): [_number(key, one) for one in gaps[key]],
        }
    )


def proposals_shown(service: StationService, plan: Plan, language: Language) -> pd.DataFrame:
    """Write where the next stations help most, with their place in degrees (WGS84)."""
    key, table = service.measure, service.proposals
    at = gpd.GeoSeries.from_xy(table["x"], table["y"], crs=plan.crs).to_crs("OGC:CRS84")
    return pd.DataFrame(
        {
            say("stations.head.mode", language): [
                say(f"stations.{mode}", language) for mode in table["mode"]
            ],
            say("stations.head.order", language): list(table.groupby("mode").cumcount() + 1),
            say("stations.head.grid", language): list(table["grid_code"]),
            say("stations.head.name", language): [
                _name(plan, code, language) for code in table["grid_code"]
            ],
            say("stations.head.lon", language): [f"{value:.6f}" for value in at.x],
            say("stations.head.lat", language): [f"{value:.6f}" for value in at.y],
            _of(key, "gain", language): [_number(key, value) for value in table["gain"]],
        }
    )


def _of(key: str, head: str, language: Language) -> str:
    return say(f"stations.head.{head}", language, measure=say(f"stations.{key}", language))


def _number(key: str, value: float) -> str:
    return f"{value / M2_A_HECTARE:,.1f}" if key == "area_m2" else f"{value:,.0f}"


def _name(plan: Plan, code: str, language: Language) -> str:
    row = plan.grids.loc[code]
    english = str(row["name_en"]) if language == "en" else ""
    return str(row["label"]) or english or str(row["name"])
