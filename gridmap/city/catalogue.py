"""The catalogue of a city: a row a town with its state and figures, and all towns' tables in one.

It is derived: `write_catalogue` makes it anew of what lies there for each town. It has no hour and
no seconds, so that it is the same whoever computed it.
"""

import json
import math
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from gridmap.city.derived import CRS, TABLES
from gridmap.city.figures import by_town, join_towns
from gridmap.city.folder import City, TownPlace
from gridmap.city.outcomes import Outcome, read_outcome
from gridmap.city.overview.outlines import write_outlines
from gridmap.city.search.names import town_row
from gridmap.city.settings import Area
from gridmap.coverage import METRICS
from layers.contract.errors import PlanError, quoted
from layers.files.atomic import replacing

__all__ = [
    "CATALOGUE",
    "GRIDS",
    "areas_of",
    "grids_of",
    "named_towns",
    "none_planned",
    "read_catalogue",
    "town_grids",
    "write_catalogue",
]

CATALOGUE = "catalogue.parquet"
# Rows of a group of what is read from end to end; of other tables each town is a group.
_TOGETHER = {"names": 100_000}
GRIDS = "grids.parquet"
_ROW = ("town", "code", "name", "name_en", "area", "state", "fault", "fault_zh", "inputs", "plan")


def write_catalogue(city: City) -> pd.DataFrame:
    """Write the catalogue of a city: `catalogue.parquet`, all towns' tables, and their outlines.

    Returns
    -------
    A row a town in the order of names: `town` (its folder), `code`, `name`, `name_en`, `area`,
    `state`, `fault`, `fault_zh`, `inputs`, `plan` (digests), and a column for each figure.
    """
    city.catalogue.mkdir(exist_ok=True)
    rows = []
    for town in city.towns:
        outcome = read_outcome(city.derived_of(town.name))
        rows.append({**_told(town, outcome), **_figures(city, town)})
    keys = [metric.key for metric in METRICS]
    frame = pd.DataFrame(rows, columns=[*_ROW, *keys])
    frame = frame.astype(dict.fromkeys(_ROW, "str") | dict.fromkeys(keys, "float64"))
    for table in TABLES:
        _join(city, table)
    write_outlines(city)
    # The last of all: by it whoever looks knows that there is something new to read.
    with replacing(city.catalogue / CATALOGUE, overwrite=True) as draft:
        frame.to_parquet(draft, index=False)
    return frame


def read_catalogue(city: City) -> pd.DataFrame:
    """Give the catalogue; made first where there is none."""
    path = city.catalogue / CATALOGUE
    return pd.read_parquet(path) if path.exists() else write_catalogue(city)


def named_towns(folder: Path) -> pd.DataFrame:
    """Name the towns of a city as its catalogue has them, without reading their rules.

    Returns
    -------
    `town` (folder), `code`, `name`, `name_en`, `area`, `state`; no row without a catalogue.
    """
    path, columns = folder / "catalogue" / CATALOGUE, ["town", "code", "name", "name_en"]
    columns += ["area", "state"]
    if not path.exists():
        return pd.DataFrame(columns=columns, dtype="str")
    return pd.read_parquet(path, columns=columns)


def grids_of(
    city: City, *, columns: Sequence[str], filters: Sequence[tuple[str, str, object]]
) -> gpd.GeoDataFrame:
    """Give grids of all towns: some columns of those that the filters let through, with ground.

    Parameters
    ----------
    columns
        Without `geometry`, which is always given.
    filters
        As Parquet knows them: ("level", "==", 1).

    Raises
    ------
    PlanError
        If no town is planned.
    """
    path = city.catalogue / GRIDS
    if not path.exists():
        raise none_planned(city.folder)
    grids = gpd.read_parquet(path, columns=[*columns, "geometry"], filters=list(filters))
    return grids[grids.geometry.notna() & ~grids.geometry.is_empty]


def none_planned(folder: Path) -> PlanError:
    """Say that no town of a city is planned."""
    return PlanError(
        f"No town of {str(folder)!r} is planned yet. Plan them first: 'city plan'.",
        f"{quoted(folder)}还没有已编制方案的镇。请先运行 city plan。",
    )


