"""Commands on places: who is in charge (locate, who, meet), why a border lies there (explain)."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from gridmap.cli.terminal.options import Json, Lang, On, Overwrite, PlanFile, Public, open_plan
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step

__all__ = ["explain", "locate", "meet", "who"]

Named = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="Name, credit code, id or code, a part of one, or pinyin.",
        show_default=False,
    ),
]


def explain(
    plan_file: PlanFile,
    lon: Annotated[
        float | None, typer.Argument(metavar="LON", help="Longitude.", show_default=False)
    ] = None,
    lat: Annotated[
        float | None, typer.Argument(metavar="LAT", help="Latitude.", show_default=False)
    ] = None,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option("--between", help="Codes of both grids, instead of LON and LAT."),
    ] = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Say why a border between two grids lies where it does, and what moving it costs.

    LON and LAT are a place on the border or near it.
    """
    from gridmap.store import load_plan
    from gridmap.what_if import explain_border, prepare
    from gridmap.what_if.answer import explained_text, explained_values
    from layers.contract.errors import UsageError

    screen = Screen.start(lang, json)
    point = None if lon is None or lat is None else (lon, lat)
    where = between or point
    if where is None or (between is not None and lon is not None):
        raise UsageError(
            "Give LON and LAT of a place on the border, or --between CODE CODE.",
            "请给出界线上一点的经度和纬度，或 --between 编码 编码。",
        )
    found = explain_border(prepare(load_plan(plan_file)), where)
    for text in explained_text(found).lines:
        screen.line(screen.pick(text.zh, text.en))
    screen.emit(explained_values(found))


