"""The command that makes files of an order, as the page 交付 does: handover."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gridmap.cli.terminal.options import (
    Crs,
    Decimals,
    Encoding,
    Gcj02,
    Json,
    Lang,
    Multi,
    Overwrite,
)
from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from layers.contract.errors import UsageError

if TYPE_CHECKING:
    from gridmap.handover import Kind
    from gridmap.handover.carrying import Progress
    from gridmap.handover.delivery import Delivered
    from gridmap.handover.order import Targets

__all__ = ["handover"]

ZIP = ".zip"


def handover(
    plan_file: Annotated[
        Path | None,
        typer.Argument(metavar="PLAN", help="Plan file, *.gridmap.gpkg.", show_default=False),
    ] = None,
    what: Annotated[
        str,
        typer.Option("--what", help="Kinds of files, as map,print; --list tells them."),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the files, or a file .zip that holds all of them."),
    ] = None,
    grids: Annotated[
        str, typer.Option("--grids", help="Codes of grids, as 410122106208001,410122106208002.")
    ] = "",
    below: Annotated[
        str,
        typer.Option("--below", help="Codes of villages or grids: the smallest grids below them."),
    ] = "",
    people: Annotated[
        str, typer.Option("--people", help="Ids of people in the roster, as GB008,GB009.")
    ] = "",
    audience: Annotated[
        Literal["house", "public"],
        typer.Option("--for", help="For whom: the house, or the public."),
    ] = "house",
    paper: Annotated[
        str, typer.Option("--paper", help="Paper, A4 to A0. Default: what each kind has.")
    ] = "",
    scale: Annotated[
        str, typer.Option("--scale", help="Scale of the map on paper, as 1:5000.")
    ] = "",
    grey: Annotated[
        bool, typer.Option("--grey", help="Map on paper in greys and hatches.")
    ] = False,
    patches: Annotated[
        bool, typer.Option("--patches", help="Boundaries with the patches.")
    ] = False,
    names: Annotated[
        bool, typer.Option("--names", help="Boundaries with names and roles of the people.")
    ] = False,
    licence: Annotated[
        str, typer.Option("--licence", help="Licence of the data, for the head of the boundaries.")
    ] = "",
    crs: Crs = "",
    formats: Annotated[
        str,
        typer.Option(
            "--formats", help="Of layers, as shp,kml; also fgb, parquet, topojson, pmtiles."
        ),
    ] = "shp",
    encoding: Encoding = "utf-8",
    gcj02: Gcj02 = False,
    multi: Multi = False,
    decimals: Decimals = 7,
    layout: Annotated[
        Literal["collection", "lines", "sequence"],
        typer.Option("--layout", help="Layout of the features in the GeoJSON."),
    ] = "collection",
    contacts: Annotated[
        Literal["none", "office", "posts"],
        typer.Option(
            "--contacts", help="Phones on the files: none, the office's, or of posts too."
        ),
    ] = "none",
    roles: Annotated[
        str, typer.Option("--roles", help="With --contacts posts: of these roles alone.")
    ] = "",
    template: Annotated[
        Path | None,
        typer.Option("--template", help="Template of boards and cards, a TOML file."),
    ] = None,
    per_grid: Annotated[
        int, typer.Option("--per-grid", help="Boards of each grid, with those that hang.", min=1)
    ] = 1,
    copies: Annotated[int, typer.Option("--copies", help="Cards of each grid.", min=1)] = 1,
    again: Annotated[
        bool, typer.Option("--again", help="Boards too that hang and have not changed.")
    ] = False,
    noted: Annotated[bool, typer.Option("--noted", help="Note the boards as printed.")] = False,
    each: Annotated[
        bool, typer.Option("--each", help="An atlas with a page for every micro-grid.")
    ] = False,
    answers: Annotated[
        bool,
        typer.Option("--answers", help="Pages for phones with a link, by which cadres answer."),
    ] = False,
    address: Annotated[
        str, typer.Option("--address", help="Address of the app, where phones can open it.")
    ] = "",
    since: Annotated[
        Path | None,
        typer.Option("--since", help="Earlier plan: the ledger and the announcement tell changes."),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Day on the files. Default: today."),
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="Tell all kinds of files, and write nothing.")
    ] = False,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make several files of a plan in one go, as the page for handing over does.

    Of all micro-grids and exclusive grids, or of those that --grids, --below or --people name. All
    files are there at the end, or none.
    """
    from gridmap.cli.out.maps import scale_of
    from gridmap.handover import Order, carry_out
    from gridmap.handover.delivery import into_folder, into_zip
    from gridmap.publish import questions
    from gridmap.store import load_plan
    from layers.files.atomic import check_free

    screen = Screen.start(lang, json)
    if list_:
        _list(screen)
        return
    if plan_file is None or out is None:
        raise UsageError(
            "Name the plan file, and with --out a folder or a .zip file for what is made.",
            "请写明方案文件，并用 --out 写明存放成果的文件夹或 .zip 文件。",
        )
    targets, codes = _targets(grids, below, people)
    text, logo = _template(template)
    order = Order(
        kinds=_words(what),
        targets=targets,
        codes=codes,
        audience=audience,
        language=screen.language,
        paper=paper.upper(),
        scale=scale_of(scale) or 0,
        grey=grey,
        patches=patches,
        names=names,
        licence=licence,
        crs=crs,
        formats=_words(formats.lower()),
        encoding=encoding,
        gcj02=gcj02,
        multi=multi,
        decimals=decimals,
        layout=layout,
        contacts=contacts,
        roles=_words(roles),
        template=text,
        logo=logo,
        per_grid=per_grid,
        copies=copies,
        again=again,
        noted=noted,
        each=each,
        answers=answers,
        address=address,
        since=str(since.absolute()) if since else "",
    )
    is_zip = out.suffix.lower() == ZIP
    if is_zip:
        check_free(out, overwrite=overwrite)
    plan = load_plan(plan_file)
    with screen.progress() as bar:
        files = carry_out(
            order,
            plan,
            source=plan_file,
            printed=on.date() if on else date.today(),
            tell=lambda now: bar(_told(screen, now), now.share),
            manifest=out,
        )
        put = into_zip if is_zip else into_folder
        made = put(files, out, overwrite=overwrite)
    _tell(screen, made, out)
    for asked in questions(plan):
        screen.remark(screen.pick(asked.zh, asked.en))
    screen.emit(
        {
            "out": str(out),
            "audience": audience,
            "files": [
                {
                    "name": file.name,
                    "kind": file.kind,
                    "bytes": file.size,
                    "remarks": [{"zh": one.zh, "en": one.en} for one in file.remarks],
                }
                for file in made
            ],
        }
    )


