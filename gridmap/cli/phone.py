"""The command about pages for phones: phone makes them, and takes in the answers they hand on."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer

from gridmap.cli.people import note_link
from gridmap.cli.terminal.options import Json, Lang, Overwrite, PlanFile
from gridmap.cli.terminal.screen import Screen
from layers.contract.errors import LayerFileError, UsageError, quoted

__all__ = ["phone"]


def phone(
    action: Annotated[
        Literal["make", "take"],
        typer.Argument(metavar="ACTION", help="make or take.", show_default=False),
    ],
    plan_file: PlanFile,
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PERSON|FILE]...",
            help="To make: person_id of the roster. To take: files of answers.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the pages to.")] = Path(),
    every: Annotated[bool, typer.Option("--all", help="Make a page for everybody on a post.")] = (
        False
    ),
    days: Annotated[
        int, typer.Option("--days", help="Days that a link made here is valid.", min=1, max=730)
    ] = 180,
    address: Annotated[
        str,
        typer.Option("--address", help="Address of the app as phones can open it, if they can."),
    ] = "",
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make pages with which cadres work without a signal, or take in the answers they hand on.

    A page belongs to the person's link, which is made if there is none that opens: whoever has the
    page may answer for the person until the link ends or is revoked.
    """
    screen = Screen.start(lang, json)
    if action == "take":
        _take(screen, plan_file, [Path(one) for one in what or []])
    else:
        _make(screen, plan_file, what or [], out, every, days, address, overwrite)


def _make(
    screen: Screen, plan_file: Path, people: list[str], out: Path, every: bool, days: int,
    address: str, overwrite: bool,
) -> None:  # fmt: skip
    from gridmap.phone import link_of_person, make_page
    from gridmap.store import load_plan
    from layers.files.atomic import write_atomically

    if every == bool(people):
        raise UsageError(
            "Say for whom: give one or more person_id, or --all for everybody on a post.",
            "请说明给谁：给出一个或多个人员编号，或用 --all 给全部在岗人员。",
        )
    if not out.is_dir():
        raise LayerFileError(
            f"There is no folder {str(out)!r}. Make it, or give another one with --out.",
            f"没有文件夹{quoted(out)}。请先建立，或用 --out 给出其他文件夹。",
        )
    plan, today = load_plan(plan_file), date.today()
    on_post = sorted(set(plan.assignments["person_id"][plan.assignments["status"] == "filled"]))
    strangers = sorted(set(people) - set(on_post))
    if strangers:
        raise UsageError(
            f"{strangers[0]!r} is on no post of this plan. Give a person_id of somebody on a post.",
            f"{quoted(strangers[0])}在本方案中没有岗位。请给出在岗人员的编号。",
        )
    made = []
    for person in on_post if every else people:
        until = today + timedelta(days=days)
        serial, is_new = link_of_person(plan_file, person, until=until, today=today)
        if is_new:
            note_link(plan_file, "link-made", person=person, serial=serial)
        one = make_page(plan, plan_file, serial, today=today, address=address)
        # Two people may have one name.
        path = out / one.name.replace(".html", f"-{person}.html")
        write_atomically(path, one.page, overwrite=overwrite, private=True)
        screen.line(screen.say("file.made", path=path))
        made.append({"person_id": person, "serial": serial, "file": str(path)})
    screen.line(screen.say("phone.made", count=len(made)))
    screen.emit({"made": made})


def _take(screen: Screen, plan_file: Path, files: list[Path]) -> None:
    from gridmap.phone import take_in
    from gridmap.phone.answer_file import MOST_BYTES
    from gridmap.phone.take_in import Outcome
    from gridmap.store import load_plan
    from layers.files.reader_faults import reason_zh

    if not files:
        raise UsageError(
            "Give the files of answers that phones have made, such as 'phone take PLAN "
            "li.gridmap-answers.json'.",
            "请给出手机页生成的答复文件，例如：phone take 方案 li.gridmap-answers.json。",
        )
    plan, failed = load_plan(plan_file), False
    told: list[dict[str, Any]] = []
    for path in files:
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            why, why_zh = error.strerror, reason_zh(error)
            raise LayerFileError(
                f"Cannot read {str(path)!r}: {why}. Check the path.",
                f"无法读取{quoted(path)}：{why_zh}。请检查路径。",
            ) from None
        try:
            taken = take_in(plan, plan_file, data, when=datetime.now())
        except UsageError as error:
            screen.line(
                screen.say("phone.refused", path=path.name, why=error.text(screen.language))
            )
            told.append({"file": str(path), "refused": error.text("en")})
            failed = True
            continue
        counts = {one: taken.count(one) for one in get_args(Outcome)}
        screen.line(screen.say("phone.taken", path=path.name, person=taken.person_id, **counts))
        for one in taken.answers:
            if one.why:
                screen.line(f"  {one.place}: {screen.pick(one.why_zh, one.why)}")
        failed |= bool(counts["refused"])
        told.append({"file": str(path), "person_id": taken.person_id, **counts})
    screen.emit({"files": told})
    raise typer.Exit(int(failed))
