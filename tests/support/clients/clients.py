"""Programs of other makers, each asked for the same of a file: codes, areas, neighbours, types.

Each computes by itself: GDAL's command by SpatiaLite, PostGIS and DuckDB by their own GEOS, the
GEOS of ours on what GDAL's library has read, mapshaper and topojson-client by arcs.
"""

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pyogrio
import shapely

from tests.support.clients import programs
from tests.support.clients.reading import Reading, Source, pair
from tests.support.clients.throwaway_postgis import Database

__all__ = [
    "NAMES",
    "SCRIPTS",
    "in_javascript",
    "read_by_duckdb",
    "read_by_gdal",
    "read_by_geos",
    "read_by_mapshaper",
    "read_by_postgis",
]

NAMES = ("geos", "gdal", "duckdb", "postgis", "mapshaper")  # each has its `read_by_…`
SCRIPTS = Path(__file__).parent
# Places of the matrix of two shapes (DE-9IM): inside with inside, border with border.
INSIDES, BORDERS = 0, 4
KINDS = {
    **dict.fromkeys(("String", "VARCHAR", "character varying", "text", "object", "string"), "text"),
    **dict.fromkeys(("Integer", "Integer64", "INTEGER", "BIGINT", "integer", "bigint"), "whole"),
    **dict.fromkeys(("int16", "int32", "int64", "smallint", "SMALLINT"), "whole"),
    **dict.fromkeys(("Real", "DOUBLE", "double precision", "float64", "double"), "number"),
    **dict.fromkeys(("Date", "DATE", "date", "datetime64[D]", "date32[day]"), "day"),
    **dict.fromkeys(("DateTime", "TIMESTAMP_MS", "timestamp with time zone"), "moment"),
    "datetime64[ms]": "moment",
    **dict.fromkeys(("Integer(Boolean)", "BOOLEAN", "boolean", "bool"), "flag"),
}


def read_by_geos(source: Source) -> Reading:
    """Read with GDAL's library, as geopandas does, and compute with our GEOS."""
    if source.path.suffix == ".parquet":
        frame = gpd.read_parquet(source.path)
        kinds = {column.name: str(column.type) for column in pq.read_schema(source.path)}
    else:
        frame = gpd.read_file(source.opened, layer=source.layer, engine="pyogrio")
        told = pyogrio.read_info(source.opened, layer=source.layer)
        types = ("bool" if sub == "OFSTBoolean" else kind for kind, sub in _types(told))
        kinds = dict(zip(told["fields"], types, strict=True))
    if source.level is not None:
        frame = frame[frame["level"] == source.level]
    listed, frame = frame[source.key], frame[frame.geometry.notna()]
    shapes, codes = frame.geometry.to_numpy(), frame[source.key].to_numpy()
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, "intersects")
    first, second = first[first < second], second[first < second]
    related = shapely.relate(shapes[first], shapes[second])
    whole = shapely.get_parts(shapely.union_all(shapes))
    slivers = np.count_nonzero(~shapely.is_valid(shapes)) + (
        0 if shapely.coverage_is_valid(shapes) else 1
    )
    return _reading(
        listed,
        zip(codes, shapely.area(shapes), strict=True),
        zip(codes[first], codes[second], related, strict=True),
        slivers=slivers,
        gaps=int(shapely.get_num_interior_rings(whole).sum()),
        kinds=kinds,
        epsg=None if frame.crs is None else frame.crs.to_epsg(),
    )


