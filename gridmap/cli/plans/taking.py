"""The command that takes in a division made elsewhere: import."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gridmap.cli.terminal.options import Json, Lang, Overwrite
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridmap.imports import Imported, Source
    from gridmap.plan.plan import Plan

__all__ = ["import_"]

SHOWN = 20  # grids and faults on the screen; JSON and the report have all


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Layer with the grids: GeoJSON, GeoPackage, Shapefile (or its zip), KML …",
            show_default=False,
        ),
    ],
    town: Annotated[
        Path,
        typer.Argument(
            metavar="PLAN|DIR",
            help="Plan whose patches get the grids, or the folder of a town for its first plan.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Plan file to write. Default: PLAN, with --overwrite; of a folder "
            "DIR.gridmap.gpkg, in the current folder.",
        ),
    ] = None,
    code: Annotated[str, typer.Option("--code", help="Column of the codes of grids.")] = "",
    name: Annotated[str, typer.Option("--name", help="Column of their names.")] = "",
    parent: Annotated[str, typer.Option("--parent", help="Column of the grid above.")] = "",
    category: Annotated[str, typer.Option("--category", help="Column of the category.")] = "",
    layer: Annotated[str, typer.Option("--layer", help="Layer of the file.")] = "",
    crs: Annotated[
        str,
        typer.Option("--crs", help="Coordinate system, such as EPSG:4547, if the file has none."),
    ] = "",
    datum: Annotated[
        Literal["", "gcj02", "bd09"],
        typer.Option("--datum", help="Shift of a web map to be undone: gcj02 or bd09."),
    ] = "",
    encoding: Annotated[str, typer.Option("--encoding", help="Encoding of its texts.")] = "",
    straddle: Annotated[
        Literal["cut", "majority", "refuse"],
        typer.Option(
            "--straddle",
            help="Patches in several grids: cut along their border, given whole to the grid with "
            "most of them, or the import is refused with the places.",
        ),
    ] = "cut",
    roster: Annotated[
        Path | None, typer.Option("--roster", help="Another roster of people, .xlsx or .csv.")
    ] = None,
    postings: Annotated[
        Path | None,
        typer.Option(
            "--postings",
            help="Table of who is on which grid: grid, person (id or name), role. Default: the "
            "names in a file of gridmap, where it has them.",
        ),
    ] = None,
    who: Annotated[str, typer.Option("--who", help="Name for the log.")] = "import",
    why: Annotated[str, typer.Option("--why", help="Reason for the log.")] = "",
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="What was found: .xlsx with all tables, .csv or .geojson with the faults.",
        ),
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Take in a division made elsewhere: its grids become labels on the patches of the town.

    Columns are guessed by their headers unless they are named. Every fault is listed with its
    place. Ends with 1 when the new plan has errors.
    """
    from gridmap.cli.terminal.summary import count_issues, has_errors
    from gridmap.imports.report import ENDINGS, report_bytes
    from gridmap.store.plan_lock import saver_at
    from layers.files.atomic import check_free, write_atomically
    from layers.reading.features import Declared

    screen = Screen.start(lang, json)
    target = _target(town, out)
    save = saver_at(target, overwrite=overwrite)
    if report is not None:
        check_free(report, overwrite=overwrite, endings=ENDINGS)
    columns = {"code": code, "name": name, "parent": parent, "category": category}
    how = {
        "columns": {key: value for key, value in columns.items() if value},
        "layer": layer or None,
        "declared": Declared(crs or None, datum or None, encoding or None),
    }
    with screen.progress() as tell:
        entry = {"who": who, "when": datetime.now().isoformat(timespec="seconds"), "why": why}
        people = {"roster": roster, "postings": postings}
        options = (straddle, entry, people)
        imported, source = _carried_out(file, town, target, how, options, tell, save)
        if report is not None:
            told = report_bytes(imported, source, report.suffix.lower())
            write_atomically(report, told, overwrite=overwrite)
    _show(screen, imported, source)
    screen.line(screen.say("issues.count", **count_issues(imported.plan)))
    screen.line(screen.say("plan.made", path=target))
    if report is not None:
        screen.line(screen.say("file.made", path=report))
    screen.emit(_answer(imported, source, target, report) | {"issues": count_issues(imported.plan)})
    raise typer.Exit(int(has_errors(imported.plan)))