def locate(
    plan_file: PlanFile,
    lon: Annotated[
        float | None, typer.Argument(metavar="LON", help="Longitude.", show_default=False)
    ] = None,
    lat: Annotated[
        float | None, typer.Argument(metavar="LAT", help="Latitude.", show_default=False)
    ] = None,
    coordinates: Annotated[
        Literal["wgs84", "gcj02", "bd09", "work"],
        typer.Option(
            "--coordinates",
            help="wgs84: phones; gcj02: Gaode, Tencent; bd09: Baidu; work: metres of the plan.",
        ),
    ] = "wgs84",
    points: Annotated[
        Path | None, typer.Option("--points", help="CSV file with any number of points instead.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="CSV file for the answers, with --points.")
    ] = None,
    x: Annotated[
        str, typer.Option("--x", help="Column with x or longitude. Default: by its header.")
    ] = "",
    y: Annotated[
        str, typer.Option("--y", help="Column with y or latitude. Default: by its header.")
    ] = "",
    on: On = None,
    public: Public = False,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show in which grids a point lies and who is responsible; on a border, list both sides.

    With --points the same for every row of a file. Ends with 1 when a point lies outside the town.
    """
    from gridmap.lookup.locate import locate as find
    from gridmap.publish.answers import public_answers
    from layers.contract.errors import UsageError

    screen = Screen.start(lang, json)
    if points is not None:
        if public:
            raise UsageError(
                "--points writes names and vacancies: that is for the house alone. Leave out one "
                "of --points and --public.",
                "--points 的结果含姓名和空缺，只供内部使用。请去掉 --points 或 --public。",
            )
        if lon is not None or out is None or bool(x) != bool(y):
            raise UsageError(
                "With --points, give --out and no LON and LAT; --x and --y go together.",
                "使用 --points 时须给出 --out，不写经纬度；--x 与 --y 须同时给出。",
            )
        columns = (x, y) if x else None
        _locate_file(screen, plan_file, points, out, columns, coordinates, overwrite, on)
        return
    if lon is None or lat is None or out is not None or x or y:
        raise UsageError(
            "Give LON and LAT, or --points FILE and --out FILE.",
            "请给出经度和纬度，或 --points 文件 与 --out 文件。",
        )
    plan, said = open_plan(screen, plan_file, public=public, on=on)
    answers: Any = find(plan, lon, lat, coordinates=coordinates)
    if plan.is_redacted:
        answers = public_answers(answers)
    for number, answer in enumerate(answers):
        _show_candidate(screen, answer, number)
    told = {"lon": lon, "lat": lat, "coordinates": coordinates, "answers": answers}
    screen.emit({**told, **said})


def _locate_file(
    screen: Screen,
    plan_file: Path,
    source: Path,
    target: Path,
    columns: tuple[str, str] | None,
    coordinates: Any,
    overwrite: bool,
    on: datetime | None,
) -> None:
    from gridmap.lookup.point_files import locate_file

    with screen.progress() as tell:
        tell(Step.LOCATE, 0.1)
        plan, said = open_plan(screen, plan_file, on=on)
        found = locate_file(
            plan,
            source,
            target,
            columns=columns,
            coordinates=coordinates,
            overwrite=overwrite,
        )
    screen.line(screen.say("points.done", rows=found.rows, located=found.located))
    if found.nobody:
        screen.line(screen.say("points.nobody", count=found.nobody))
    faults = [
        {"fault": text, "fault_zh": found.texts_zh[text], "rows": count, "lines": found.lines[text]}
        for text, count in found.faults.most_common()
    ]
    if faults:
        screen.table(
            [screen.say("head.message"), ">" + screen.say("head.rows"), screen.say("head.lines")],
            [
                [
                    screen.pick(str(row["fault_zh"]), str(row["fault"])),
                    f"{row['rows']:,}",
                    ", ".join(map(str, found.lines[str(row["fault"])])),
                ]
                for row in faults
            ],
        )
    screen.line(screen.say("file.made", path=target))
    screen.emit(
        {
            "file": str(target),
            "rows": found.rows,
            "located": found.located,
            "nobody": found.nobody,
            "faults": faults,
            **said,
        }
    )
    raise typer.Exit(int(bool(faults)))


def _show_candidate(screen: Screen, answer: Any, number: int) -> None:
    code = answer["grids"][0]["code"]
    title = (
        screen.say("locate.chosen", code=code)
        if answer["chosen"]
        else screen.say("locate.candidate", number=number + 1, code=code)
    )
    screen.line(title)
    screen.line(screen.pick(answer["rule_zh"], answer["rule"]))
    screen.line(screen.say("locate.border", metres=answer["border_m"]))
    if "line" in answer:  # in the house
        _show_line(screen, answer["line"])
        _show_vacancy(screen, answer["grids"])
    _show_grids(screen, answer["grids"])


def who(
    plan_file: PlanFile, name: Named, on: On = None, json: Json = False, lang: Lang = None
) -> None:
    """Show who is in charge of a firm, a grid, a group or a board, or the posts of a person.

    Ends with 1 when nothing is called so, or several things are: then they are listed.
    """
    from gridmap.lookup.who import Desk

    screen = Screen.start(lang, json)
    plan, said = open_plan(screen, plan_file, on=on)
    answer = Desk(plan).who(name)
    _show_answer(screen, answer)
    screen.emit({"asked": name, "answer": answer, **said})


def meet(
    plan_file: PlanFile,
    first: Named,
    second: Named,
    on: On = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show who answers for each of two that want to meet, and their nearest common leader."""
    from gridmap.lookup.who import Desk

    screen = Screen.start(lang, json)
    plan, said = open_plan(screen, plan_file, on=on)
    found = Desk(plan).meet(first, second)
    for answer in found["sides"]:
        _show_answer(screen, answer)
    common = found["common"]
    if common is None:
        screen.line(screen.say("meet.none"))
    else:
        person = common["in_charge"]["person"]["name"]
        text = screen.pick(common["text_zh"], common["text"])
        screen.line(screen.say("meet.common", name=person, text=text))
    for group in found["groups"]:
        row = plan.groups.loc[group]
        name = screen.pick(row["name"], row["name_en"])
        screen.line(screen.say("meet.group", name=name, group=group))
    screen.emit({"asked": [first, second], **found, **said})


def _show_answer(screen: Screen, answer: Any) -> None:
    title = screen.pick(answer["name"], answer["name_en"]) or answer["id"]
    screen.line(screen.say(f"who.{answer['kind']}", name=title, id=answer["id"]))
    if answer["posts"]:
        for post in answer["posts"]:
            screen.line("  " + screen.pick(post["text_zh"], post["text"]))
    elif answer["line"]:
        _show_line(screen, answer["line"])
    else:
        screen.line(screen.pick(answer["text_zh"], answer["text"]))
    _show_vacancy(screen, answer["grids"])
    if answer["grids"]:
        _show_grids(screen, answer["grids"])


def _show_line(screen: Screen, line: list[Any]) -> None:
    """Tell who is in charge, and who is next."""
    if not line:
        screen.line(screen.say("locate.nobody"))
    for number, step in enumerate(line):
        key = "locate.then" if number else "locate.in_charge"
        text = screen.pick(step["text_zh"], step["text"])
        screen.line(screen.say(key, name=step["person"]["name"], text=text))


def _show_vacancy(screen: Screen, grids: list[Any]) -> None:
    if grids and grids[0]["vacant"]:
        reason = screen.pick(grids[0]["vacant_reason_zh"], grids[0]["vacant_reason"])
        screen.line(screen.say("locate.vacant", count=grids[0]["vacant"], reason=reason))


def _show_grids(screen: Screen, grids: list[Any]) -> None:
    columns = ("level", "grid", "name", "people", "vacant")
    shown = columns if all("vacant" in grid for grid in grids) else columns[:-1]
    screen.table(
        [screen.say(f"head.{key}") for key in shown],
        [
            [
                str(grid["level"]),
                grid["code"],
                screen.pick(grid["name"], grid["name_en"]),
                _people(screen, grid["people"]),
                str(grid.get("vacant", "")),
            ][: len(shown)]
            for grid in grids
        ],
    )


def _people(screen: Screen, people: list[Any]) -> str:
    roles = [screen.pick(one["role_zh"], one["role_en"].lower()) for one in people]
    return screen.say("list").join(
        screen.say("person", name=one["name"], role=role)
        for one, role in zip(people, roles, strict=True)
    )
