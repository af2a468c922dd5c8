"""The command that writes published versions to a PostGIS, or takes them out again."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridmap.cli.out.two_states import Licence
from gridmap.cli.terminal.options import Json, Lang, Public, day_of
from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from layers.contract.errors import UsageError, printable

if TYPE_CHECKING:
    from gridmap.postgis import Outcome

__all__ = ["postgis"]


def postgis(
    place: Annotated[
        Path,
        typer.Argument(
            metavar="PLAN|CITY", help="Plan file, or the folder of a city.", show_default=False
        ),
    ],
    database: Annotated[
        str,
        typer.Option(
            "--database",
            help="Connection without a password: 'service=gridmap', 'host=db dbname=gis user=me'. "
            "Default: PGSERVICE, PGHOST … of the environment.",
        ),
    ] = "",
    schema: Annotated[
        str, typer.Option("--schema", help="Schema of the tables; made if it is not there.")
    ] = "gridmap",
    number: Annotated[
        str, typer.Option("--number", help="Published version of a plan, by number.")
    ] = "",
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on",
            formats=["%Y-%m-%d"],
            show_default=False,
            help="The version in force on this day. Default: today.",
        ),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Only this town, by folder or code.")
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take the towns out of the database again.")
    ] = False,
    licence: Licence = "",
    public: Public = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write published versions to a PostGIS: grids and objects, without people.

    A town is written in one transaction, whole or not at all; what is there already is not
    written again. Ends with 1 when a town of a city failed.
    """
    from gridmap.postgis import publish_to, withdraw_from

    screen = Screen.start(lang, json)
    if place.is_dir() and number:
        raise UsageError(
            "--number is of a single plan. Leave it out for a city, or give --on DAY.",
            "--number 只用于单个方案。对城市请去掉，或用 --on 指定日期。",
        )
    if not place.is_dir() and only:
        raise UsageError(
            "--only names towns of a city; this is a single plan. Leave it out.",
            "--only 用于城市中的镇；这里是单个方案，请去掉。",
        )
    with screen.progress() as tell:
        if withdraw:
            found = withdraw_from(place, database, schema=schema, public=public, only=only or [])
        else:
            found = publish_to(
                place, database, schema=schema, day=day_of(on) or date.today().isoformat(),
                number=number, public=public, licence=licence, only=only or [], tell=tell,
            )  # fmt: skip
    _show(screen, found, schema)
    raise typer.Exit(int(any(one.state == "failed" for one in found)))


def _show(screen: Screen, found: "list[Outcome]", schema: str) -> None:
    language = screen.language
    heads = [say(f"postgis.head.{key}", language) for key in
             ("town", "code", "state", "version", "grids", "objects", "why")]  # fmt: skip
    cells = (
        (
            printable(one.town), one.code or "–", say(f"postgis.state.{one.state}", language),
            printable(one.version) or "–", f"{one.grids:,}" if one.grids else "–",
            f"{one.objects:,}" if one.objects else "–",
            screen.pick(one.fault.zh, one.fault.en) if one.fault else "",
        )
        for one in found
    )  # fmt: skip
    heads[4:6] = [f">{head}" for head in heads[4:6]]
    screen.table(heads, cells)
    counts = Counter(str(one.state) for one in found)
    states = ("new", "changed", "same", "unpublished", "failed", "withdrawn", "absent")
    told = say("mark.list", language).join(
        say("postgis.count", language, state=say(f"postgis.state.{state}", language),
            count=counts[state])
        for state in states if counts[state]
    )  # fmt: skip
    screen.line(say("postgis.told", language, schema=printable(schema), told=told))
    screen.emit(
        {
            "schema": schema,
            "towns": [
                {**vars(one), "fault": str(one.fault) if one.fault else None} for one in found
            ],
        }
    )
