"""What is in a file: layers, encoding, coordinate system and datum, how sure and why, and faults.

Nothing is changed and nothing is decided here; the answer says what reading would do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import ProjError

from layers.contract.errors import EmptyLayerError, GridmapError, Named, quoted
from layers.contract.issues import Issue, join_issues, make_issues
from layers.contract.text import as_text
from layers.inspect.columns import column_facts, first_rows, odd_counts
from layers.inspect.place import NO_WAY, guessed, unplaced, without_shapes
from layers.landuse.duplicates import find_doubled
from layers.landuse.grids import area_once
from layers.landuse.polygons import KINDS_ZH, clean_polygons, has_areas
from layers.location.axis_order import (
    find_far,
    in_order,
    old_datum,
    out_of_area,
    without_impossible,
    without_local,
)
from layers.location.crs_guess import pick_work_crs
from layers.location.datum_shift import Shift, find_shift, shows_shift
from layers.location.placing import guess_either_way
from layers.reading.features import Reading, layer_names, read_features
from layers.sheets.coordinates import has_positions
from layers.sheets.reading import TABLE_ENDINGS, hidden_sheets, open_table

__all__ = ["Inspection", "LayerInspection", "inspect_file"]

# Of a file with more layers than this only the first ones are looked into.
MAX_LAYERS = 40


_TABLE = "table without positions"


@dataclass(frozen=True)
class LayerInspection:
    """One layer: what was found, how it is known, and what reading it would do."""

    layer: str  # "" for the only one
    format: str
    features: int
    geometry: dict[str, int]  # features by kind of geometry, "none" for those without
    columns: pd.DataFrame  # index column name; kind, filled (rows), different (values), example
    first_rows: pd.DataFrame  # as texts, without shapes; index: their rows in the file
    encoding: str
    encoding_why: str
    encoding_why_zh: str
    crs: str  # "" when it is not known
    crs_name: str
    crs_why: str
    crs_why_zh: str
    crs_sure: bool
    bounds: tuple[float, float, float, float]  # as written in the file
    middle: tuple[float, float] | None  # longitude and latitude
    datum: str  # "" when it is not known
    usable: int  # features that reading keeps: areas, and where there is none whatever has a shape
    work_crs: str  # system in metres that suits the place; "" when the place is not known
    area_ha: float | None
    shift: Shift | None  # against the outline, when one was given
    shift_looked_for: bool
    shift_shows: bool  # whether a shift would show against the outline at all
    issues: gpd.GeoDataFrame  # ISSUES, in the work CRS when it is known

    def facts(self) -> pd.DataFrame:
        """Lay the findings out as rows: key, label_zh, label_en, value, value_zh."""
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in self.geometry.items())
        kinds_zh = "、".join(
            f"{count:,} 个{KINDS_ZH.get(kind, kind)}" for kind, count in self.geometry.items()
        )
        left = self.features - self.usable
        none, none_zh = "not known", "未知"
        place = f"{self.middle[0]:.4f}, {self.middle[1]:.4f}" if self.middle else ""
        sure, sure_zh = ("sure", "确定") if self.crs_sure else ("not sure", "不确定")
        if not self.crs:
            sure, sure_zh = "not known", "未知"
        crs = f"{self.crs} {self.crs_name}".strip()
        area = none if self.area_ha is None else f"{self.area_ha:,.2f} ha"
        area_zh = none_zh if self.area_ha is None else f"{self.area_ha:,.2f} 公顷"
        keeps = f"{self.usable:,}" + (f", and leaves out {left:,}" if left else "")
        keeps_zh = f"保留 {self.usable:,} 个" + (f"，略去 {left:,} 个" if left else "")
        if set(self.geometry) == {"none"}:  # a table: nothing of it is left out
            keeps, keeps_zh = "a table without shapes", "表格，没有图形"
        encoding = self.encoding or "-"
        rows = [
            ("format", "格式", "Format", self.format,
             self.format.replace(_TABLE, "表格（无坐标）")),
            ("features", "要素", "Features", f"{self.features:,} ({kinds})",
             f"{self.features:,}（{kinds_zh}）"),
            ("usable", "读取后", "Reading keeps",
             keeps, keeps_zh),
            ("encoding", "编码", "Encoding", f"{encoding} ({self.encoding_why})",
             f"{encoding}（{self.encoding_why_zh}）"),
            ("crs", "坐标系", "CRS", f"{crs} ({sure}: {self.crs_why})".strip(),
             f"{crs}（{sure_zh}：{self.crs_why_zh}）"),
            ("datum", "基准", "Datum", self.datum or none, self.datum or none_zh),
            ("place", "中心经纬度", "Middle, lon and lat", place or none, place or none_zh),
            ("work_crs", "适用工作坐标系", "Suitable work CRS", self.work_crs or none,
             self.work_crs or none_zh),
            ("area", "面积", "Area", area, area_zh),
            ("shift", "与镇界的偏移", "Shift against the outline", 
             *_shift_texts(self.shift, looked_for=self.shift_looked_for,
                           shows=self.shift_shows)),
            ("issues", "问题项", "Issues", f"{len(self.issues):,}", ""),
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=["key", "label_zh", "label_en", "value", "value_zh"])
        return frame.assign(
            value_zh=frame["value_zh"].where(frame["value_zh"] != "", frame["value"])
        )


@dataclass(frozen=True)
class Inspection:
    """A file: its layers, an error for each that cannot be read, and what else is to be said."""

    path: Path
    layers: tuple[LayerInspection, ...]
    faults: tuple[GridmapError, ...]
    remarks: tuple[Named, ...] = ()  # layers without features, and layers not looked into


def inspect_file(
    path: Path, *, outline: gpd.GeoSeries | gpd.GeoDataFrame | None = None
) -> Inspection:
    """Look into a file and say what is in it.

    Parameters
    ----------
    path
        File of any known format.
    outline
        Outline of the town, with a CRS; then a shift of the layers against it is looked for.

    Returns
    -------
    What is in the file. A layer that cannot be read is a fault, not an error; only a file that is
    missing or of no known format raises.

    Raises
    ------
    LayerFileError
        If the file is missing, dangerous or of an unknown format.
    """
    path = Path(path)
    found: list[LayerInspection] = []
    faults: list[GridmapError] = []
    names = layer_names(path)
    empty = []
    for name in names[:MAX_LAYERS]:
        try:
            found.append(_inspect(_reading(path, name), name or "", outline))
        except EmptyLayerError as error:
            if len(names) == 1:
                faults.append(error)
            else:
                empty.append(str(name))
        except GridmapError as error:
            # A damaged file says the same of each of its layers.
            if str(error) not in map(str, faults):
                faults.append(error)
    # Of a book with one sheet that is shown, reading it says so.
    hidden = hidden_sheets(path) if len(names) > 1 and path.suffix.lower() == ".xlsx" else []
    remarks = tuple(_remarks(empty, names[MAX_LAYERS:], hidden))
    return Inspection(path, tuple(found), tuple(faults), remarks)


def _remarks(
    empty: list[str], left: Sequence[str | None], hidden: Sequence[str]
) -> Iterator[Named]:
    if hidden:
        shown = ", ".join(map(repr, hidden))
        yield Named(
            f"hidden sheets are not read: {shown}", f"未读取隐藏的工作表：{quoted(*hidden)}"
        )
    if empty:
        shown = ", ".join(map(repr, empty))
        yield Named(f"layers without features: {shown}", f"没有要素的图层：{quoted(*empty)}")
    if left:
        shown = ", ".join(repr(str(name)) for name in left[:MAX_LAYERS])
        yield Named(
            f"{len(left)} more layers are not looked into: {shown}",
            f"另有 {len(left)} 个图层未查看：{quoted(*left[:MAX_LAYERS])}",
        )


def _reading(path: Path, name: str | None) -> Reading:
    """Read a layer; a table without positions is one too, such as a roster or a register."""
    if path.suffix.lower() in TABLE_ENDINGS:
        table = open_table(path, sheet=name)
        if not has_positions(table.frame):
            found = table.encoding
            frame = gpd.GeoDataFrame(table.frame, geometry=[None] * len(table.frame))
            kind = f"{path.suffix[1:].upper()} {_TABLE}"
            why = Named("a table without positions", "不含位置的表格")
            return Reading(
                frame, path.name, kind, "", found.name or "", found.why, why, table.issues
            )
    return read_features(path, layer=name)


def _inspect(
    reading: Reading, name: str, outline: gpd.GeoSeries | gpd.GeoDataFrame | None
) -> LayerInspection:
    gdf, known, why, sure, notes = _guess_crs(reading)
    notes += odd_counts(gdf, reading.file)
    placed = gdf.set_crs(known, allow_override=True)
    middle, work = _middle(placed)
    shapes = placed.geometry.to_numpy()
    if not (np.isfinite(shapely.bounds(shapes)).all(axis=1)).any():
        if not shapely.is_missing(shapes).all():
            notes.append(without_shapes(reading.file, len(gdf)))
    elif known is not None and not work:
        why, sure = NO_WAY, False
        notes.append(unplaced(reading.file))
    area, shift, looked_for, shows = None, None, False, True
    usable = int((~shapely.is_missing(placed.geometry.to_numpy())).sum())
    notes = [*reading.issues, *notes]
    issues = make_issues(notes, work or None)
    if work:
        records = pd.Series(as_text(pd.Series(placed.index)).to_numpy(), index=placed.index)
        metric = placed.to_crs(work)
        # A KML from a phone may have its area and its name plate in one collection.
        with_areas = has_areas(metric.geometry.to_numpy())
        named = {note.other_code for note in notes if note.rule == "READ-6"}
        clean, lost = clean_polygons(metric, records, layer=reading.file, named=named)
        notes += find_far(metric, reading.file)
        issues = make_issues(notes, work)
        if with_areas:
            area, usable = area_once(clean) / 10_000, len(clean)
            doubled = make_issues(find_doubled(clean, records, layer=reading.file), work)
            issues = join_issues([issues, lost, doubled], work)
            shift = _shift(clean, outline, work)
            looked_for = outline is not None and bool(len(clean))
            shows = shift is not None or _shift_shows(clean, outline, work)
    kinds = reading.frame.geom_type.fillna("none").value_counts()
    return LayerInspection(
        layer=name,
        format=reading.format,
        features=len(gdf),
        geometry={str(kind): int(count) for kind, count in kinds.items()},
        columns=column_facts(gdf),
        first_rows=first_rows(gdf),
        encoding=reading.encoding,
        encoding_why=str(reading.encoding_why),
        encoding_why_zh=reading.encoding_why.zh,
        crs=_short(known),
        crs_name=CRS(known).to_2d().name if known else "",
        crs_why=str(why),
        crs_why_zh=why.zh,
        crs_sure=sure,
        bounds=tuple(float(value) for value in reading.frame.total_bounds),  # type: ignore[arg-type]
        middle=middle,
        datum=_datum(known),
        usable=usable,
        work_crs=work,
        area_ha=area,
        shift=shift,
        shift_looked_for=looked_for,
        shift_shows=shows,
        issues=issues,
    )


def _guess_crs(
    reading: Reading,
) -> tuple[gpd.GeoDataFrame, CRS | None, Named, bool, list[Issue]]:
    """Put coordinates in order as reading would; say which CRS they are in, why, and how sure."""
    gdf, notes = reading.frame, []
    if shapely.is_missing(gdf.geometry.to_numpy()).all():
        return gdf, None, reading.crs_why, True, []
    for repair in (without_impossible, without_local):
        gdf, told = repair(gdf, reading.file)
        notes += told
    if gdf.crs is None:
        gdf, guesses = guess_either_way(gdf)
        known, why, sure, told = guessed(guesses, reading.file)
        return gdf, known, why, sure, [*notes, *told]
    gdf, told = in_order(gdf, reading.file)
    told += out_of_area(gdf, reading.file)
    notes += [*told, *old_datum(gdf, reading.file)]
    crs = CRS(gdf.crs)
    bounds = gdf.total_bounds
    if not np.isfinite(bounds).all() or crs.is_geographic == _is_degrees(bounds):
        said = reading.crs_why
        if told:
            said = Named(f"{said}, but its numbers disagree", f"{said.zh}，但数值与之不符")
        return gdf, crs, said, not told, notes
    text = Named(
        f"it says {crs.name!r}, but its numbers cannot be in it", f"自称 {crs.name}，但数值不符"
    )
    note = Issue(
        "READ-5",
        "error",
        f'{reading.file!r}: {text}. Declare the right system with crs = "…" in rules.toml.',
        f"“{reading.file}”：{text.zh}。请在 rules.toml 中用 crs 声明。",
        code=reading.file,
    )
    return gdf, None, text, False, [*notes, note]


def _is_degrees(bounds: np.ndarray) -> bool:
    return bool((np.abs(bounds[[0, 2]]) <= 360).all() and (np.abs(bounds[[1, 3]]) <= 90).all())


def _middle(gdf: gpd.GeoDataFrame) -> tuple[tuple[float, float] | None, str]:
    """Give the middle of a layer in degrees, and the work CRS that suits it."""
    bounds = gdf.bounds.to_numpy()
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if gdf.crs is None or not len(bounds):
        return None, ""
    # The middle one of the features: a single one far away moves it by nothing.
    x, y = np.median(bounds[:, :2] / 2 + bounds[:, 2:] / 2, axis=0)
    centre = gpd.GeoSeries([shapely.Point(x, y)], crs=gdf.crs)
    try:
        point = centre.to_crs(4326).iloc[0]
    except ProjError:  # a damaged or fanciful system
        return None, ""
    if not np.isfinite([point.x, point.y]).all():
        return None, ""
    return (point.x, point.y), pick_work_crs(point.x, point.y)


def _shift(
    clean: gpd.GeoDataFrame, outline: gpd.GeoSeries | gpd.GeoDataFrame | None, work: str
) -> Shift | None:
    if outline is None or clean.empty:
        return None
    town = outline.to_crs(work).geometry.union_all()
    return find_shift(town, clean.geometry.to_numpy(), CRS(work))


def _shift_shows(
    clean: gpd.GeoDataFrame, outline: gpd.GeoSeries | gpd.GeoDataFrame | None, work: str
) -> bool:
    if outline is None or clean.empty:
        return True
    town = outline.to_crs(work).geometry.union_all()
    return shows_shift(town, clean.geometry.to_numpy(), CRS(work))


def _short(crs: CRS | None) -> str:
    if crs is None:
        return ""
    code = crs.to_2d().to_epsg()
    return f"EPSG:{code}" if code else "custom"


def _datum(crs: CRS | None) -> str:
    geodetic = crs.geodetic_crs if crs is not None else None
    return geodetic.datum.name if geodetic is not None and geodetic.datum is not None else ""


def _shift_texts(shift: Shift | None, *, looked_for: bool, shows: bool) -> tuple[str, str]:
    if not looked_for:
        return (
            "not looked for: it takes areas, and --outline with the outline of the town",
            "未检查：须为面图层，并用 --outline 给出镇界",
        )
    if shift is None and not shows:
        return (
            "cannot be told: inside the outline no shift shows; lay it over parcels or roads",
            "无法判断：图层在镇界之内，即使偏移也看不出，请与地块或道路叠加核对",
        )
    if shift is None:
        return "none seen", "未发现"
    east, north = shift.east_m, shift.north_m
    return (
        f"{shift.kind}: {shift.distance_m:.0f} m ({east:+.0f} m east, {north:+.0f} m north)",
        f"{shift.kind}：{shift.distance_m:.0f} 米（向东 {east:+.0f} 米，向北 {north:+.0f} 米）",
    )
