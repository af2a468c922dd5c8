"""Towns of a city beside each other by all figures, and towns that lie far from the others.

How far a town lies off is told by the modified z-score of Iglewicz and Hoaglin (How to Detect and
Handle Outliers, ASQC, 1993): 0.6745 (x - median) / MAD, where MAD is the median of the distances
from the median. Up to half of the towns may be odd before it fails, where a mean and its deviation
follow a single one. Where more than half of the towns are equal, so that the MAD is 0, the mean of
the distances stands in its place: (x - median) / (1.2533 mean). Their limit is 3.5.

Sums grow with the town: that a large town has more is nothing to look into, so that outliers are
looked for among shares, means and indexes unless a sum is named.
"""

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from gridmap.city.catalogue import named_towns, none_planned
from gridmap.city.figures import SUMS
from gridmap.city.settings import Settings, read_settings
from gridmap.coverage import METRICS
from layers.contract.errors import UsageError, quoted

__all__ = ["COLUMNS", "FAR", "LEAST_TOWNS", "OF_UNITS", "compare_towns", "find_outliers"]

FAR = 3.5  # modified z-score from which a town lies far off
LEAST_TOWNS = 5  # fewer have no middle to lie far from
COLUMNS = ("key", "unit", "town", "value", "of", "median", "distance", "towns")
_OF_MAD, _OF_MEAN = 0.6745, 1 / 1.2533  # of a normal distribution: MAD and mean over deviation
_SAME = 1e-9  # part of the median: less is the rounding of sums
# What shares divide by, with the unit that it is counted in.
OF_UNITS = {
    **dict.fromkeys(("covered_share", "fallback_share"), "m2"),
    **dict.fromkeys(("objects_covered_share", "objects_divided_share"), "objects"),
    **dict.fromkeys(("division_rate", "file_rate"), "objects"),
    "households_covered_share": "households",
    "household_band_share": "grids",
    "posts_filled_share": "posts",
    "capacity_used_share": "officer-hours",
    "area_difference": "km2",
    "publication_rate": "objects",
    **dict.fromkeys(("boards_ready_share", "grids_described_share"), "grids"),
}
assert {metric.key for metric in METRICS if metric.unit == "share"} == set(OF_UNITS)


def compare_towns(
    folder: Path, towns: Sequence[str], *, area: str = "", figures: Collection[str] = ()
) -> pd.DataFrame:
    """Put towns beside each other by all figures, each with the middle of all towns.

    Parameters
    ----------
    folder
        Of the city; its catalogue is read.
    towns
        Folders, codes or names of towns with a plan.
    area
        Code or name of an area whose towns give the middle; "" for the city.
    figures
        Figures by key or name; none for all.

    Returns
    -------
    A row for each figure that one of the towns has, and each of the towns: `key`, `unit`, `town`
    (folder), `value`, `of` (what a share divides by; nan for others), `median` of all towns,
    `distance` from it as modified z-score (nan with fewer than `LEAST_TOWNS`), `towns` (how many
    have the figure). In the order of the catalogue of figures and of `towns`.

    Raises
    ------
    UsageError
        If there is no such town, area or figure, or a town has no plan.
    PlanError
        If no town is planned.
    """
    folder = Path(folder)
    chosen = list(dict.fromkeys(_town_of(folder, name) for name in towns))
    measured = _measured(folder, area, figures, also=chosen)
    bare = [name for name in chosen if name not in set(measured["town"])]
    if bare:
        raise UsageError(
            f"{', '.join(map(repr, bare))} has no plan, and no figures. Run 'city plan', or leave "
            "it out.",
            f"{quoted(*bare)}还没有方案，没有指标可比。请先运行 city plan，或不写该镇。",
        )
    order = {name: at for at, name in enumerate(chosen)}
    rows = measured[measured["town"].isin(chosen)]
    return rows.sort_values(
        "town", key=lambda names: names.map(order), kind="stable"
    ).sort_values("key", key=_in_order, kind="stable", ignore_index=True)  # fmt: skip


def find_outliers(folder: Path, *, area: str = "", figures: Collection[str] = ()) -> pd.DataFrame:
    """Find towns that lie far from the others by a figure.

    Parameters
    ----------
    folder
        Of the city; its catalogue is read.
    area
        Code or name of an area whose towns are compared; "" for all of the city.
    figures
        Figures by key or name; none for all that do not grow with the town.

    Returns
    -------
    As `compare_towns`, a row for each town and figure with a `distance` beyond `FAR`, above 0 where
    the town has more than the middle: the farthest first, then by figure and town.

    Raises
    ------
    UsageError
        If there is no such area or figure.
    PlanError
        If no town is planned.
    """
    measured = _measured(Path(folder), area, figures)
    if not figures:
        measured = measured[~measured["key"].isin(SUMS)]
    far = measured[measured["distance"].abs() > FAR]
    order = pd.DataFrame(
        {"far": -far["distance"].abs(), "key": _in_order(far["key"]), "town": far["town"]}
    ).sort_values(["far", "key", "town"])
    return far.loc[order.index].reset_index(drop=True)