def _target(town: Path, out: Path | None) -> Path:
    from gridmap.store import SUFFIX

    if town.is_dir():
        return out or Path(f"{town.resolve().name}{SUFFIX}")
    if not town.exists():
        raise UsageError(
            f"There is no plan and no folder {str(town)!r}. Give a plan file of the town, or its "
            "folder with rules.toml.",
            f"找不到方案或文件夹“{town}”。请给出该乡镇的方案文件，或含 rules.toml 的文件夹。",
        )
    return out or town


def _carried_out(
    file: Path, town: Path, target: Path, how: dict[str, Any],
    options: tuple[Any, dict[str, str], dict[str, Path | None]], tell: Any,
    save: "Callable[[Plan], None]",
) -> tuple["Imported", "Source"]:  # fmt: skip
    from gridmap.imports import read_source
    from gridmap.imports.town import first_plan, into_plan, outline_of
    from gridmap.publications import issued_beside
    from gridmap.store import load_plan
    from gridmap.store.plan_lock import change_plan

    straddle, entry, people = options

    def read(plan: "Plan") -> "Source":
        return read_source(file, crs=plan.crs, outline=outline_of(plan), **how)

    if town.is_dir():
        imported, source = first_plan(
            town,
            read,
            who=entry["who"],
            when=entry["when"],
            straddle=straddle,
            issued=issued_beside(target),
            roster=people["roster"],
            postings=people["postings"],
            progress=tell,
        )
        save(imported.plan)
        return imported, source
    done: list[tuple[Imported, Source]] = []

    def changed(plan: "Plan") -> "Plan":
        source = read(plan)
        tell(Step.SPLIT, 0.4)
        taken = into_plan(
            plan,
            source,
            who=entry["who"],
            when=entry["when"],
            why=entry["why"],
            straddle=straddle,
            roster=people["roster"],
            postings=people["postings"],
        )
        done.append((taken, source))
        return taken.plan

    tell(Step.READ, 0.1)
    if target.exists() and target.samefile(town):
        change_plan(town, changed)
    else:
        save(changed(load_plan(town)))
    return done[-1]


def _show(screen: Screen, imported: "Imported", source: "Source") -> None:
    from gridmap.imports.source_columns import TITLES_ZH

    rows = [
        [
            screen.pick(TITLES_ZH[one.ours], one.ours),
            one.column,
            screen.pick(one.why.zh, one.why.en),
            one.example,
        ]
        for one in source.found
    ]
    heads = ("ours", "column", "why", "example")
    screen.table([screen.say(f"head.import_{key}") for key in heads], rows)
    totals = imported.totals
    screen.line(
        screen.say(
            "import.done",
            grids=len(imported.grids),
            made=len(imported.plan.micro_grids),
            kept=int((imported.grids["grid_codes"] == imported.grids["source_code"]).sum()),
        )
    )
    screen.line(screen.say("import.ground", **{key: f"{m2:,.0f}" for key, m2 in totals.items()}))
    listed = imported.issues[imported.issues["severity"] != "info"]
    for row in listed.head(SHOWN).itertuples():
        screen.line(screen.pick(str(row.message_zh), str(row.message)))
    if len(listed) > SHOWN:
        screen.line(screen.say("import.more", count=len(listed) - SHOWN))


def _answer(
    imported: "Imported", source: "Source", target: Path, report: Path | None
) -> dict[str, Any]:
    grids = imported.grids
    return {
        "plan": str(target),
        "report": str(report) if report is not None else None,
        "ours": source.ours,
        "columns": {one.ours: one.column for one in source.found},
        "grids": [
            {
                "source_code": row["source_code"],
                "name": row["name"],
                "grid_codes": row["grid_codes"].split(";") if row["grid_codes"] else [],
                **{key: round(row[key], 2) for key in grids.columns if key.endswith("_m2")},
            }
            for row in grids.to_dict("records")
        ],
        "straddling": len(set(imported.straddles["patch_id"])),
        "totals_m2": {key: round(m2, 2) for key, m2 in imported.totals.items()},
        "faults": [
            {key: row[key] for key in ("rule", "severity", "code", "message", "message_zh")}
            for row in imported.issues.to_dict("records")
        ],
    }
