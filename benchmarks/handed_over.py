"""Let programs of other makers read the boundaries of whole towns: ``… handed_over PLAN …``.

``python -m benchmarks.handed_over PLAN…`` writes the boundaries of each plan in every format and
coordinate system, has every client of the tests read them that is on this machine, and prints what
each found beside what the plan has and the file says of itself: codes and neighbours that differ,
the largest error of the area of one grid and that of all together, as shares, slivers and gaps, and
seconds; in the end the worst of all by format and client. It ends with 1 where a client finds
anything else than the plan has.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from boundaries.export.formats import receiver_crs, require_reach
from boundaries.export.geojson import Form
from gridmap.plan.plan import Plan
from gridmap.store import load_plan
from gridmap.versions.boundaries import boundary_files
from layers.contract.errors import LayerCRSError
from tests.support.clients import clients, handed_files, programs
from tests.support.clients.reading import Expected, Reading, Source, area_error, differences, pair
from tests.support.clients.reading import expected_of as what_it_has
from tests.support.clients.throwaway_postgis import Database, throwaway_server

__all__ = ["main"]

NEEDS = {"gdal": "GDAL", "duckdb": "DuckDB", "postgis": "PostGIS", "mapshaper": "Node"}


class Cell(NamedTuple):
    """One layer of one file, and who is to read it."""

    format: str
    source: Source
    expected: Expected
    clients: tuple[str, ...]


def cells_of(plan: Plan, folder: Path) -> Iterator[Cell]:
    """Write a plan in every format, and say what each file should say."""
    micro = plan.grids[plan.grids["kind"] == "micro"]
    level = int(micro["level"].mode()[0])
    of_level = plan.grids[plan.grids["level"] == level]
    for decimals in (7, 6):
        path = folder / f"decimals{decimals}.geojson"
        written = boundary_files(plan, form=Form(decimals=decimals))
        path.write_bytes(written.grids)
        told = written.head["topology"].get("neighbours", {"lost": [], "new": []})
        expected = what_it_has(of_level, epsg=4326)
        there = set(of_level.index)
        # What the head says of borders that became points, every client has to find, and no more.
        apart = {pair(*codes) for codes in (*told["lost"], *told["new"]) if codes[0] in there}
        expected = replace(expected, neighbours=expected.neighbours ^ apart)
        source = Source(path, path.stem, level=level, step=10.0**-decimals)
        every = ("geos", "gdal", "duckdb", "postgis", "mapshaper")
        yield Cell(f"geojson{decimals}", source, expected, every)
    for epsg in handed_files.SYSTEMS:
        try:
            require_reach(plan.grids, receiver_crs(epsg, own=plan.crs))
        except LayerCRSError as refused:
            print(f"left out: {refused}")
            continue
        handed_files.write_layers(plan, folder, epsg)
        expected = what_it_has(micro, epsg=epsg)
        for suffix, readers in handed_files.READERS.items():
            source = handed_files.layer_source(folder, suffix, epsg)
            yield Cell(suffix, source, expected, readers)
    handed_files.write_maps(plan, folder)
    for suffix, readers in handed_files.MAP_READERS.items():
        source = handed_files.map_source(folder, suffix)
        yield Cell(suffix, source, what_it_has(micro, epsg=4326), readers)


def read(client: str, source: Source, database: Database | None) -> tuple[Reading, float]:
    """Let a client read, and time it."""
    more = [database] if client == "postgis" else []
    begun = time.perf_counter()
    reading = getattr(clients, f"read_by_{client}")(source, *more)
    return reading, time.perf_counter() - begun


def found_by(client: str, cell: Cell, reading: Reading, seconds: float) -> dict[str, Any]:
    """Say what a client found beside what the plan has, as a row of the table."""
    expected, codes = cell.expected, reading.codes
    whole = sum(reading.areas.values()) / sum(shape.area for shape in expected.shapes.dropna()) - 1
    return {
        "format": cell.format,
        "EPSG": str(expected.shapes.crs.to_epsg()),
        "client": client,
        "grids": len(codes),
        "codes": len(set(codes) ^ set(expected.codes)) + len(codes) - len(set(codes)),
        "neighbours": len(reading.neighbours ^ expected.neighbours),
        "area of one": area_error(reading, expected),
        "of all": abs(whole),
        "slivers": reading.slivers + abs(reading.gaps - expected.gaps),
        "s": seconds,
    }


def as_markdown(row: Mapping[str, Any]) -> str:
    """Write a row of a table."""
    form = {"area of one": ".1e", "of all": ".1e", "s": ".1f"}
    return "| " + " | ".join(format(row[name], form.get(name, "")) for name in row) + " |"


def worst_of(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Put towns and coordinate systems together: the grids of all, and the worst of each figure."""
    table = pd.DataFrame(rows)
    by = table.groupby(["format", "client"], sort=False)
    worst = by[["codes", "neighbours", "area of one", "of all", "slivers", "s"]].max()
    systems = by["EPSG"].agg(lambda codes: " ".join(dict.fromkeys(codes))).rename("EPSG")
    return pd.concat([systems, by["grids"].sum(), worst], axis=1).reset_index()


def main() -> int:
    """Read what is asked for, print, and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plans", type=Path, nargs="+", metavar="PLAN")
    chosen = parser.parse_args().plans
    here = {client for client in clients.NAMES if programs.is_here(NEEDS.get(client))}
    for client in sorted(set(clients.NAMES) - here):
        print(f"left out: {client}, for want of {programs.ADVICE[NEEDS[client]]}")
    rows: list[dict[str, Any]] = []
    well = True
    with ExitStack() as open_things:
        database = None
        if "postgis" in here:
            database = open_things.enter_context(throwaway_server()).new_database()
        for path in chosen:
            folder = Path(open_things.enter_context(tempfile.TemporaryDirectory()))
            for cell in cells_of(load_plan(path), folder):
                for client in (one for one in cell.clients if one in here):
                    reading, seconds = read(client, cell.source, database)
                    rows.append(found_by(client, cell, reading, seconds))
                    print(path.name.split(".")[0], as_markdown(rows[-1]), flush=True)
                    told = differences(reading, cell.expected, step=cell.source.step)
                    well &= not told
                    print("".join(f"    {line[:500]}\n" for line in told), end="")
    summary = worst_of(rows)
    print("", f"| {' | '.join(summary)} |", "|" + " --- |" * len(summary.columns), sep="\n")
    for row in summary.to_dict("records"):
        print(as_markdown(row))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
