"""The command that tells other systems what became of the boundaries between two plans."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gridmap.cli.terminal.options import Json, Lang, Overwrite, Public, release_for
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError

__all__ = ["delta"]

SHOWN = 20  # grids on the screen; JSON and the files have all


def delta(
    old_file: Annotated[
        Path, typer.Argument(metavar="OLD", help="The earlier plan.", show_default=False)
    ],
    new_file: Annotated[
        Path, typer.Argument(metavar="NEW", help="The later plan.", show_default=False)
    ],
    geojson: Annotated[
        Path | None, typer.Option("--geojson", help="GeoJSON file of the changes to write.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Table of the changes to write, .csv.")
    ] = None,
    licence: Annotated[
        str, typer.Option("--licence", help="Licence of the data, for the head of the file.")
    ] = "",
    public: Public = False,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show which grids were inserted, updated and deleted between two plans, and why.

    A system that holds the old boundaries and applies the GeoJSON has the new ones exactly.
    """
    from boundaries.changes.delta import KINDS
    from boundaries.changes.writing import delta_csv, delta_geojson
    from gridmap.store import load_plan
    from gridmap.versions.delta import delta_of
    from gridmap.words import say
    from layers.files.atomic import check_free, write_atomically

    screen = Screen.start(lang, json)
    wanted = [
        (path, endings, write)
        for path, endings, write in (
            (geojson, (".geojson", ".json"), delta_geojson),
            (csv, (".csv",), delta_csv),
        )
        if path is not None
    ]
    for path, endings, _ in wanted:
        check_free(path, overwrite=overwrite, endings=endings)
    if len({path.resolve() for path, *_ in wanted}) < len(wanted):
        raise UsageError(
            "--geojson and --csv name the same file. Give two names.",
            "--geojson 和 --csv 指定了同一个文件，请分别命名。",
        )
    with screen.progress() as tell:
        old, _ = release_for(screen, load_plan(old_file), public=public)
        new, said = release_for(screen, load_plan(new_file), public=public)
        tell(Step.WRITE, 0.3)
        found = delta_of(old, new, licence=licence)
        for path, _, write in wanted:
            write_atomically(path, write(found), overwrite=overwrite)
    counts = {kind: found.count(kind) for kind in KINDS}
    screen.line(say("delta.counts" if found.changes else "delta.none", screen.language, **counts))
    _show(screen, found.changes)
    for path, *_ in wanted:
        screen.line(screen.say("file.made", path=path))
    screen.emit(
        {
            "old": str(old_file),
            "new": str(new_file),
            "counts": counts,
            "changes": [_row(one) for one in found.changes],
            **said,
        }
    )


def _row(one: Any) -> dict[str, Any]:
    return {
        "grid_code": one.code,
        "change": one.kind,
        "reasons": list(one.reasons),
        "attributes": list(one.attributes),
        "gained_m2": round(one.gained_m2, 2),
        "lost_m2": round(one.lost_m2, 2),
        "gained_from": list(one.gained_from),
        "lost_to": list(one.lost_to),
    }


def _show(screen: Screen, changes: Any) -> None:
    """List the grids whose ground, people or attributes differ; stamps and rounding are counted."""
    from gridmap.words import say

    told = [one for one in changes if not {"version", "rounding"}.issuperset(one.reasons)]
    heads = [
        say(f"delta.{key}", screen.language) for key in ("grid", "change", "why", "gained", "lost")
    ]
    rows = [
        [
            one.code,
            say(f"delta.{one.kind}", screen.language),
            screen.say("list").join(
                say(f"delta.{reason}", screen.language) for reason in one.reasons
            ),
            f"{one.gained_m2:,.0f}",
            f"{one.lost_m2:,.0f}",
        ]
        for one in told[:SHOWN]
    ]
    if rows:
        screen.table(heads, rows)
    if len(told) > SHOWN:
        screen.line(screen.say("service.more", count=len(told) - SHOWN))
    if len(told) < len(changes):
        screen.line(say("delta.slight", screen.language, count=len(changes) - len(told)))
