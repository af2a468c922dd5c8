"""The command on many towns under one catalogue: planned, cut, and what is told of them."""

import math
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gridmap.cli.city_answers import show_compared, show_found
from gridmap.cli.city_cut import show_cut
from gridmap.cli.city_settle import show_settled
from gridmap.cli.city_tables import show_areas, show_borders, show_people, show_status
from gridmap.cli.city_tiles import make_tiles
from gridmap.cli.terminal.options import Json, Lang
from gridmap.cli.terminal.screen import Screen
from gridmap.words import Language, say
from layers.contract.errors import UsageError, printable, quoted

if TYPE_CHECKING:
    from gridmap.city.folder import City
    from gridmap.city.running import Progress

__all__ = ["city"]

_TOLD = 3  # towns at work that are named


def city(
    action: Annotated[
        Literal[
            "plan",
            "status",
            "areas",
            "borders",
            "people",
            "find",
            "compare",
            "cut",
            "tiles",
            "settle",
        ],
        typer.Argument(
            metavar="ACTION",
            help="plan, status, areas, borders, people, find, compare, cut, tiles or settle.",
            show_default=False,
        ),
    ],
    folder: Annotated[
        Path,
        typer.Argument(metavar="CITY", help="Folder with a city.toml.", show_default=False),
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT|TOWN]...",
            help="What 'find' looks for; the towns of 'compare', or the two of 'settle', by "
            "folder or code; 'compare' knows names too.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option("--workers", help="Processes at once; 0: as many as there are cores.", min=0),
    ] = 0,
    scheduler: Annotated[
        str, typer.Option("--scheduler", help="Address of a Dask scheduler to plan on instead.")
    ] = "",
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Only this town, by folder or code.")
    ] = None,
    anew: Annotated[
        list[str] | None,
        typer.Option("--anew", help="Plan this town anew, though edits of its plan are lost."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", help="Hits of 'find' that are shown.", min=1)
    ] = 50,
    area: Annotated[
        str, typer.Option("--area", help="Compare with the towns of this area, by code or name.")
    ] = "",
    figure: Annotated[
        list[str] | None,
        typer.Option("--figure", help="Compare by this figure alone, by key or name; repeatable."),
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            help="The border that counts for 'settle': a town, a file of lines, "
            "or 'own' to take an agreement back.",
        ),
    ] = "",
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Plan all towns of a city, tell how each stands, or add their figures up.

    'plan' plans every town whose files or rules have changed since; what is done stays done when
    the run is stopped. A town that fails is told, and the others go on; then the command ends with
    1. 'status' lists the towns, 'areas' the figures of counties and city. 'borders' checks
    the borders between towns, 'people' lists who is on two rosters and which town could lend to
    which; both end with 1 where something is found. 'find' looks for people, objects, grids and
    towns by name or code. 'compare' puts towns beside each other by all figures; without a town it
    lists those that lie far from the others. 'cut' gives each town its parcels of the
    land-use file and its people of the roster that they share; it ends with 1 where a town got
    none, or a person belongs to no town.
    'tiles' makes the vector tiles of the map of all towns, of those whose plan has changed.
    'settle' gives two towns one border where their drawings differ, in both plans or in none.
    """
    from gridmap.city import open_city

    screen = Screen.start(lang, json)
    asked = words or []
    if action == "find":
        show_found(screen, folder, " ".join(asked), limit)
        return
    if action == "compare":
        show_compared(screen, folder, asked, area, figure or [])
        return
    if action == "settle":
        show_settled(screen, open_city(folder), asked, by, anew or [])
        return
    if asked:
        raise UsageError(
            f"'city {action}' takes the folder of a city and no more: {' '.join(asked)!r} is one "
            "word too many.",
            f"“city {action}”只需城市文件夹，多出了{quoted(' '.join(asked))}。",
        )
    opened = open_city(folder)
    if action == "plan":
        failed = _plan(screen, opened, workers, scheduler, only or [], anew or [])
        raise typer.Exit(int(failed))
    if action == "cut":
        raise typer.Exit(int(show_cut(screen, opened)))
    if action == "tiles":
        make_tiles(screen, opened, workers)
        raise typer.Exit
    show = {"status": show_status, "areas": show_areas, "borders": show_borders,
            "people": show_people}  # fmt: skip
    raise typer.Exit(int(show[action](screen, opened)))


def _plan(
    screen: Screen, opened: "City", workers: int, scheduler: str, only: list[str], anew: list[str]
) -> bool:
    from gridmap.city import plan_city
    from gridmap.city.tiles import renew_city_tiles

    with screen.progress() as tell:

        def told(now: "Progress") -> None:
            ended = now.done + now.failed
            tell(_line(now, screen.language), ended / now.all if now.all else 1.0)

        report = plan_city(
            opened, workers=workers, scheduler=scheduler, only=only, anew=anew, tell=told
        )
    if report.settled is not None:
        screen.line(
            say(f"city.settled.{'finished' if report.settled else 'back'}", screen.language)
        )
    for name in report.renewed.mended:
        screen.line(say("city.tables.mended", screen.language, town=printable(name)))
    for name in report.renewed.gone:
        place = opened.plan_of(name)
        key = "gone" if place.exists() else "gone.bare"
        names = {"town": printable(name), "plan": printable(str(place))}
        screen.line(say(f"city.tables.{key}", screen.language, **names))
    done = [name for name, one in report.outcomes.items() if one.state == "done"]
    renew_city_tiles(opened, workers=workers)
    faults = {one.town.name: one.fault for one in report.needs if one.state == "failed"}
    faults |= {name: one.fault for name, one in report.outcomes.items() if one.state == "failed"}
    stale = {
        one.town.name: one.fault for one in report.needs if one.fault and one.state != "failed"
    }
    stale |= {
        name: one.fault
        for name, one in report.outcomes.items()
        if one.state == "done" and one.fault
    }
    for state, rows in (("failed", faults), ("stale", stale)):
        for name, fault in sorted(rows.items()):
            why = screen.pick(fault.zh, fault.en) if fault else ""
            screen.line(say(f"city.row.{state}", screen.language, town=name, why=why))
    kept = len(report.needs) - len(done) - len(faults)
    counts = {"done": len(done), "failed": len(faults), "kept": kept}
    screen.line(say("city.planned", screen.language, **counts))
    screen.line(say("city.next", screen.language, folder=printable(str(opened.folder))))
    costs = {name: dict(one.costs) for name, one in sorted(report.outcomes.items())}
    screen.emit({**counts, "failures": {key: str(one) for key, one in faults.items()},
                 "stale": sorted(stale), "costs": costs, **vars(report.renewed)})  # fmt: skip
    return bool(report.failed)


def _line(now: "Progress", language: Language) -> str:
    """Say how far a run is."""
    ended = now.done + now.failed
    if math.isnan(now.left_s):
        return say("city.begun", language, done=ended, all=now.all)
    towns = say("mark.list", language).join(map(printable, now.running[:_TOLD]))
    left = str(timedelta(seconds=round(now.left_s)))
    return say("city.running", language, done=ended, all=now.all, towns=towns or "–", left=left)
