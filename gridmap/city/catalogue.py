"""The catalogue of a city: a row a town with its state and figures, and all towns' tables in one.

It is derived: `write_catalogue` makes it anew of what lies there for each town. It has no hour and
no seconds, so that it is the same whoever computed it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from gridmap.city.joined import DamagedTables, join_tables
from gridmap.city.outcomes import Outcome, read_outcome, write_outcome
from gridmap.city.overview.outlines import write_outlines
from gridmap.city.settings import Area
from gridmap.coverage import METRICS
from layers.contract.errors import PlanError, quoted
from layers.files.atomic import replacing

__all__ = [
    "CATALOGUE",
    "GRIDS",
    "Renewed",
    "areas_of",
    "grids_of",
    "named_towns",
    "none_planned",
    "read_catalogue",
    "town_grids",
    "write_catalogue",
    "written_catalogue",
]

CATALOGUE = "catalogue.parquet"
GRIDS = "grids.parquet"
_ROW = ("town", "code", "name", "name_en", "area", "state", "fault", "fault_zh", "inputs", "plan")


@dataclass(frozen=True)
class Renewed:
    """What was not as it should be among what is derived of towns.

    Attributes
    ----------
    mended
        Towns whose tables were damaged: derived anew, or taken away where there is no plan that
        can be read.
    gone
        Towns that are in the city no more, whose tables were removed.
    """

    mended: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def write_catalogue(city: City, renewed: Renewed | None = None) -> pd.DataFrame:
    """Write the catalogue of a city: `catalogue.parquet`, all towns' tables, and their outlines.

    Parameters
    ----------
    city
        The city, with all its towns.
    renewed
        To which is added what was not as it should be.

    Returns
    -------
    A row a town in the order of names: `town` (its folder), `code`, `name`, `name_en`, `area`,
    `state`, `fault`, `fault_zh`, `inputs`, `plan` (digests), and a column for each figure.

    Raises
    ------
    PlanError
        If tables of a town cannot be read though they were derived anew.
    """
    city.make_folders(plans=False)
    renewed = renewed or Renewed()
    renewed.gone.extend(_drop_gone(city))
    again: set[str] = set()
    while True:
        try:
            join_tables(city)
            break
        except DamagedTables as damaged:
            if again & set(damaged.towns):  # it is not the tables: no third time
                raise _unreadable(damaged.towns) from damaged
            _derive_anew(city, damaged.towns)
            again.update(damaged.towns)
    renewed.mended.extend(sorted(again))
    figures = _figures(city)
    rows = [
        {**_told(town, read_outcome(city.derived_of(town.name))), **figures.get(town.name, {})}
        for town in city.towns
    ]
    keys = [metric.key for metric in METRICS]
    frame = pd.DataFrame(rows, columns=[*_ROW, *keys])
    frame = frame.astype(dict.fromkeys(_ROW, "str") | dict.fromkeys(keys, "float64"))
    write_outlines(city)
    # The last of all: by it whoever looks knows that there is something new to read.
    with replacing(city.catalogue / CATALOGUE, overwrite=True) as draft:
        frame.to_parquet(draft, index=False)
    return frame


def read_catalogue(city: City) -> pd.DataFrame:
    """Give the catalogue of a city with all its towns; made first where none can be read."""
    found = written_catalogue(city.folder)
    return write_catalogue(city) if found is None else found


def written_catalogue(folder: Path) -> pd.DataFrame | None:
    """Give the catalogue as it is written in the folder of a city; None where none can be read."""
    try:
        return pd.read_parquet(folder / "catalogue" / CATALOGUE)
    except (pa.ArrowException, OSError):  # damaged, or none: it is derived
        return None


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


def _drop_gone(city: City) -> list[str]:
    """Remove the tables of towns that are in the city no more; their plans stay.

    What is known of how a plan was made stays as well, so that it is known again when its town
    comes back.
    """
    names, gone = {town.name for town in city.towns}, []
    folders = (city.catalogue / "towns").glob("*")
    for folder in sorted(one for one in folders if one.is_dir() and one.name not in names):
        tables = [folder / f"{name}.parquet" for name in TABLES]
        tables = [path for path in tables if path.exists()]
        if not tables:
            continue
        outcome = read_outcome(folder)
        if outcome is not None:
            write_outcome(folder, replace(outcome, derived_of=""))
        for path in tables:
            path.unlink()
        gone.append(folder.name)
    return gone


def _unreadable(towns: Collection[str]) -> PlanError:
    return PlanError(
        f"The tables derived from the plans of {', '.join(map(repr, towns))} cannot be read, "
        "though they were made anew. See to the disk and to permissions in the folder 'catalogue'.",
        f"{quoted(*towns)}的派生数据表重新生成后仍无法读取。"
        "请检查磁盘，以及 catalogue 文件夹的权限。",
    )


def _derive_anew(city: City, towns: Collection[str]) -> None:
    """Derive damaged tables again; they are taken away where the plan cannot be read."""
    from gridmap.city.worker import derive_again  # loads all that makes plans

    for name in towns:
        derived = city.derived_of(name)
        if not derive_again(city.plan_of(name), derived):
            for table in TABLES:
                (derived / f"{table}.parquet").unlink(missing_ok=True)


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


def _figures(city: City) -> Mapping[str, Mapping[str, float]]:
    """Give the figures of each town that has some."""
    path = city.catalogue / "figures.parquet"
    if not path.exists():
        return {}
    table = pd.read_parquet(path, columns=["town", "key", "value"])
    return table.pivot(index="town", columns="key", values="value").to_dict(orient="index")
