"""The command that tells other systems what became of the boundaries between two plans."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gridmap.cli.out.two_states import FromVersion, Licence, ToVersion, open_state, require_two
from gridmap.cli.terminal.options import Json, Lang, Overwrite, Public
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError, quoted

__all__ = ["delta"]

APPLY = "apply"
SHOWN = 20  # grids on the screen; JSON and the files have all


def delta(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="OLD [NEW] | apply OLD DELTA",
            help="The earlier and the later plan; after apply, boundaries and a delta.",
            show_default=False,
        ),
    ],
    geojson: Annotated[
        Path | None, typer.Option("--geojson", help="GeoJSON file of the changes to write.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Table of the changes to write, .csv.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="For apply: file of the new boundaries to write.")
    ] = None,
    from_version: FromVersion = "",
    to_version: ToVersion = "",
    licence: Licence = "",
    public: Public = False,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show which grids were inserted, updated and deleted between two plans, and why.

    A system that holds the old boundaries and applies the GeoJSON has the new ones exactly; 'apply'
    does so.
    """
    from boundaries.changes.delta import KINDS
    from boundaries.changes.writing import delta_csv, delta_geojson
    from gridmap.versions.delta import delta_of
    from gridmap.words import say
    from layers.files.atomic import check_free, write_atomically

    screen = Screen.start(lang, json)
    if str(files[0]) == APPLY:
        _apply(screen, files[1:], out, overwrite=overwrite)
        return
    if len(files) > 2 or out is not None:
        raise UsageError(
            "Name one or two plans; --out belongs to 'delta apply OLD DELTA'.",
            "请给出一个或两个方案；--out 只用于 delta apply OLD DELTA。",
        )
    old_file, new_file = files[0], files[1] if len(files) > 1 else None
    require_two(new_file, from_version, to_version)
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
    with screen.progress() as tell:
        old, _ = open_state(screen, old_file, from_version, public=public)
        new, said = open_state(screen, new_file or old_file, to_version, public=public)
        tell(Step.WRITE, 0.3)
        found = delta_of(old, new, beside=(old_file, new_file or old_file), licence=licence)
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
            "new": str(new_file or old_file),
            "versions": {"from": from_version or None, "to": to_version or None},
            "counts": counts,
            "changes": [_row(one) for one in found.changes],
            **said,
        }
    )


def _apply(screen: Screen, files: list[Path], out: Path | None, *, overwrite: bool) -> None:
    """Write the boundaries that a delta makes of those it was made for."""
    from boundaries.changes.applying import applied_file
    from boundaries.changes.features import read_state
    from boundaries.changes.writing import read_delta
    from gridmap.words import say
    from layers.files.atomic import check_free, write_atomically

    if len(files) != 2 or out is None:
        raise UsageError(
            "'apply' needs the boundaries, the delta and --out: delta apply OLD DELTA --out NEW.",
            "apply 需要旧边界文件、变更文件和 --out：delta apply OLD DELTA --out NEW。",
        )
    check_free(out, overwrite=overwrite, endings=(".geojson", ".json"))
    old, change = (_read(path) for path in files)
    found = read_delta(change)
    write_atomically(out, applied_file(read_state(old), found), overwrite=overwrite)
    screen.line(say("delta.applied", screen.language, count=len(found.changes)))
    screen.line(screen.say("file.made", path=out))
    screen.emit({"out": str(out), "changes": len(found.changes), "to": found.new_head})


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise UsageError(
            f"{str(path)!r} cannot be read. Give the path of a file.",
            f"{quoted(path)}无法读取，请给出文件的路径。",
        ) from None


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
