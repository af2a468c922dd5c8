"""Commands about service in the town: stations, case counts, business areas."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from gridmap.cli.terminal.options import Json, Lang, Overwrite, PlanFile, open_plan
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step

__all__ = ["business", "cases", "stations"]

NAMED = 15  # grids with gaps on the screen; JSON has all


def stations(
    plan_file: PlanFile,
    minutes: Annotated[
        float | None,
        typer.Option("--minutes", help="Minutes on the way. Default: those of the rules.", min=1),
    ] = None,
    mode: Annotated[
        Literal["walk", "bicycle"],
        typer.Option("--mode", help="Mode of the gaps and of the circles."),
    ] = "bicycle",
    circles: Annotated[
        Path | None, typer.Option("--circles", help="GeoJSON file of the service circles.")
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show who is within reach of a station on foot and by bicycle, the gaps, and the next sites.

    Ways follow the roads of the plan; without roads they are straight lines times the detour
    factor. With --circles the ground that each station serves is written as GeoJSON.
    """
    from gridmap.stations.figures import station_service
    from gridmap.stations.tables import notes_of, proposals_shown, totals_shown
    from layers.files.atomic import check_free

    screen = Screen.start(lang, json)
    if circles is not None:
        check_free(circles, overwrite=overwrite, endings=(".geojson", ".json"))
    with screen.progress() as tell:
        plan, said = open_plan(screen, plan_file)
        tell(Step.CHECK, 0.3)
        service = station_service(plan, minutes=minutes)
    if not len(service.stations):
        screen.line(_words("stations.none", screen))
    for note in notes_of(service, plan, screen.language):
        screen.line(note)
    _show(screen, totals_shown(service, screen.language), texts=2)
    _show_gaps(screen, service, plan, mode)
    if len(service.proposals):
        screen.line(_words("stations.next", screen))
        _show(screen, proposals_shown(service, plan, screen.language), texts=4)
        screen.line(_words("stations.next_note", screen))
    if circles is not None:
        _write_circles(screen, service, plan, mode, circles, overwrite=overwrite)
    screen.emit({**_station_answer(service, plan, mode), **said})


def _show_gaps(screen: Screen, service: Any, plan: Any, mode: str) -> None:
    from gridmap.stations.tables import gaps_shown

    gaps = gaps_shown(service, plan, mode, screen.language)
    values = {"minutes": f"{service.minutes:g}", "mode": _words(f"stations.{mode}", screen)}
    if gaps.empty:
        measure = _words(f"stations.{service.measure}", screen)
        screen.line(_words("stations.no_gaps", screen, measure=measure, **values))
        return
    screen.line(_words("stations.gaps", screen, count=len(gaps), **values))
    _show(screen, gaps.head(NAMED), texts=2)
    if len(gaps) > NAMED:
        screen.line(screen.say("service.more", count=len(gaps) - NAMED))


def _write_circles(
    screen: Screen, service: Any, plan: Any, mode: str, path: Path, *, overwrite: bool
) -> None:
    from gridmap.stations.circles import circles_bytes
    from layers.files.atomic import write_atomically

    write_atomically(path, circles_bytes(service, plan, mode), overwrite=overwrite)
    screen.line(screen.say("file.made", path=path))


def _station_answer(service: Any, plan: Any, mode: str) -> dict[str, Any]:
    gaps = service.gaps(mode, plan.grids)
    return {
        "town": plan.rules.town.name,
        "minutes": service.minutes,
        "stations": len(service.stations),
        "on_street": int(service.stations["on_street"].sum()),
        "unplaced": list(service.unplaced),
        "road_km": round(service.road_km, 3),
        "reach_m": service.reach_m,
        "totals": [{"mode": key, **row} for key, row in service.totals.to_dict("index").items()],
        "measure": service.measure,
        "mode": mode,
        "gaps": [{"grid_code": code, **row} for code, row in gaps.to_dict("index").items()],
        "proposals": service.proposals.to_dict("records"),
    }


