"""Registers: lists of what an officer has to visit by name, joined to ground by record or point."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contract.columns import OBJECTS, with_dtypes
from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.identifiers import as_codes, repaired_codes, require_digits, without_errors
from layers.contract.issues import Issue, make_issues
from layers.contract.text import NOTHING, as_text
from layers.location.crs import WORK_CRS, parse_work_crs
from layers.location.placing import place, read_placed
from layers.reading.features import Declared, Reading
from layers.reading.layer import require_columns
from layers.registers.classes import class_of_category
from layers.registers.object_facts import read_facts
from layers.sheets.coordinates import has_positions, table_features
from layers.sheets.reading import TABLE_ENDINGS, open_table
from layers.sheets.table_rows import TOTALS, error_cells_of_layer, left_out, totals_without_id

__all__ = ["read_register"]


def read_register(
    path: Path,
    *,
    category: str,
    id_column: str,
    crs: Any,
    kind: str = "",
    layer: str | None = None,
    name_column: str | None = None,
    record_column: str | None = None,
    position: tuple[str, str] | None = None,
    facts: Mapping[str, str] | None = None,
    fields: Sequence[str] = (),
    declared: Declared | None = None,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read a register of objects.

    Parameters
    ----------
    path, layer
        A table (.csv, .xlsx, .dbf), with or without positions, or a map layer.
    category
        Category or sub-class of the ground that the objects are work on; "" for objects that ask
        for no work of their own, such as institutions.
    kind
        Class of the objects (`layers.registers.classes`); "" takes that of the category.
    id_column, name_column
        Columns with the id of an object, which must be unique, and its name.
    record_column
        Column with the record of the ground layer that the object lies on. A table without
        positions needs it; without it its polygon or point places each object.
    position
        Columns of a table with x or longitude and y or latitude, where their headers do not say it.
    facts
        Columns with what else is told of an object, by ours (`credit_code`, `staff` …), where their
        headers do not say it.
    fields
        Columns that are filled in a complete file of an object.
    crs
        Work CRS in metres.
    declared
        CRS, datum or encoding that the town declares for the file.

    Returns
    -------
    An OBJECTS frame with index `object_id` = `<file>:<id>`, so that two registers may number their
    objects alike; and the ISSUES of reading. The geometry is a polygon or a point, or None for an
    object placed by record.

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the register cannot be read, lacks a column, or has an id twice or not at all.
    """
    path = Path(path)
    what = Named(f"Register {path.name!r}", f"登记表{quoted(path.name)}")
    given_facts = dict(facts or {})
    columns = [id_column, name_column, record_column, *(position or ())]
    columns += [*given_facts.values(), *fields]
    declared = declared or Declared()
    if path.suffix.lower() in TABLE_ENDINGS:
        needed = {name for name in columns if name}
        table = open_table(
            path,
            sheet=layer,
            encoding=declared.encoding,
            wanted=lambda names: {} if needed <= set(names) else None,
        )
        require_columns(table.frame, columns, what)
        gdf, notes = _table_objects(
            table.frame, record_column, position, path.name, what, crs, declared
        )
        notes, dated = [*table.issues, *notes], table.dated
    else:
        gdf, notes = read_placed(path, crs=crs, what=what, layer=layer, declared=declared)
        require_columns(gdf, columns, what)
        dated = {}
        notes += error_cells_of_layer(gdf, [name_column, record_column], path)
    given = as_text(gdf[id_column])
    totals = totals_without_id(gdf.drop(columns=gdf.geometry.name), given)
    notes += left_out(gdf, totals, given, path.name, TOTALS)
    gdf = gpd.GeoDataFrame(gdf[~totals])
    ids = as_codes(gdf[id_column])
    require_digits(ids, what=what, name=id_column, dated=dated.get(id_column, []))
    _require_ids(ids, what, id_column)
    notes += repaired_codes(gdf[id_column], ids, file=path.name, name=id_column)
    records, told = _records(gdf, record_column, what, path.name, dated)
    notes += told
    told_facts, doubts = read_facts(pd.DataFrame(gdf), given_facts, fields, file=path.name)
    notes += doubts
    frame = gpd.GeoDataFrame(
        {
            "register": path.name,
            "class": kind or class_of_category(category),
            "category": category,
            "name": without_errors(as_text(gdf[name_column])) if name_column else "",
            "record": records,
            "grid_code": "",
            "patch_id": "",
            **told_facts,
        },
        index=gdf.index,
        geometry=_placed(gdf.geometry),
        crs=gdf.crs,
    )
    frame.index = pd.Index(path.stem + ":" + ids, dtype="str", name="object_id")
    return gpd.GeoDataFrame(with_dtypes(frame, OBJECTS)), make_issues(notes, gdf.crs)