def _measured(
    folder: Path, area: str, figures: Collection[str], also: Collection[str] = ()
) -> pd.DataFrame:
    """Give each town its distance from the middle of the towns of an area, by figure."""
    path = folder / "catalogue" / "figures.parquet"
    settings = read_settings(folder)
    keys = _checked_keys(figures)
    inside = _areas_in(settings, area)
    if not path.exists():
        raise none_planned(folder)
    table = pd.read_parquet(path)
    counted = table["area"].isin(inside)
    table = table[table["key"].isin(keys) & (counted | table["town"].isin(also))]
    table = table[table["value"].notna()].assign(counts=counted)
    parts = [_with_distance(part) for _, part in table.groupby("key", sort=False)]
    rows = pd.concat(parts) if parts else table.reindex(columns=list(COLUMNS))
    of = rows["weight"].where(rows["unit"] == "share") if parts else np.nan
    rows = rows.assign(of=of).sort_values("key", key=_in_order, kind="stable")
    return rows[list(COLUMNS)].reset_index(drop=True)


def _with_distance(part: pd.DataFrame) -> pd.DataFrame:
    """Measure one figure of all towns."""
    values = part.loc[part["counts"], "value"]
    median = float(values.median())
    off = part["value"] - median
    off = off.where(off.abs() > _SAME * abs(median), 0.0)
    apart = off[part["counts"]].abs()
    mad, mean = float(apart.median()), float(apart.mean())
    distance = off * (_OF_MAD / mad if mad else _OF_MEAN / mean if mean else np.nan)
    # Where all towns are equal nothing lies off, and what is compared with them lies off endlessly.
    distance = distance.fillna(np.sign(off) * np.inf).where(off != 0, 0.0)
    if len(values) < LEAST_TOWNS:
        distance = distance * np.nan
    return part.assign(median=median, distance=distance, towns=len(values))


def _areas_in(settings: Settings, area: str) -> set[str]:
    """Give the codes of an area and of all that lie in it."""
    codes = [settings.city.code, *(one.code for one in settings.areas)]
    named = {one.name: one.code for one in settings.areas} | {settings.city.name: codes[0]}
    code = named.get(area, area) or codes[0]
    if code not in codes:
        raise UsageError(
            f"The city has no area {area!r}. It has: {', '.join(codes[:20])}"
            f"{' …' if len(codes) > 20 else ''}.",
            f"城市中没有区域{quoted(area)}。现有：{'、'.join(codes[:20])}"
            f"{'…' if len(codes) > 20 else ''}。",
        )
    return {one for one in codes if code in settings.areas_above(one)}


def _checked_keys(figures: Collection[str]) -> list[str]:
    """Give the keys of figures that are named by key or by what they are called."""
    called = {
        name: one.key for one in METRICS for name in (one.key, one.label_zh, one.label_en.lower())
    }
    for name in figures:
        if name.lower() not in called:
            parts = [one for one in called if name.lower() in one]
            near = (parts or get_close_matches(name.lower(), called) or list(called))[:5]
            raise UsageError(
                f"There is no figure {name!r}. Similar: {', '.join(near)}.",
                f"没有指标{quoted(name)}。相近的有：{'、'.join(near)}。",
            )
    return [called[name.lower()] for name in figures] or [one.key for one in METRICS]


def _town_of(folder: Path, name: str) -> str:
    """Find a town by its folder, code or name."""
    rows = named_towns(folder)
    for column in ("town", "code", "name", "name_en"):
        found = rows.loc[rows[column] == name, "town"]
        if len(found) == 1:
            return str(found.iloc[0])
        if len(found) > 1:
            raise UsageError(
                f"{len(found)} towns are called {name!r}: {', '.join(found[:5])}. Give the folder.",
                f"有 {len(found)} 个镇叫{quoted(name)}：{'、'.join(found[:5])}。请写文件夹名。",
            )
    near = get_close_matches(name, [*rows["town"], *rows["name"]], n=3)
    hint = f" Similar: {', '.join(near)}." if near else ""
    hint_zh = f"相近的有：{'、'.join(near)}。" if near else ""
    raise UsageError(
        f"The city has no town {name!r} in its catalogue.{hint}",
        f"城市目录中没有镇{quoted(name)}。{hint_zh}",
    )


def _in_order(keys: pd.Series) -> pd.Series:
    return keys.map({metric.key: at for at, metric in enumerate(METRICS)})
