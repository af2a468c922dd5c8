"""Makers of what shows or lists the whole plan: boundaries, maps, report, objects, the plan."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from boundaries.export.geojson import Layout
from gridmap.handover.kinds import File, Job, Kind, said
from gridmap.handover.targets import given_grids
from gridmap.ledgers.report import report_of
from gridmap.lookup.object_list import objects_of
from gridmap.maps import map_html
from gridmap.maps.pdf import map_pdf
from gridmap.sheets import atlas_pdf, certificate_pdf
from gridmap.store import SUFFIX, save_plan
from gridmap.versions.boundaries import boundary_files
from gridmap.versions.formats import GCJ02, ONLY_DEGREES, format_files
from gridmap.versions.receivers import crs_remark, geopackage_of
from layers.contract.errors import Named

__all__ = ["KINDS"]

DEFAULT_PAPER = "A3"
NAMED = 8  # codes that a remark names
ENDINGS: Mapping[Layout, str] = {
    "collection": ".geojson", "lines": ".geojsonl", "sequence": ".geojsons",
}  # fmt: skip


def _map(job: Job) -> Iterator[File]:
    yield File(".html", map_html(job.plan, language=job.order.language).encode())


def _print(job: Job) -> Iterator[File]:
    order, paper = job.order, job.order.paper or DEFAULT_PAPER
    for number, grid in enumerate(job.codes or ("",)):
        made = map_pdf(
            job.plan,
            printed=job.printed,
            paper=paper,
            scale=order.scale or None,
            grid=grid,
            grey=order.grey,
            language=order.language,
        )
        remarks = [said("handover.printed", paper=paper, scale=made.scale, count=made.sheets)]
        if made.unnumbered:
            remarks.append(said("handover.unnumbered", count=made.unnumbered))
        if made.lacking:
            remarks.append(said("handover.lacking", signs=made.lacking))
        yield File(f"{f'-{grid}' if grid else ''}.pdf", made.pdf, remarks=tuple(remarks))
        job.tell(number + 1, len(job.codes) or 1)


def _atlas(job: Job) -> Iterator[File]:
    order, codes = job.order, job.codes
    if job.is_preview and not codes:  # the cover is the same
        codes = tuple(given_grids(job.plan).index[:1])
    made = atlas_pdf(
        job.plan, codes or None, printed=job.printed, each=order.each and not job.is_preview,
        language=order.language, grey=order.grey, tell=job.tell,
    )  # fmt: skip
    remarks = [said("handover.pages", count=made.pages)]
    if made.unnumbered:
        remarks.append(said("handover.unnumbered", count=len(made.unnumbered)))
    if made.lacking:
        remarks.append(said("handover.lacking", signs=made.lacking))
    yield File("-atlas.pdf", made.pdf, remarks=tuple(remarks))


def _certificate(job: Job) -> Iterator[File]:
    made = certificate_pdf(
        job.plan, printed=job.printed, language=job.order.language, grey=job.order.grey,
        tell=job.tell,
    )  # fmt: skip
    yield File("-certificate.pdf", made.pdf)


def _boundaries(job: Job) -> Iterator[File]:
    order = job.order
    made = boundary_files(
        job.plan, beside=job.source, licence=order.licence, form=order.form,
        with_patches=order.patches,
        with_contacts=order.names,
    )  # fmt: skip
    topology = made.head["topology"]
    remarks = [
        said("handover.valid", count=len(job.plan.grids))
        if topology["valid_tiling"]
        else said("handover.invalid")
    ]
    if topology["mended"]:
        remarks.append(said("handover.repaired", codes=_named(topology["mended"])))
    other = topology.get("neighbours") or {"lost": [], "new": []}
    if pairs := [f"{one}–{two}" for one, two in (*other["lost"], *other["new"])]:
        remarks.append(said("handover.neighbours", count=len(pairs), pairs=_named(pairs)))
    if not made.head["licence"]:
        remarks.append(said("handover.no_licence"))
    mark, ending = GCJ02 if order.gcj02 else "", ENDINGS[order.layout]
    if order.gcj02:
        remarks.append(said("handover.is_gcj02"))
    yield File(f"{mark}{ending}", made.grids, remarks=tuple(remarks))
    if made.patches is not None:
        yield File(f"{mark}-patches{ending}", made.patches)


def _formats(job: Job) -> Iterator[File]:
    """Write the layers in the formats that were chosen."""
    order, remarks, beside = job.order, _of_licence(job), _of_zone(job)
    if order.gcj02:
        remarks.append(said("handover.is_gcj02"))
    for made in format_files(job.plan, order.formats, order.wish, beside=job.source):
        own = [*remarks, *(() if made.format in ONLY_DEGREES else beside)]
        if made.losses:
            places = [f"{one.layer} {one.key} {one.field} {one.characters}" for one in made.losses]
            own.append(said("handover.lost", count=len(places), places=_named(places)))
        yield File(made.name, made.data, remarks=tuple(own))


def _geopackage(job: Job) -> Iterator[File]:
    order = job.order
    made = geopackage_of(
        job.plan,
        beside=job.source,
        crs=order.crs,
        licence=order.licence,
        with_patches=order.patches,
        with_contacts=order.names,
    )
    yield File("-layers.gpkg", made, remarks=(*_of_licence(job), *_of_zone(job)))


def _of_licence(job: Job) -> list[Named]:
    given = job.order.licence or job.plan.rules.publish.licence
    return [] if given else [said("handover.no_licence")]


def _of_zone(job: Job) -> list[Named]:
    beside = crs_remark(job.plan, job.order.crs)
    return [] if beside is None else [beside]


def _named(codes: list[str]) -> str:
    return ", ".join(codes[:NAMED]) + (" …" if len(codes) > NAMED else "")


def _objects(job: Job) -> Iterator[File]:
    yield File(".objects.csv", objects_of(job.plan, "csv"))


def _report(job: Job) -> Iterator[File]:
    yield File(".report.xlsx", report_of(job.plan))


def _copy(job: Job) -> Iterator[File]:
    with TemporaryDirectory(prefix="gridmap-") as folder:
        place = Path(folder) / f"copy{SUFFIX}"
        save_plan(job.plan, place)
        yield File(SUFFIX, place.read_bytes())


def _plan(job: Job) -> Iterator[File]:
    remark: tuple[Named, ...] = (said("handover.plan_private"),)
    yield File(SUFFIX, job.source.read_bytes(), remarks=remark)


KINDS = (
    Kind(
        "print", "hang", ".pdf", _print,
        for_viewer=True, options=("paper", "scale", "grey"), cost=3.0,
    ),
    Kind(
        "atlas", "keep", "-atlas.pdf", _atlas,
        audiences=("house",), options=("grey", "each"), cost=20.0,
    ),
    Kind(
        "certificate", "keep", "-certificate.pdf", _certificate,
        audiences=("house",), options=("grey",), cost=2.0,
    ),
    Kind("map", "give", ".html", _map, for_viewer=True),
    Kind("report", "keep", ".report.xlsx", _report, audiences=("house",)),
    Kind("plan", "keep", SUFFIX, _plan, audiences=("house",), cost=0.2),
    Kind("copy", "keep", SUFFIX, _copy, audiences=("public",)),
    Kind(
        "boundaries", "systems", ".geojson", _boundaries,
        for_viewer=True, options=("patches", "names", "licence", "geojson", "gcj02"),
    ),
    Kind(
        # With objects, which who may only look is not given as a list either.
        "geopackage", "systems", "-layers.gpkg", _geopackage,
        options=("patches", "names", "licence", "crs"),
    ),
    Kind(
        "formats", "systems", ".zip .kml .fgb .parquet .topojson .pmtiles", _formats,
        options=("patches", "names", "licence", "crs", "formats", "encoding", "gcj02"),
    ),
    Kind("objects", "systems", ".objects.csv", _objects, needs=lambda plan: len(plan.objects) > 0),
)  # fmt: skip