def read_by_gdal(source: Source) -> Reading:
    """Read with GDAL's command, which computes in SQL by SpatiaLite."""
    programs.needed("GDAL")
    rows = _by_gdal(
        source,
        f"""select {source.key} as code, ST_Area({source.shape}) as area,
        ST_IsValid({source.shape}) as valid from "{source.layer}" where {source.rows}""",
    )
    those = f"""(select {source.key} as code, {source.shape} as shape
        from "{source.layer}" where {source.rows})"""
    pairs = _by_gdal(
        source,
        f"""select a.code as one, b.code as other, ST_Relate(a.shape, b.shape) as related
        from {those} a, {those} b where a.code < b.code and MbrIntersects(a.shape, b.shape)""",
    )
    (whole,) = _by_gdal(
        source,
        f"""select ST_NRings(shape) - ST_NumGeometries(shape) as gaps
        from (select ST_Union(shape) as shape from {those})""",
    )
    listed = programs.run("ogrinfo", "-ro", "-so", source.opened, source.layer)
    # As in "spatial: Integer(Boolean) (1.0)".
    kinds = dict(re.findall(r"^(\w+): ([A-Z]\w+(?:\(Boolean\))?) \(", listed, re.M))
    return _reading(
        (row["code"] for row in rows),
        ((row["code"], float(row["area"])) for row in rows if row["area"]),
        ((row["one"], row["other"], row["related"]) for row in pairs),
        slivers=sum(row["valid"] != "1" for row in rows if row["area"]),
        gaps=int(whole["gaps"]),
        kinds=kinds,
        epsg=_number(r'^    ID\["EPSG",(\d+)\]\]$', listed),
    )


def read_by_postgis(source: Source, database: Database, table: str = "handed") -> Reading:
    """Bring a layer into PostGIS by GDAL's command, as an administrator does, and ask there."""
    programs.needed("GDAL")
    programs.run(
        *("ogr2ogr", "-f", "PostgreSQL", f"PG:{database.dsn}", source.opened, source.layer),
        *("-nln", table, "-overwrite", "-lco", "GEOMETRY_NAME=shape", "-lco", "PRECISION=NO"),
        *("-lco", "FID=row_number_of_gdal"),
    )
    return ask_postgis(source, database, table)


def ask_postgis(source: Source, database: Database, table: str) -> Reading:
    """Ask PostGIS of a table whose column of shapes is `shape`."""
    rows = database.rows(
        f"""select {source.key} as code, ST_Area(shape) as area, ST_IsValid(shape) as valid
        from {table} where {source.rows}"""
    )
    pairs = database.rows(
        f"""with those as (select {source.key} as code, shape from {table} where {source.rows})
        select a.code as one, b.code as other, ST_Relate(a.shape, b.shape) as related
        from those a join those b on a.code < b.code and a.shape && b.shape"""
    )
    (whole,) = database.rows(
        f"""select ST_NRings(shape) - ST_NumGeometries(shape) as gaps
        from (select ST_Union(shape) as shape from {table} where {source.rows}) those"""
    )
    (column,) = database.rows(f"select srid from geometry_columns where f_table_name = '{table}'")
    columns = database.rows(
        f"""select column_name, data_type from information_schema.columns
        where table_name = '{table}' and column_name not in ('shape', 'row_number_of_gdal')"""
    )
    return _reading(
        (row["code"] for row in rows),
        ((row["code"], float(row["area"])) for row in rows if row["area"]),
        ((row["one"], row["other"], row["related"]) for row in pairs),
        slivers=sum(row["valid"] != "t" for row in rows if row["area"]),
        gaps=int(whole["gaps"]),
        kinds={row["column_name"]: row["data_type"] for row in columns},
        epsg=int(column["srid"]) or None,
    )