def cases(
    plan_file: PlanFile,
    table: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Table of counts to add, .csv, .xlsx or .dbf."),
    ] = None,
    level: Annotated[int, typer.Option("--level", help="Level of the grids shown.", min=1)] = 2,
    csv: Annotated[Path | None, typer.Option("--csv", help="CSV file of the table shown.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Plan file to write. Default: PLAN, with --overwrite."),
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Add a table of case counts to a plan, and show the counts by grid.

    Rows of a file of the same name are replaced. Without FILE nothing is written but the CSV.
    """
    from gridmap.coverage.cases import case_table
    from gridmap.coverage.shown import cases_shown
    from gridmap.publish import require_release
    from gridmap.store import load_plan

    screen = Screen.start(lang, json)
    plan = load_plan(plan_file)
    require_release(plan)
    if table is not None:
        plan = _with_cases(screen, plan, plan_file, table, out, overwrite=overwrite)
    if not len(plan.cases):
        screen.line(_words("cases.none", screen))
        screen.emit({"town": plan.rules.town.name, "cases": 0, "grids": []})
        return
    _require_level(plan, level)
    shown = cases_shown(plan, level=level, language=screen.language)
    _show(screen, shown, texts=4)
    rows = case_table(plan.cases, plan.grids, level=level)
    lost = int((plan.cases["grid_code"] == "").sum())
    above = len(plan.cases) - lost - int(rows["rows"].sum())
    if above or lost:
        screen.line(_words("cases.above", screen, count=above, lost=lost))
    screen.line(_words("cases.note", screen))
    if csv is not None:
        _write_csv(screen, rows, csv, overwrite=overwrite)
    screen.emit(
        {
            "town": plan.rules.town.name,
            "level": level,
            "cases": len(plan.cases),
            "in_no_grid": lost,
            "above": above,
            "grids": rows.to_dict("records"),
        }
    )


def _with_cases(
    screen: Screen, plan: Any, plan_file: Path, table: Path, out: Path | None, *, overwrite: bool
) -> Any:
    """Put a table of counts into a plan and write it, as `assign` does with a roster."""
    from gridmap.store.plan_lock import change_plan, saver_at
    from gridmap.workflow.departments import with_cases

    target = out or plan_file
    save = saver_at(target, overwrite=overwrite)
    if target.exists() and target.samefile(plan_file):
        made = change_plan(plan_file, lambda before: with_cases(before, table))
    else:
        made = with_cases(plan, table)
        save(made)
    issues = made.issues
    told = issues[(issues["code"] == table.name) & (issues["severity"] != "info")]
    for row in told.itertuples():
        screen.line(screen.pick(row.message_zh, row.message))
    screen.line(screen.say("plan.made", path=target))
    return made


def business(
    plan_file: PlanFile,
    csv: Annotated[Path | None, typer.Option("--csv", help="CSV file of the crosswalk.")] = None,
    geojson: Annotated[
        Path | None, typer.Option("--geojson", help="GeoJSON file of the areas.")
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show how the areas of departments meet the grids of levels 1 and 2, with their staff."""
    from gridmap.coverage.business import business_geojson, staff_of_grids
    from gridmap.coverage.shown import crosswalk_shown, staff_shown
    from layers.files.atomic import check_free, write_atomically

    screen = Screen.start(lang, json)
    if geojson is not None:
        check_free(geojson, overwrite=overwrite, endings=(".geojson", ".json"))
    plan, _ = open_plan(screen, plan_file)
    staff = staff_of_grids(plan.business, plan.crosswalk)
    if plan.business.empty:
        screen.line(_words("business.none", screen))
    else:
        count, total = len(plan.business), int(plan.business["staff"].sum())
        screen.line(_words("business.count", screen, count=count, staff=f"{total:,}"))
        _show(screen, crosswalk_shown(plan, screen.language), texts=5)
        if total:
            screen.line(_words("business.staff", screen))
            _show(screen, staff_shown(plan, screen.language), texts=3)
    if csv is not None:
        _write_csv(screen, plan.crosswalk, csv, overwrite=overwrite)
    if geojson is not None:
        write_atomically(geojson, business_geojson(plan), overwrite=overwrite)
        screen.line(screen.say("file.made", path=geojson))
    screen.emit(
        {
            "town": plan.rules.town.name,
            "areas": len(plan.business),
            "staff": int(plan.business["staff"].sum()),
            "crosswalk": plan.crosswalk.to_dict("records"),
            "staff_of_grids": staff.to_dict("records"),
        }
    )


def _require_level(plan: Any, level: int) -> None:
    from layers.contract.errors import UsageError

    if (plan.grids["level"] == level).any():
        return
    levels = ", ".join(str(number) for number in sorted(set(plan.grids["level"])))
    raise UsageError(
        f"The plan has no grids of level {level}. Its levels are {levels}.",
        f"方案中没有 {level} 级网格。现有级别：{levels}。",
    )


def _write_csv(screen: Screen, table: Any, path: Path, *, overwrite: bool) -> None:
    from boundaries.export.csv_table import csv_bytes
    from layers.files.atomic import check_free, write_atomically

    check_free(path, overwrite=overwrite, endings=(".csv",))
    cells = table.astype(object).where(table.notna(), "")
    written = csv_bytes(list(table.columns), cells.itertuples(index=False, name=None))
    write_atomically(path, written, overwrite=overwrite)
    screen.line(screen.say("file.made", path=path))


def _show(screen: Screen, table: Any, *, texts: int) -> None:
    """Print a table whose first columns are texts and the others numbers."""
    heads = [
        head if place < texts else f">{head}" for place, head in enumerate(map(str, table.columns))
    ]
    rows = [[str(cell) for cell in row] for row in table.itertuples(index=False, name=None)]
    screen.table(heads, rows)


def _words(key: str, screen: Screen, **values: object) -> str:
    from gridmap.words import say

    return say(key, screen.language, **values)
