"""Commands on published versions: make one, and ask what was in force."""

import getpass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gridmap.cli.terminal.options import Expected, Json, Lang, PlanFile, PlanFolder, PlanOrId
from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from layers.contract.errors import UsageError, printable

if TYPE_CHECKING:
    from gridmap.publications import Responsible, Version

__all__ = ["publish", "published"]

_HEADS = ("number", "first_day", "last_day", "published_at", "who", "why")


def publish(
    plan: PlanOrId,
    why: Annotated[
        str, typer.Option("--why", help="The reason, for the record.", show_default=False)
    ],
    first_day: Annotated[
        str,
        typer.Option("--from", help="First day, as 2026-11-30. Default: today."),
    ] = "",
    number: Annotated[
        str, typer.Option("--number", help="Number of the version. Default: that of the rules.")
    ] = "",
    who: Annotated[
        str, typer.Option("--who", help="Who publishes. Default: the user of this computer.")
    ] = "",
    rebase: Annotated[
        bool,
        typer.Option(
            "--rebase", help="On top of a newer version that another plan of the folder has."
        ),
    ] = False,
    folder: PlanFolder = Path("out"),
    expected: Expected = "",
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make an immutable version of a plan, in the file of publications beside it.

    The version before ends on the day before. Refused, with all reasons, when the plan has errors,
    the number stands for other content, or a code was given up or stands for other ground.
    """
    from gridmap.plan_store import store_with
    from gridmap.publications import newer_of_another
    from gridmap.versions.by_id import FileVersions

    screen = Screen.start(lang, json)
    store, id = store_with(plan, folder)
    plan_file = store.path_of(id)
    newer = newer_of_another(plan_file) if rebase else None
    made = FileVersions(store, folder).publish(
        id,
        why=why,
        first_day=first_day or date.today().isoformat(),
        who=who or getpass.getuser(),
        when=datetime.now().astimezone().isoformat(timespec="seconds"),
        number=number,
        onto=newer.chain if newer is not None else "",
        expected=expected or None,
    )
    screen.line(
        say(
            "published.made",
            screen.language,
            number=printable(made.number),
            first_day=made.first_day,
        )
    )
    screen.emit({"plan": str(plan_file), **_told(made)})


def published(
    action: Annotated[
        Literal["list", "who", "changes", "codes", "save", "verify"],
        typer.Argument(
            metavar="ACTION", help="list, who, changes, codes, save or verify.", show_default=False
        ),
    ],
    plan_file: PlanFile,
    on: Annotated[
        str, typer.Option("--on", help="Day, as 2026-11-30. Default: today.", show_default=False)
    ] = "",
    number: Annotated[
        list[str] | None,
        typer.Option("--number", help="Number of a version; for changes give two."),
    ] = None,
    lon: Annotated[float | None, typer.Option("--lon", help="Longitude, WGS84.")] = None,
    lat: Annotated[float | None, typer.Option("--lat", help="Latitude, WGS84.")] = None,
    object_id: Annotated[str, typer.Option("--object", help="Id of an object.")] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="For save: plan file to write.", show_default=False),
    ] = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Ask what was published: versions, who was responsible, what changed, every code ever used.

    'save' writes a version as a plan, of a day (--on) or a number; 'verify' proves all versions by
    their digests.
    """
    screen, numbers = Screen.start(lang, json), number or []
    day = on or date.today().isoformat()
    if action == "list":
        _list(screen, plan_file)
    elif action == "who":
        _who(screen, plan_file, day, lon=lon, lat=lat, object_id=object_id)
    elif action == "changes":
        _changes(screen, plan_file, numbers)
    elif action == "codes":
        _codes(screen, plan_file)
    elif action == "save":
        _save(screen, plan_file, numbers[0] if numbers else "", day, out)
    else:
        _verify(screen, plan_file)


def _list(screen: Screen, plan_file: Path) -> None:
    from gridmap.publications import versions_of

    versions = versions_of(plan_file)
    _table(screen, _HEADS, [
        (one.number, one.first_day, one.last_day, one.time[:10], one.who, one.why)
        for one in versions
    ])  # fmt: skip
    screen.emit({"plan": str(plan_file), "versions": [_told(one) for one in versions]})


def _who(
    screen: Screen, plan_file: Path, day: str, *, lon: float | None, lat: float | None,
    object_id: str,
) -> None:  # fmt: skip
    from gridmap.publications import who_was

    found = who_was(plan_file, day, lon=lon, lat=lat, object_id=object_id)
    screen.line(_in_force(screen, found))
    _table(screen, ("grids", "name", "people"), [
        (one.code, one.name, "、".join(f"{man.name}（{man.role}）" for man in one.people))
        for one in found.line
    ])  # fmt: skip
    line = [
        {"kind": one.kind, "code": one.code, "name": one.name, "level": one.level,
         "people": [vars(man) for man in one.people]}
        for one in found.line
    ]  # fmt: skip
    screen.emit({"on": found.day, "version": found.version.number, "line": line})


def _changes(screen: Screen, plan_file: Path, numbers: list[str]) -> None:
    from gridmap.publications import changes_between

    if len(numbers) != 2:
        raise UsageError(
            "'changes' compares two versions: give --number twice.",
            "changes 比较两个版本，请用两个 --number 给出。",
        )
    rows = changes_between(plan_file, *numbers).reset_index()
    _table(screen, ("grids", "name", "change", "people", "successors"), [
        (row.code, row.name, row.change, row.people_after, row.successors)
        for row in rows.itertuples(index=False)
    ])  # fmt: skip
    screen.emit({"between": numbers, "changes": rows.to_dict("records")})


def _codes(screen: Screen, plan_file: Path) -> None:
    from gridmap.publications import published_codes

    rows = published_codes(plan_file).reset_index()
    gone = rows[rows["valid_to"] != ""]
    _table(screen, ("grids", "name", "first_day", "last_day", "why", "successors"), [
        (row.code, row.name, row.valid_from, row.valid_to, row.reason, row.merged_into)
        for row in gone.itertuples(index=False)
    ])  # fmt: skip
    told = rows.astype(object).where(rows.notna(), None)
    screen.emit({"plan": str(plan_file), "codes": told.to_dict("records")})


def _save(screen: Screen, plan_file: Path, number: str, day: str, out: Path | None) -> None:
    from gridmap.publications import plan_of, version_on
    from gridmap.store import check_place, save_plan

    if out is None:
        raise UsageError("'save' needs --out.", "save 需要用 --out 给出要写的文件。")
    check_place(out)
    chosen = number or version_on(plan_file, day).number
    save_plan(plan_of(plan_file, chosen), out)
    screen.line(screen.say("file.made", path=out))
    screen.emit({"plan": str(out), "version": chosen})


def _verify(screen: Screen, plan_file: Path) -> None:
    from gridmap.publications import check_record, versions_of

    faults, count = check_record(plan_file), len(versions_of(plan_file))
    for one in faults:
        screen.line(screen.pick(one.zh, one.en))
    if not faults:
        screen.line(say("published.sound", screen.language, count=count))
    screen.emit({"versions": count, "faults": [{"en": one.en, "zh": one.zh} for one in faults]})
    raise typer.Exit(int(bool(faults)))


def _table(screen: Screen, heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    screen.table(
        [say(f"published.{head}", screen.language) for head in heads],
        [[printable(str(cell)) for cell in row] for row in rows],
    )


def _in_force(screen: Screen, found: "Responsible") -> str:
    number = printable(found.version.number)
    return say("published.in_force", screen.language, day=found.day, number=number)


def _told(version: "Version") -> dict[str, Any]:
    return dict(vars(version))