def read_by_duckdb(source: Source) -> Reading:
    """Read with DuckDB's spatial extension, which has a GDAL and a GEOS of its own."""
    programs.needed("DuckDB")
    import duckdb

    offline = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(config={"threads": 1, **offline}) as session:
        session.execute(f"load '{programs.duckdb_spatial()}'")
        asked = (
            f"read_parquet('{source.path}')"
            if source.path.suffix == ".parquet"
            else f"ST_Read('{source.opened}', layer = '{source.layer}')"
        )
        columns = session.sql(f"describe select * from {asked}").fetchall()
        shape, system = next((name, kind) for name, kind, *_ in columns if "GEOMETRY" in kind)
        session.execute(
            f"""create table those as select {source.key} as code, {shape} as shape
            from {asked} where {source.rows}"""
        )
        rows = session.sql("select code, ST_Area(shape), ST_IsValid(shape) from those").fetchall()
        pairs = session.sql(
            """select a.code, b.code, ST_Intersection(a.shape, b.shape) as common,
            ST_Length(ST_CollectionExtract(common, 2)) > 0, ST_Area(common) > 0
            from those a join those b on a.code < b.code and ST_Intersects(a.shape, b.shape)"""
        ).fetchall()
        (broken,) = session.sql(
            "select ST_IsEmpty(ST_CoverageInvalidEdges_Agg(shape)) from those"
        ).fetchone()
        (gaps,) = session.sql(
            """select sum(ST_NumInteriorRings(part.geom))::integer
            from (select unnest(ST_Dump(ST_Union_Agg(shape))) as part from those)"""
        ).fetchone()
    return Reading(
        codes=sorted(code for code, _, _ in rows),
        areas={code: area for code, area, _ in rows if area is not None},
        neighbours={pair(one, other) for one, other, _, line, _ in pairs if line},
        slivers=sum(valid is False for *_, valid in rows)
        + sum(over for *_, over in pairs)
        + (broken is False),
        gaps=gaps,
        kinds={name: KINDS[kind] for name, kind, *_ in columns if kind in KINDS},
        epsg=_number(r"EPSG\D*(\d+)\W*$", system),
    )


def read_by_mapshaper(source: Source) -> Reading:
    """Read with mapshaper, which finds the arcs; topojson-client finds the neighbours by them."""
    programs.needed("Node")
    chosen = ["-target", source.layer] if source.level is None else [
        *("-filter", f"level=={source.level}")
    ]  # fmt: skip
    told = {"path": str(source.path), "key": source.key, "chosen": chosen}
    folder = str(programs.node_modules())
    found = json.loads(
        programs.run("node", SCRIPTS / "mapshaper_reading.js", folder, told=json.dumps(told))
    )
    return Reading(
        codes=sorted(found["codes"]),
        areas=found["areas"],
        neighbours={pair(*both) for both in found["neighbours"]},
        slivers=0,  # they are faces of the mosaic, and counted with the gaps
        gaps=found["gaps"],
        kinds=found["kinds"],
    )


def in_javascript(kinds: Mapping[str, str]) -> dict[str, str]:
    """Give the kinds that JavaScript has: a number is a number, and a day is a text."""
    return {
        name: {"whole": "number", "day": "text"}.get(kind, kind) for name, kind in kinds.items()
    }


def _types(told: Mapping[str, object]) -> list[tuple[str, str]]:
    subtypes = told["ogr_subtypes"]
    kinds = told["dtypes"]
    return list(zip((str(kind) for kind in kinds), subtypes, strict=True))  # type: ignore[call-overload]


def _number(pattern: str, text: str) -> int | None:
    found = re.search(pattern, text, re.M)
    return int(found[1]) if found else None


def _by_gdal(source: Source, sql: str) -> list[dict[str, str]]:
    # A GeoPackage is asked through GDAL's own reading of it, and not as the database it is.
    dialect = "INDIRECT_SQLITE" if source.path.suffix == ".gpkg" else "SQLITE"
    answer = programs.run(
        *("ogr2ogr", "-f", "CSV", "/vsistdout/", source.opened),
        *("-dialect", dialect, "-sql", " ".join(sql.split())),
    )
    return list(csv.DictReader(io.StringIO(answer)))


def _reading(codes, areas, pairs, *, slivers, gaps, kinds, epsg) -> Reading:  # type: ignore[no-untyped-def]
    """Put together what was asked of rows and of pairs that meet, with their matrices."""
    pairs = list(pairs)
    return Reading(
        codes=sorted(codes),
        areas=dict(areas),
        neighbours={pair(one, other) for one, other, how in pairs if how[BORDERS] == "1"},
        slivers=slivers + sum(how[INSIDES] != "F" for *_, how in pairs),
        gaps=gaps,
        kinds={name: KINDS[kind] for name, kind in kinds.items() if kind in KINDS},
        epsg=epsg,
    )