def _records(
    gdf: gpd.GeoDataFrame,
    column: str | None,
    what: Named,
    file: str,
    dated: Mapping[str, list[object]],
) -> tuple[pd.Series, list[Issue]]:
    """Read the records that the objects lie on."""
    if column is None:
        return pd.Series("", index=gdf.index, dtype="str"), []
    given = as_codes(gdf[column])
    records = without_errors(given.where(~given.isin(NOTHING), ""))
    require_digits(records, what=what, name=column, dated=dated.get(column, []))
    return records, repaired_codes(gdf[column], given, file=file, name=column)


def _table_objects(
    table: pd.DataFrame,
    record_column: str | None,
    position: tuple[str, str] | None,
    file: str,
    what: Named,
    crs: Any,
    declared: Declared,
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Place the rows of a table by record, or by the positions in its columns."""
    if record_column is not None:
        work = parse_work_crs(crs, WORK_CRS)
        return gpd.GeoDataFrame(table, geometry=[None] * len(table), crs=work), []
    if position is None and not has_positions(table):
        raise LayerSchemaError(
            f"{what} is a table without positions. Name the column that holds the record of the "
            'ground layer with record_column = "…" in rules.toml, or the columns of the position '
            'with x_column = "…" and y_column = "…", or add the columns 经度 and 纬度.',
            f'{what.zh}没有坐标。请在 rules.toml 中用 record_column = "…" 指明'
            '哪一列是用地图层的记录编号，或用 x_column = "…"、y_column = "…" 指明坐标所在的两列，'
            "或加上“经度”“纬度”两列。",
        )
    frame, why, issues = table_features(table, file=file, position=position)
    reading = Reading(frame, file, "table", "", "", why, why, tuple(issues))
    return place(reading, crs=crs, what=what, declared=declared)


def _placed(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """Give the sound polygon of each object, or a point of anything else."""
    flat = shapely.force_2d(geometry.to_numpy())
    finite = np.isfinite(shapely.bounds(flat)).all(axis=1) | shapely.is_missing(flat)
    shapes = np.where(finite, flat, None)
    areas = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    polygons = np.isin(shapely.get_type_id(areas), (3, 6)) & (shapely.area(areas) > 0)
    placed = np.where(polygons, areas, shapely.point_on_surface(shapes))
    return gpd.GeoSeries(placed, index=geometry.index, crs=geometry.crs)


def _require_ids(ids: pd.Series, what: Named, id_column: str) -> None:
    empty = [str(row) for row in ids.index[ids == ""]]
    if empty:
        raise LayerSchemaError(
            f"{what}: column {id_column!r} is empty in row {', '.join(empty[:10])}. "
            "Every object needs an id.",
            f"{what.zh}：第 {'、'.join(empty[:10])} 行的{quoted(id_column)}列为空。"
            "每个对象都要有编号。",
        )
    doubled = ids[ids.duplicated(keep=False)]
    if len(doubled):
        value = min(doubled)
        rows = [str(row) for row in doubled.index[(doubled == value).to_numpy()]]
        sheets = len({row.partition("!")[0] for row in rows if "!" in row}) > 1
        only = ', or keep only the sheet that counts (or name it in rules.toml: layer = "…")'
        more = only if sheets else ""
        more_zh = "，或只保留有效的工作表（也可在 rules.toml 中用 layer 指明）" if sheets else ""
        raise LayerSchemaError(
            f"{what}: id {value!r} stands in rows {' and '.join(rows)}. Give each object an id of "
            f"its own{more}.",
            f"{what.zh}：编号{quoted(value)}在第 {'、'.join(rows)} 行重复。"
            f"请给每个对象不同的编号{more_zh}。",
        )
