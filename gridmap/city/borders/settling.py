"""A border between two towns settled: both plans are made, checked beside each other, put in place.

What the towns were given as their grids is not changed. They agree on ground that one gives and the
other takes; every plan of theirs follows it from then on, until they agree on something else.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gridmap.city.borders.agreeing import Agreement, agree_on_line, agree_on_town
from gridmap.city.borders.checking import Outlines, outlines_of
from gridmap.city.borders.drafts import check_drafts, compare_drafts, make_drafts
from gridmap.city.borders.journal import (
    Part,
    drop_drafts,
    finish_settling,
    is_settling,
    put_in_place,
)
from gridmap.city.borders.record import NAME, read_agreed, read_moves, write_moves
from gridmap.city.catalogue import read_catalogue, write_catalogue
from gridmap.city.folder import City, TownPlace, open_city
from gridmap.city.needs import is_frozen, look_at
from gridmap.city.outcomes import read_outcome
from gridmap.city.running import Report, alone_in, plan_city
from gridmap.city.worker import digest_of
from gridmap.town.agreed_borders import GIVEN, TAKEN
from layers.contract.errors import Named, PlanError, UsageError, quoted
from layers.disks.local_only import require_local
from layers.files.database_files import settle
from layers.landuse.lines import read_lines

__all__ = ["OWN", "Settled", "Tried", "agreed_with", "agreement_by", "settle_border",
           "try_border"]  # fmt: skip

OWN = "own"  # each town draws the border itself again


@dataclass(frozen=True)
class Settled:
    """What became of a border.

    Attributes
    ----------
    moves
        By `town`: `given_m2`, `taken_m2`, and `is_planned`, whether its plan was made anew.
    report
        Of the run that made the tables of these towns anew.
    """

    moves: pd.DataFrame
    report: Report


@dataclass(frozen=True)
class Tried:
    """What would become of a border.

    Attributes
    ----------
    moves
        As of `Settled`.
    figures
        As `compare_drafts` gives them.
    losing
        Towns whose plans were edited or frozen since they were made, and would lose that.
    """

    moves: pd.DataFrame
    figures: pd.DataFrame
    losing: tuple[str, ...]


@dataclass(frozen=True)
class _Drafted:
    """Plans that are made and fit together, not in their places yet."""

    city: City
    pair: tuple[TownPlace, TownPlace]
    changed: list[TownPlace]
    moves: Mapping[str, gpd.GeoDataFrame]
    parts: list[Part]


def settle_border(
    city: City,
    one: str,
    other: str,
    *,
    by: str,
    anew: Collection[str] = (),
    tell: Callable[[str], None] | None = None,
    ask: Callable[[], None] | None = None,
) -> Settled:
    """Give two towns one border, in both plans or in none.

    Parameters
    ----------
    city
        Both towns are planned, and nothing has changed since.
    one, other
        The towns, by folder or code.
    by
        What counts: the drawing of one of the two, by folder or code; a layer of lines, by its
        path; or "own": they take back what they had agreed on.
    anew
        Towns that may be planned anew though they are frozen, or edited: then edits are lost.
    tell
        Called with what is being done.
    ask
        Called when both plans are made, before anything is put in place; raises where that is
        not allowed any more, and nothing has changed.

    Raises
    ------
    PlanError
        If a town is not ready, or the plans do not fit together after; then nothing has changed.
    NetworkDiskError
        If the city lies on a disk of the network.
    CityBusyError
        If a run of the city is going on.
    InUseError
        If another program has one of the plans open.
    GridmapError
        If a town, a line or a plan cannot be read or made.
    """
    may_lose = {city.town(name).name for name in anew}
    with _drafted(city, one, other, by, tell, may_lose) as made:
        if ask is not None:
            ask()
        put_in_place(made.city, made.parts)
    report = plan_city(open_city(city.folder), only=[town.name for town in made.changed])
    return Settled(_told(made.moves, made.pair, made.changed), report)


def try_border(
    city: City, one: str, other: str, *, by: str, tell: Callable[[str], None] | None = None
) -> Tried:
    """Make the plans that a border would give, lay them beside those that are there, leave these.

    Parameters
    ----------
    city, one, other, by, tell
        As of `settle_border`.

    Raises
    ------
    GridmapError
        As `settle_border`, but for edits: they are told.
    """
    with _drafted(city, one, other, by, tell, None) as made:
        figures = compare_drafts(made.city, made.changed)
        losing = tuple(town.name for town in made.changed if _would_lose(made.city, town))
    return Tried(_told(made.moves, made.pair, made.changed), figures, losing)


@contextmanager
def _drafted(
    city: City,
    one: str,
    other: str,
    by: str,
    tell: Callable[[str], None] | None,
    may_lose: Collection[str] | None,
) -> Iterator[_Drafted]:
    """Have the city alone, with both plans made beside those that are there.

    Edits of towns that are not in `may_lose` are refused; None: nothing will be lost.
    """
    require_local(city.folder)
    with alone_in(city):
        finish_settling(city, anew=may_lose or ())
        city = open_city(city.folder)
        pair = city.town(one), city.town(other)
        if pair[0] is pair[1]:
            raise UsageError(
                "A border lies between two towns: name another one.",
                "边界在两个镇之间：请另指定一个镇。",
            )
        for town in pair:
            settle(city.plan_of(town.name))  # what another program left beside it is an edit too
            _require_planned(city, town)
        _refresh_catalogue(city)
        outlines = outlines_of(city)
        moves = _new_moves(city, pair, outlines, by)
        try:
            layers = {
                name: write_moves(city.town(name).folder, frame) for name, frame in moves.items()
            }
            after = open_city(city.folder, agreed=read_agreed(city.folder) | layers)
            changed = [town for town in pair if after.town(town.name).rules_text != town.rules_text]
            _require_change(pair, changed)
            if may_lose is not None:
                _refuse_loss(city, [town for town in changed if town.name not in may_lose])
            parts = make_drafts(city, after, changed, tell or (lambda _text: None))
            check_drafts(city, outlines, changed, pair, is_agreed=by != OWN)
            parts = [replace(part, agreed=layers[part.town]) for part in parts]
            yield _Drafted(city, pair, changed, moves, parts)
        finally:
            if not is_settling(city):  # who finishes it needs the new layers
                drop_drafts(city)
                _sweep(open_city(city.folder))


def _sweep(city: City) -> None:
    """Remove layers of agreed borders that count no longer, or never did."""
    for town in city.towns:
        entry = town.rules.agreed_borders if town.rules is not None else None
        for layer in town.folder.glob(NAME):
            if town.rules is not None and (entry is None or entry.file != layer.name):
                layer.unlink()


def _refresh_catalogue(city: City) -> None:
    """Bring in towns that a run has planned which was stopped before it wrote the catalogue."""
    told = read_catalogue(city).set_index("town")["plan"].to_dict()
    outcomes = {town.name: read_outcome(city.derived_of(town.name)) for town in city.towns}
    if told != {name: one.derived_of if one else "" for name, one in outcomes.items()}:
        write_catalogue(city)


def _require_planned(city: City, town: TownPlace) -> None:
    need = look_at(city, town)
    if need.task is not None and not (need.task.derive_only and need.fault is None):
        raise PlanError(
            f"{town.name!r} is not planned, or its data have changed since. Plan it first: 'city "
            "plan'.",
            f"{quoted(town.name)}尚未编制方案，或之后数据有变。请先运行 city plan。",
        )
    if need.state in ("failed", "stale"):
        why = need.fault or Named("it failed", "编制失败")
        raise PlanError(
            f"{town.name!r} is not ready: {why} Plan it first.",
            f"{quoted(town.name)}尚不可用：{why.zh}请先编制方案。",
        )


def _require_change(pair: tuple[TownPlace, TownPlace], changed: list[TownPlace]) -> None:
    """Refuse where nothing changes."""
    if not changed:
        raise UsageError(
            f"Nothing is to be settled between {pair[0].name!r} and {pair[1].name!r}: they draw "
            "their border alike.",
            f"{quoted(pair[0].name, pair[1].name)}之间的边界一致，无须商定。",
        )


def _refuse_loss(city: City, towns: list[TownPlace]) -> None:
    """Refuse where a plan would lose something."""
    for town in towns:
        if _would_lose(city, town):
            raise PlanError(
                f"The plan of {town.name!r} has been edited or frozen since it was made, and would "
                f"be made anew. Say so if its edits may be lost: --anew {town.name}.",
                f"{quoted(town.name)}的方案生成后经过修改或已冻结，重新划分会失去修改。"
                f"如可放弃，请加 --anew {town.name}。",
            )


def _would_lose(city: City, town: TownPlace) -> bool:
    outcome, place = look_at(city, town).outcome, city.plan_of(town.name)
    return outcome is None or outcome.plan != digest_of(place) or is_frozen(place)


def _new_moves(
    city: City, pair: tuple[TownPlace, TownPlace], outlines: Outlines, by: str
) -> dict[str, gpd.GeoDataFrame]:
    """Give what each town of a pair gives and takes from now on, with what it did before."""
    before = {town.name: _moves_of(town) for town in pair}
    if by == OWN:
        kept = {}
        for town, other in (pair, pair[::-1]):
            rows = before[town.name]
            kept[town.name] = rows[rows["other"] != other.code].reset_index(drop=True)
        return kept
    agreement = agreement_by(pair, outlines, by)
    found = {}
    for town, other in (pair, pair[::-1]):
        rows = before[town.name]
        number = int(rows["number"].max()) + 1 if len(rows) else 1
        kinds = {GIVEN: agreement.given[town.name], TAKEN: agreement.taken[town.name]}
        solid = {kind: shape for kind, shape in kinds.items() if not shape.is_empty}
        new = gpd.GeoDataFrame(
            {"number": number, "kind": list(solid), "other": other.code},
            geometry=list(solid.values()),
            crs=outlines.crs,
        ).to_crs(rows.crs)
        if new.empty:
            found[town.name] = rows  # to the last byte: a plan that need not change does not
        else:
            found[town.name] = pd.concat([rows, new], ignore_index=True) if len(rows) else new
    return found


def _moves_of(town: TownPlace) -> gpd.GeoDataFrame:
    assert town.rules is not None
    entry = town.rules.agreed_borders
    if entry is not None:
        return read_moves(town.folder / entry.file)
    empty = {"number": np.array([], dtype="int64"), "kind": [], "other": []}
    return gpd.GeoDataFrame(empty, geometry=[], crs=CRS(town.rules.town.crs))


def agreed_with(
    pair: tuple[TownPlace, TownPlace], crs: CRS
) -> tuple[dict[str, shapely.Geometry], dict[str, shapely.Geometry]]:
    """Give the ground that each of two towns has agreed to give, and to take, by name."""
    found: tuple[dict[str, shapely.Geometry], ...] = ({}, {})
    for town, other in (pair, pair[::-1]):
        rows = _moves_of(town).to_crs(crs)
        rows = rows[rows["other"] == other.code]
        for ground, kind in zip(found, (GIVEN, TAKEN), strict=True):
            ground[town.name] = shapely.union_all(rows.geometry[rows["kind"] == kind].to_numpy())
    return found[0], found[1]


def agreement_by(pair: tuple[TownPlace, TownPlace], outlines: Outlines, by: str) -> Agreement:
    """Give what two towns give and take where the drawing of one, or a file of lines, counts."""
    for town, other in (pair, pair[::-1]):
        if by in (town.name, town.code):
            return agree_on_town(outlines, town.name, other.name)
    lines, _ = read_lines(Path(by), crs=outlines.crs)
    line = shapely.union_all(lines.geometry.to_numpy())
    return agree_on_line(outlines, pair[0].name, pair[1].name, line)


def _told(
    moves: Mapping[str, gpd.GeoDataFrame],
    pair: tuple[TownPlace, TownPlace],
    changed: list[TownPlace],
) -> pd.DataFrame:
    """Sum up what each town gives and takes now, by all it has agreed on with the other."""
    rows = []
    for town, other in (pair, pair[::-1]):
        frame = moves[town.name]
        mine = frame[frame["other"] == other.code]
        sums = mine.geometry.area.groupby(mine["kind"]).sum()
        rows.append(
            (town.name, *(round(float(sums.get(kind, 0.0)), 2) for kind in (GIVEN, TAKEN)),
             town in changed)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["town", "given_m2", "taken_m2", "is_planned"])