def town_grids(
    path: Path, towns: Collection[str], *, columns: Sequence[str]
) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Give the grids of some towns one after the other, reading no more than their rows.

    Parameters
    ----------
    path
        The file of all towns' grids, `GRIDS` of the catalogue.
    towns
        By folder; one that is not there is left out.
    columns
        Without `geometry`, which is always given.
    """
    with pq.ParquetFile(path) as file:
        at = file.schema_arrow.names.index("town")
        for group in range(file.num_row_groups):
            town = file.metadata.row_group(group).column(at).statistics.min
            if town in towns:
                table = file.read_row_group(group, columns=[*columns, "geometry"])
                shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
                rows = table.drop_columns("geometry").to_pandas()
                yield town, gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS)


def areas_of(city: City, towns: pd.DataFrame | None = None) -> pd.DataFrame:
    """Roll the figures of towns up to the areas above them.

    Parameters
    ----------
    city
        The city.
    towns
        Each `town` with its `area`; as the catalogue has them where not given.

    Returns
    -------
    A row for the city and each of its areas, by code: `name`, `name_en`, `level`, `parent`, `towns`
    (how many lie in it), `planned` (how many of them have a plan), and a column for each figure.
    """
    catalogue = read_catalogue(city) if towns is None else towns
    path = city.catalogue / "figures.parquet"
    figures = pd.read_parquet(path) if path.exists() else pd.DataFrame()
    settings = city.settings
    top = Area(
        code=settings.city.code,
        name=settings.city.name,
        name_en=settings.city.name_en,
        level=settings.levels[0].key,
    )
    rows: list[dict[str, Any]] = [
        area.model_dump() | {"parent": "" if area is top else area.parent or top.code}
        for area in (top, *settings.areas)
    ]
    above: dict[str, str] = {row["code"]: row["parent"] for row in rows}
    inside: dict[str, list[str]] = {code: [] for code in above}
    for town, area in zip(catalogue["town"], catalogue["area"], strict=True):
        while area in inside:
            inside[area].append(town)
            area = above[area]
    value, weight = by_town(figures) if len(figures) else (pd.DataFrame(), pd.DataFrame())
    for row in rows:
        towns = inside[row["code"]]
        planned = value.index.intersection(towns)
        row |= {"towns": len(towns), "planned": len(planned)}
        row |= join_towns(value.loc[planned], weight.loc[planned]).to_dict() if len(planned) else {}
    keys = [metric.key for metric in METRICS]
    columns = ["name", "name_en", "level", "parent", "towns", "planned", *keys]
    return pd.DataFrame(rows).set_index("code").reindex(columns=columns)


def _told(town: TownPlace, outcome: Outcome | None) -> dict[str, str]:
    state, fault = "waiting", town.fault
    if town.rules is None:
        state = "failed"
    elif outcome is not None:
        state, fault = outcome.state, outcome.fault
    return {
        "town": town.name,
        "code": town.code,
        "name": town.rules.town.name if town.rules is not None else town.name,
        "name_en": town.rules.town.name_en if town.rules is not None else "",
        "area": town.area,
        "state": state,
        "fault": str(fault) if fault else "",
        "fault_zh": fault.zh if fault else "",
        "inputs": outcome.inputs if outcome else "",
        "plan": outcome.derived_of if outcome else "",
    }


def _figures(city: City, town: TownPlace) -> dict[str, float]:
    path = city.derived_of(town.name) / "figures.parquet"
    if not path.exists():
        return {}
    table = pd.read_parquet(path)
    return dict(zip(table["key"], table["value"], strict=True))


def _join(city: City, table: str) -> None:
    """Put the table of all towns into one file, a group of rows each, so that few can be read."""
    places = [(town, city.derived_of(town.name) / f"{table}.parquet") for town in city.towns]
    schemas = [pq.read_schema(path) for _, path in places if path.exists()]
    if not schemas:
        return
    schema = _schema(schemas)
    target, together = city.catalogue / f"{table}.parquet", _TOGETHER.get(table, 1)
    with (
        replacing(target, overwrite=True, private=True) as draft,
        pq.ParquetWriter(draft, schema, compression="zstd") as writer,
    ):
        held: list[pa.Table] = []
        for town, path in places:
            part = pq.read_table(path) if path.exists() else _unplanned(town, table)
            if part is None:
                continue
            for at, name in enumerate(("town", "area")):
                value = town.name if name == "town" else town.area
                part = part.add_column(at, name, pa.array([value] * len(part), pa.string()))
            held.append(_fitted(part, schema))
            if sum(map(len, held)) >= together:
                writer.write_table(pa.concat_tables(held))
                held.clear()
        if held:
            writer.write_table(pa.concat_tables(held))


def _fitted(part: pa.Table, schema: pa.Schema) -> pa.Table:
    """Bring a table into the columns of all; one that an earlier program did not know is empty."""
    columns = [
        part[field.name] if field.name in part.column_names else pa.nulls(len(part), field.type)
        for field in schema
    ]
    return pa.table(columns, names=schema.names).cast(schema)


def _unplanned(town: TownPlace, table: str) -> pa.Table | None:
    """Give what a table tells of a town without a plan: its name alone."""
    if table != "names":
        return None
    named = town.rules.town if town.rules is not None else None
    name, name_en = (named.name, named.name_en) if named else (town.name, "")
    return pa.Table.from_pandas(town_row(town.code, name, name_en), preserve_index=False)


def _schema(schemas: list[pa.Schema]) -> pa.Schema:
    """Give the schema of all: columns of the first, with the box of all in that of geometries."""
    # A column that is empty in one town has its kind from another.
    own = pa.unify_schemas([one.remove_metadata() for one in schemas], promote_options="permissive")
    fields = [pa.field("town", pa.string()), pa.field("area", pa.string()), *own]
    whole = pa.schema(fields)
    geo = [json.loads(one.metadata[b"geo"]) for one in schemas if b"geo" in (one.metadata or {})]
    if not geo:
        return whole
    # A town whose objects have no place has no box.
    boxes = [one["columns"][one["primary_column"]].get("bbox", ()) for one in geo]
    primary = geo[0]["columns"][geo[0]["primary_column"]]
    solid = [one for one in boxes if one and all(map(math.isfinite, one))]
    if solid:
        primary["bbox"] = [
            *(min(one[at] for one in solid) for at in (0, 1)),
            *(max(one[at] for one in solid) for at in (2, 3)),
        ]
    kinds = {
        kind for one in geo for kind in one["columns"][one["primary_column"]]["geometry_types"]
    }
    primary["geometry_types"] = sorted(kinds)
    return whole.with_metadata({b"geo": json.dumps(geo[0]).encode()})