def _words(typed: str) -> tuple[str, ...]:
    """Read a list that was typed with commas of any kind, or spaces."""
    return tuple(dict.fromkeys(word for word in re.split(r"[,，、;；\s]+", typed) if word))


def _targets(grids: str, below: str, people: str) -> tuple["Targets", tuple[str, ...]]:
    given: dict[Targets, str] = {"grids": grids, "parents": below, "people": people}
    chosen = [(targets, _words(typed)) for targets, typed in given.items() if typed.strip()]
    if len(chosen) > 1:
        raise UsageError(
            "--grids, --below and --people say different things. Take one of them.",
            "--grids、--below、--people 含义不同，请只用其中之一。",
        )
    return chosen[0] if chosen else ("all", ())


def _template(path: Path | None) -> tuple[str, str]:
    """Read a template as an order has it: its text, and its logo."""
    if path is None:
        return "", ""
    import base64

    from gridmap.paper import read_template

    image = read_template(path).image
    return path.read_text(encoding="utf-8-sig"), base64.b64encode(image).decode()


def _told(screen: Screen, now: "Progress") -> str:
    from gridmap.handover import kind_of

    title = kind_of(now.kind).title(screen.language)
    return f"{title} {now.done}/{now.all}" if now.all > 1 else title


def _tell(screen: Screen, made: "list[Delivered]", place: Path) -> None:
    for file in made:
        name, size = file.name, _size(file.size)
        screen.line(say("handover.file", screen.language, name=name, size=size))
    for one in dict.fromkeys(remark for file in made for remark in file.remarks):
        screen.line(screen.pick(one.zh, one.en))
    screen.line(screen.say("file.made", path=place))


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{max(1, round(count / 1000))} kB"


def _list(screen: Screen) -> None:
    """Show all kinds of files."""
    from gridmap.handover import KINDS

    def told(key: str) -> str:
        return say(f"handover.{key}", screen.language)

    def audiences(kind: "Kind") -> str:
        return screen.say("list").join(told(f"audience.{one}") for one in kind.audiences)

    screen.table(
        [told(f"list.{key}") for key in ("what", "file", "of", "for", "holds")],
        [
            [
                kind.key,
                kind.suffix,
                told(f"of.{kind.of}"),
                audiences(kind),
                kind.title(screen.language),
            ]
            for kind in KINDS
        ],
    )
    screen.emit(
        [
            {
                "what": kind.key,
                "suffix": kind.suffix,
                "of": kind.of,
                "for": list(kind.audiences),
                "options": list(kind.options),
                "title": {"zh": kind.title("zh"), "en": kind.title("en")},
                "note": {"zh": kind.note("zh"), "en": kind.note("en")},
            }
            for kind in KINDS
        ]
    )
