"""The command that relates two divisions: which units share ground, households and load."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.out.two_states import (
    FromVersion,
    Licence,
    ToVersion,
    is_plan,
    open_state,
    require_two,
)
from gridmap.cli.terminal.options import Json, Lang, Overwrite, Public
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError, printable

if TYPE_CHECKING:
    from boundaries.changes.features import State
    from gridmap.plan.plan import Plan
    from gridmap.versions.relations import Related, Side

__all__ = ["crosswalk"]

SHOWN = 20  # rows on the screen; JSON and the files have all
NAMED = 5  # overlaps and issues on the screen


def crosswalk(
    old_file: Annotated[
        Path,
        typer.Argument(
            metavar="OLD", help="Plan, or boundaries as GeoJSON of gridmap.", show_default=False
        ),
    ],
    new_file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[NEW]",
            help="Plan, boundaries as GeoJSON of gridmap, or any layer of polygons with its codes.",
            show_default=False,
        ),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Table of the relationship to write, .csv.")
    ] = None,
    geojson: Annotated[
        Path | None, typer.Option("--geojson", help="GeoJSON file of the parts to write.")
    ] = None,
    code: Annotated[
        str, typer.Option("--code", help="Column of the codes of NEW. Default: by its header.")
    ] = "",
    name: Annotated[
        str, typer.Option("--name", help="Column of the names of NEW. Default: by its header.")
    ] = "",
    layer: Annotated[str, typer.Option("--layer", help="Layer of NEW, where it has several.")] = "",
    level: Annotated[
        list[int] | None,
        typer.Option("--level", help="Level of the grids; may be repeated. Default: all."),
    ] = None,
    from_version: FromVersion = "",
    to_version: ToVersion = "",
    licence: Licence = "",
    public: Public = False,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Relate two divisions of a town: areas, households and load that their units share.

    Between two plans, published versions or files of boundaries, or a plan and any other division.
    """
    from boundaries.relations.writing import relationship_csv, relationship_geojson, rows_of
    from gridmap.versions.relations import relationship_of
    from layers.files.atomic import check_free, write_atomically

    screen = Screen.start(lang, json)
    require_two(new_file, from_version, to_version)
    for path, endings in ((csv, (".csv",)), (geojson, (".geojson", ".json"))):
        if path is not None:
            check_free(path, overwrite=overwrite, endings=endings)
    with screen.progress() as tell:
        old, said = _old(screen, old_file, from_version, public=public)
        if new_file is None or is_plan(new_file) or to_version:
            wish = open_state(screen, new_file or old_file, to_version, public=public)
            new: Side = wish[0]
        else:
            new = _other(new_file, old, layer=layer, code=code, name=name)
        tell(Step.WRITE, 0.3)
        found = relationship_of(
            old, new, levels=level, licence=licence, public=public,
            with_ground=geojson is not None,
        )  # fmt: skip
        if csv is not None:
            write_atomically(csv, relationship_csv(found.table), overwrite=overwrite)
        if geojson is not None:
            data = relationship_geojson(found.table, found.head)
            write_atomically(geojson, data, overwrite=overwrite)
    issues = _told_of(screen, new)
    _show(screen, found)
    for made in (csv, geojson):
        if made is not None:
            screen.line(screen.say("file.made", path=made))
    overlaps = [vars(one) for one in found.overlaps]
    screen.emit(
        {**found.head, "overlaps": overlaps, "issues": issues, "rows": rows_of(found.table), **said}
    )


def _old(
    screen: Screen, path: Path, number: str, *, public: bool
) -> tuple["Plan | State", dict[str, Any]]:
    """Read the first side: a plan, a published version, or a file of boundaries."""
    from boundaries.changes.features import read_state

    if number or is_plan(path):
        return open_state(screen, path, number, public=public)
    if not path.is_file():
        raise UsageError(f"There is no file {str(path)!r}.", f"没有文件“{path}”。")
    return read_state(path.read_bytes()), {}


def _other(path: Path, old: "Plan | State", *, layer: str, code: str, name: str) -> "Side":
    from gridmap.versions.relations import read_other

    return read_other(path, old, layer=layer or None, code=code, name=name)


def _told_of(screen: Screen, new: "Side") -> list[dict[str, str]]:
    """Say what was found in the layer of another office, the first on the screen."""
    from gridmap.versions.relations import Other

    if not isinstance(new, Other):
        return []
    rows = [
        {"rule": one.rule, "severity": one.severity, "zh": one.message_zh, "en": one.message}
        for one in new.issues.itertuples()
    ]
    loud = [row for row in rows if row["severity"] != "info"]
    for row in loud[:NAMED]:
        screen.line(screen.pick(row["zh"], row["en"]))
    if len(loud) > NAMED:
        screen.line(screen.say("service.more", count=len(loud) - NAMED))
    return rows


def _show(screen: Screen, found: "Related") -> None:
    from gridmap.words import say

    def told(key: str, **values: object) -> str:
        return say(f"crosswalk.{key}", screen.language, **values)

    table = found.table
    units = [int(table[f"{side}_code"][table[f"{side}_code"] != ""].nunique())
             for side in ("from", "to")]  # fmt: skip
    parts = table[table["from_code"] != ""].groupby("from_code")["from_part"].first()
    whole = int((parts == "W").sum())
    screen.line(told("count", rows=len(table), first=units[0], second=units[1]))
    screen.line(told("whole", count=whole, part=len(parts) - whole))
    for one in found.overlaps[:NAMED]:
        first, second = printable(one.first), printable(one.second)
        screen.line(told("overlap", first=first, second=second, area=f"{one.area_m2:,.0f}"))
    if len(found.overlaps) > NAMED:
        screen.line(told("overlaps", count=len(found.overlaps) - NAMED))
    measures = [key for key in ("area_m2", "households", "load_h") if key in table]
    heads = {"area_m2": "area", "households": "homes", "load_h": "load"}
    screen.table(
        [told("from"), told("to"), *(told(heads[key]) for key in measures), told("share")],
        [
            [
                printable(row["from_code"]) or told("outside"),
                printable(row["to_code"]) or told("outside"),
                *("" if row[key] is None else f"{row[key]:,.0f}" for key in measures),
                "" if row["from_area_share"] is None else f"{row['from_area_share']:.1%}",
            ]
            for row in _rows(found)[:SHOWN]
        ],
    )
    if len(table) > SHOWN:
        screen.line(screen.say("service.more", count=len(table) - SHOWN))


def _rows(found: "Related") -> list[dict[str, Any]]:
    """Give the rows that are no whole unit first: those are what somebody looks for."""
    from boundaries.relations.writing import rows_of

    both = "W"
    return sorted(
        rows_of(found.table), key=lambda row: row["from_part"] == both and row["to_part"] == both
    )
