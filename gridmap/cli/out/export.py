"""The command export: boundaries and objects of a plan for other systems."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from gridmap.cli.out.formats import FormatsWish, require_marked, write_formats
from gridmap.cli.out.geojson import LAYOUTS, Wish, findings, write_boundaries
from gridmap.cli.out.receivers import LayersWish, require_one_folder, write_layers, write_manifest
from gridmap.cli.terminal.options import (
    Crs,
    Decimals,
    Encoding,
    Gcj02,
    Json,
    Lang,
    Multi,
    On,
    Overwrite,
    PlanFile,
    Public,
    day_of,
    release_for,
    require_fit,
)
from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError

__all__ = ["export"]


def export(
    plan_file: PlanFile,
    geojson: Annotated[
        Path | None, typer.Option("--geojson", help="GeoJSON file of the boundaries to write.")
    ] = None,
    objects: Annotated[
        Path | None,
        typer.Option("--objects", help="File of the objects to write: .geojson or .csv."),
    ] = None,
    patches: Annotated[
        Path | None,
        typer.Option("--patches", help="GeoJSON file of the patches to write, beside the grids."),
    ] = None,
    gpkg: Annotated[
        Path | None,
        typer.Option("--gpkg", help="GeoPackage to write: a layer a level, as a GIS opens it."),
    ] = None,
    shp: Annotated[
        Path | None,
        typer.Option("--shp", help="Zip file of Shapefiles to write, one for each layer."),
    ] = None,
    kml: Annotated[
        Path | None, typer.Option("--kml", help="KML file to write, for maps of phones.")
    ] = None,
    fgb: Annotated[
        Path | None,
        typer.Option("--fgb", help="Folder or .zip for FlatGeobuf files, one for each layer."),
    ] = None,
    parquet: Annotated[
        Path | None,
        typer.Option("--parquet", help="Folder or .zip for GeoParquet files, one for each layer."),
    ] = None,
    topojson: Annotated[
        Path | None,
        typer.Option("--topojson", help="TopoJSON file to write, for maps in a browser."),
    ] = None,
    pmtiles: Annotated[
        Path | None,
        typer.Option(
            "--pmtiles", help="PMTiles file of vector tiles to write, for maps in a browser."
        ),
    ] = None,
    crs: Crs = "",
    encoding: Encoding = "utf-8",
    gcj02: Gcj02 = False,
    with_patches: Annotated[
        bool, typer.Option("--with-patches", help="Layers of the patches too, beside the grids.")
    ] = False,
    manifest: Annotated[
        bool,
        typer.Option("--manifest", help="Write manifest.json beside the files: digests, proof."),
    ] = False,
    with_contacts: Annotated[
        bool,
        typer.Option("--with-contacts", help="Write the names of the people; never phones."),
    ] = False,
    with_hidden: Annotated[
        bool,
        typer.Option(
            "--with-hidden",
            help="List problem estates, vacancies and sensitive objects too: for inside use only.",
        ),
    ] = False,
    licence: Annotated[
        str, typer.Option("--licence", help="Licence of the data. Default: that of the rules.")
    ] = "",
    multi: Multi = False,
    decimals: Decimals = 7,
    on: On = None,
    public: Public = False,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write the boundaries of a plan for other systems, in their formats, or its objects.

    Still a valid tiling as written. GeoJSON, KML, TopoJSON and PMTiles are in WGS84; a name that
    ends in .geojsonl has a feature a line, .geojsons a sequence of texts. Ends with 1 when the
    grids of the plan do not tile the town. Objects have their grid and who is in charge.
    """
    from gridmap.staffing.rows import on_day
    from gridmap.store import load_plan
    from gridmap.versions.formats import Wish as FilesWish
    from gridmap.versions.receivers import crs_remark
    from layers.files.atomic import check_free

    screen = Screen.start(lang, json)
    layers = LayersWish(gpkg, crs, licence, with_patches, with_contacts)
    files = {"shp": shp, "kml": kml, "fgb": fgb, "parquet": parquet, "topojson": topojson,
             "pmtiles": pmtiles}  # fmt: skip
    formats = FormatsWish(
        {name: place for name, place in files.items() if place is not None},
        FilesWish(crs, gcj02, encoding, licence, with_patches, with_contacts, screen.language),
    )
    if geojson is None and objects is None and not layers.files and not formats.places:
        raise UsageError(
            "Nothing is to be written. Name a file with --geojson, --gpkg or --shp for the "
            "boundaries, or with --objects for the objects.",
            "没有指定要写的文件。请用 --geojson、--gpkg 或 --shp 指定边界文件，"
            "或用 --objects 指定对象文件。",
        )
    layers.require_use(others=bool(formats.places))
    if gcj02 and (gpkg is not None or objects is not None):
        raise UsageError(
            "--gcj02 is of GeoJSON, Shapefile, FlatGeobuf, GeoParquet and TopoJSON alone: in a "
            "GeoPackage or a list of objects nobody would see it. Write these without it.",
            "--gcj02 只用于 GeoJSON、Shapefile、FlatGeobuf、GeoParquet 和 TopoJSON："
            "GeoPackage 和对象清单中看不出偏移。请另行生成，不加 --gcj02。",
        )
    if patches is not None and (geojson is None or patches == geojson):
        raise UsageError(
            "--patches names a file of its own, beside that of the grids: grids and patches never "
            "lie in one file. Name both: --geojson grids.geojson --patches patches.geojson.",
            "--patches 须另写一个文件：网格与图斑不放在同一文件中。请同时指定两个文件："
            "--geojson grids.geojson --patches patches.geojson。",
        )
    told: dict[str, Any] = {}
    for path in (geojson, patches):
        if path is not None:
            check_free(path, overwrite=overwrite, endings=tuple(LAYOUTS))
            if gcj02:
                require_marked(path)
    if objects is not None:
        check_free(objects, overwrite=overwrite, endings=(".geojson", ".json", ".csv"))
    layers.check_free(overwrite=overwrite)
    formats.check(overwrite=overwrite)
    if manifest:
        require_one_folder((geojson, patches, objects, *layers.paths, *formats.beside))
    with screen.progress() as tell:
        given = on_day(load_plan(plan_file), day_of(on))
        if public:
            require_fit(given, contacts=with_contacts, hidden=with_hidden)
        plan, said = release_for(screen, given, public=public, on=on)
        if (beside := crs_remark(plan, crs)) is not None:
            screen.remark(screen.pick(beside.zh, beside.en))
        tell(Step.WRITE, 0.3)
        if geojson is not None:
            wish = Wish(geojson, patches, licence, multi, decimals, with_contacts, gcj02)
            told |= write_boundaries(plan, wish, beside=plan_file, overwrite=overwrite)
        if objects is not None:
            count = _write_objects(
                plan, objects, contacts=with_contacts, hidden=with_hidden, overwrite=overwrite
            )
            told |= {"objects": str(objects), "count": count}
        told |= write_layers(plan, layers, beside=plan_file, overwrite=overwrite)
        told |= write_formats(plan, formats, beside=plan_file, overwrite=overwrite, screen=screen)
        if manifest:
            written = {"boundaries": (geojson, patches), "objects": (objects,)}
            handed = {**written, **layers.files, "formats": formats.paths}
            told |= write_manifest(plan, handed, beside=plan_file, licence=licence)
    if geojson is not None:
        for text in findings(screen, told["topology"], len(plan.grids)):
            screen.line(text)
    if "licence" in told and not told["licence"]:
        screen.line(say("handover.no_licence", screen.language))
    for path in (geojson, patches, *layers.paths, *formats.paths, told.get("manifest")):
        if path is not None:
            screen.line(screen.say("file.made", path=path))
    if objects is not None:
        left = len(plan.objects) - told["count"]
        screen.line(screen.say("export.objects", count=told["count"], path=objects, left=left))
    screen.emit({**told, **said})
    raise typer.Exit(int(geojson is not None and not told["topology"]["valid_tiling"]))


def _write_objects(plan: Any, path: Path, *, contacts: bool, hidden: bool, overwrite: bool) -> int:
    """Write the list of objects and give their number."""
    from gridmap.lookup.object_list import object_list, objects_of
    from layers.files.atomic import write_atomically

    options = {"with_contacts": contacts, "with_hidden": hidden}
    form: Literal["csv", "geojson"] = "csv" if path.suffix.lower() == ".csv" else "geojson"
    write_atomically(path, objects_of(plan, form, **options), overwrite=overwrite)
    return len(object_list(plan, **options))
