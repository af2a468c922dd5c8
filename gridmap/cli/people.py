"""Commands about who may see what: user (planners and viewers), link (cadres), audit."""

import getpass
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gridmap.cli.terminal.options import Json, Lang, Overwrite, PlanFile
from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from layers.contract.errors import UsageError, printable, quoted

if TYPE_CHECKING:
    from gridmap.access.scope import Scope

__all__ = ["audit", "link", "note_link", "user"]

ADDRESS = "http://127.0.0.1:8501"
SAID = (
    "name",
    "role",
    "scope",
    "town",
    "file",
    "person",
    "serial",
    "count",
)  # facts of an audit event


def user(
    action: Annotated[
        Literal["add", "list", "role", "scope", "remove"],
        typer.Argument(
            metavar="ACTION", help="add, list, role, scope or remove.", show_default=False
        ),
    ],
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Name of the account.", show_default=False)
    ] = "",
    role: Annotated[
        Literal["planner", "viewer"],
        typer.Option("--role", help="A planner may do everything, a viewer changes nothing."),
    ] = "viewer",
    area: Annotated[
        list[str] | None,
        typer.Option(
            "--area", help="Code of an area (county, city) that the account is for; repeatable."
        ),
    ] = None,
    town: Annotated[
        list[str] | None,
        typer.Option(
            "--town", help="Code or folder of a town that the account is for; repeatable."
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="With 'scope': the account is for all towns.")
    ] = False,
    folder: Annotated[
        Path, typer.Option("--folder", help="Folder of plans that the app shows.")
    ] = Path("out"),
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Manage the accounts of planners and viewers; with one, the app asks for name and password.

    With --area or --town an account sees and changes those alone; without, everything. 'scope'
    gives an account other ones.

    The command asks for the password, or reads it from standard input if that is not a terminal.
    Changed roles and removed accounts take effect at once, also for users who are logged in.
    """
    from gridmap.access.accounts import (
        accounts_in,
        add_account,
        change_role,
        change_scope,
        faulty_accounts,
        remove_account,
    )
    from gridmap.access.scope import EVERYTHING, Scope

    screen = Screen.start(lang, json)
    if action != "list" and not name:
        raise UsageError(
            f"'user {action}' needs a name, such as: user {action} li.",
            f"user {action} 需要账号名，例如：user {action} li。",
        )
    named = bool(area or town)
    if action == "scope" and named == everything:
        raise UsageError(
            "'user scope' needs --area, --town or --everything: user scope li --area 410122.",
            "user scope 需要 --area、--town 或 --everything，例如：user scope li --area 410122。",
        )
    scope = Scope.named(towns=town or (), areas=area or ()) if named else EVERYTHING
    told_scope = {"scope": " ".join(scope.codes)} if named else {}
    if action == "add":
        if not folder.is_dir():
            raise UsageError(
                f"There is no folder {str(folder)!r}. Give the folder of plans with --folder.",
                f"没有文件夹{quoted(folder)}。请用 --folder 给出方案所在的文件夹。",
            )
        add_account(folder, name, _password(screen), role=role, scope=scope)
        _note(folder, "account-added", name=name, role=role, **told_scope)
        screen.line(screen.say("user.added", name=name, role=screen.say(f"user.{role}")))
        _warn_unknown(screen, folder, scope)
    elif action == "role":
        change_role(folder, name, role)
        _note(folder, "account-role", name=name, role=role)
        screen.line(screen.say("user.changed", name=name, role=screen.say(f"user.{role}")))
    elif action == "scope":
        change_scope(folder, name, scope)
        _note(folder, "account-scope", name=name, **told_scope)
        shown = _scope_words(screen, scope)
        screen.line(screen.say("user.scope", name=name, scope=shown))
        _warn_unknown(screen, folder, scope)
    elif action == "remove":
        remove_account(folder, name)
        _note(folder, "account-removed", name=name)
        screen.line(screen.say("user.removed", name=name))
    accounts, faulty = accounts_in(folder), faulty_accounts(folder)
    if action == "list":
        heads = [screen.say("head.name"), screen.say("head.role"), screen.say("head.scope")]
        rows = [
            [one.name, screen.say(f"user.{one.role}"), _scope_words(screen, one.scope)]
            for one in accounts
        ]
        screen.table(heads, rows)
    if faulty:
        screen.line(screen.say("user.faulty", count=faulty))
    told = [
        {"name": one.name, "role": one.role, "everything": one.scope.everything,
         "areas": sorted(one.scope.areas), "towns": sorted(one.scope.towns)}
        for one in accounts
    ]  # fmt: skip
    screen.emit({"accounts": told, "faulty": faulty})


def link(
    action: Annotated[
        Literal["make", "list", "revoke", "take-over"],
        typer.Argument(
            metavar="ACTION", help="make, list, revoke or take-over.", show_default=False
        ),
    ],
    plan_file: PlanFile,
    person: Annotated[
        str,
        typer.Argument(metavar="[PERSON]", help="person_id of the roster.", show_default=False),
    ] = "",
    days: Annotated[
        int, typer.Option("--days", help="Days that the link is valid.", min=1, max=730)
    ] = 180,
    address: Annotated[
        str, typer.Option("--address", help="Address of the app as a phone can open it.")
    ] = ADDRESS,
    qr: Annotated[
        Path | None, typer.Option("--qr", help="Write the link as a QR code, an SVG file.")
    ] = None,
    serial: Annotated[
        str, typer.Option("--serial", help="Revoke only this link, not all links of a person.")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="Revoke every link of the plan.")] = False,
    view: Annotated[
        str,
        typer.Option("--view", help="Make a link to look at the plan, for whom this names."),
    ] = "",
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make, list and revoke the personal links with which cadres see their grids.

    A link is valid until its last day or until it is revoked, in this plan and in every copy of it.
    Whoever holds it sees that page. With --view a link shows the plan to somebody without an
    account, such as a leader, who can change nothing. Links that were brought here from another
    machine are paused; 'take-over' lets them open here.
    """
    from gridmap.store import load_plan

    screen = Screen.start(lang, json)
    plan = load_plan(plan_file)
    if action == "make":
        if view and person:
            raise UsageError(
                "A link is a person's own, or one to look at the plan. Give a person or --view.",
                "链接要么属于某人，要么供查看方案。请给出人员编号，或给出 --view。",
            )
        if not view and person not in plan.people.index:
            raise UsageError(
                f"Nobody on the roster has the person_id {person!r}. Give one, such as "
                f"{next(iter(plan.people.index), '')!r}.",
                f"花名册中没有编号{quoted(person)}。请给出编号，如"
                f"{quoted(next(iter(plan.people.index), ''))}。",
            )
        _make(screen, plan_file, (person, view), days, address, qr, overwrite)
    elif action == "revoke":
        _revoke(screen, plan_file, person, serial, every)
    elif action == "take-over":
        _take_over(screen, plan_file)
    else:
        _list(screen, plan_file, person)


def _make(
    screen: Screen, plan_file: Path, whose: tuple[str, str], days: int, address: str,
    qr: Path | None, overwrite: bool,
) -> None:  # fmt: skip
    from gridmap.access.links import link_address, make_link, make_view_link, qr_svg
    from layers.files.atomic import check_free, write_atomically

    if not link_address(address, "x"):
        raise UsageError(
            f"{address!r} is no address. Give one such as https://grid.example.cn.",
            f"{quoted(address)}不是网址。请给出如 https://grid.example.cn 的网址。",
        )
    if qr is not None:
        check_free(qr, overwrite=overwrite, endings=(".svg",))
    today = date.today()
    until, (person, view) = today + timedelta(days=days), whose
    if view:
        made, token = make_view_link(plan_file, view, expires=until, today=today)
    else:
        made, token = make_link(plan_file, person, expires=until, today=today)
    note_link(plan_file, "link-made", person=person or made.label, serial=made.serial)
    url = link_address(address, token)
    if qr is not None:
        # Whoever reads the code has the link.
        write_atomically(qr, qr_svg(url).encode(), overwrite=overwrite, private=True)
    screen.line(url)
    screen.line(screen.say("link.made", serial=made.serial, date=made.expires))
    if qr is not None:
        screen.line(screen.say("file.made", path=qr))
    screen.emit(
        {
            "url": url,
            "serial": made.serial,
            "person_id": person,
            "view": made.label,
            "expires": made.expires.isoformat(),
            "qr": str(qr) if qr else None,
        }
    )


def _revoke(screen: Screen, plan_file: Path, person: str, serial: str, every: bool) -> None:
    from gridmap.access.links import revoke

    if [bool(person), bool(serial), every].count(True) != 1:
        raise UsageError(
            "Say what to revoke: a person for all links of that person, --serial for one link, or "
            "--all for every link.",
            "请说明停用什么：给出人员编号则停用此人全部链接，给出 --serial 则只停用一个，"
            "给出 --all 则全部停用。",
        )
    ended = revoke(plan_file, person_id=person, serial=serial, every=every, today=date.today())
    for one in ended:
        note_link(plan_file, "link-revoked", person=one.person_id or one.label, serial=one.serial)
    screen.line(screen.say("link.revoked", count=len(ended)))
    screen.emit({"revoked": [one.serial for one in ended]})


def _take_over(screen: Screen, plan_file: Path) -> None:
    from gridmap.access.links import take_over

    taken = take_over(plan_file)
    note_link(plan_file, "links-taken-over", count=str(len(taken)))
    screen.line(screen.say("link.taken_over", count=len(taken)))
    screen.emit({"taken_over": [one.serial for one in taken]})


def _list(screen: Screen, plan_file: Path, person: str) -> None:
    from gridmap.access.links import are_paused, faulty_links, links_of

    today = date.today()
    rows = [
        {
            "serial": one.serial,
            "person_id": one.person_id,
            "view": one.label,
            "made": one.made.isoformat(),
            "expires": one.expires.isoformat(),
            "state": "revoked" if one.revoked else "good" if one.expires >= today else "expired",
        }
        for one in links_of(plan_file)
        if person in ("", one.person_id)
    ]
    heads = [screen.say(f"head.{key}") for key in ("serial", "person", "made", "expires", "state")]
    shown = [
        [
            row["serial"],
            row["person_id"] or screen.say("link.to_look", label=printable(row["view"])),
            row["made"],
            row["expires"],
            screen.say(f"link.state_{row['state']}"),
        ]
        for row in rows
    ]
    screen.table(heads, shown)
    paused, faulty = are_paused(plan_file), faulty_links(plan_file)
    if paused:
        screen.line(screen.say("link.paused"))
    if faulty:
        screen.line(screen.say("link.faulty", count=faulty))
    screen.emit({"links": rows, "paused": paused, "faulty": faulty})


def audit(
    folder: Annotated[
        Path, typer.Option("--folder", help="Folder of plans that the app shows.")
    ] = Path("out"),
    days: Annotated[int, typer.Option("--days", help="How many days back.", min=1, max=3650)] = 30,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """List log-ins, failed attempts and changes, the newest first.

    Edits of a plan with their reasons are in the plan: see its history in the app.
    """
    from gridmap.access.audit import audit_events

    screen = Screen.start(lang, json)
    since = datetime.now().astimezone() - timedelta(days=days)
    events = [
        event
        for event in audit_events(folder)
        if datetime.fromisoformat(event["time"]).astimezone() >= since
    ]
    heads = [say(f"audit.{key}", screen.language) for key in ("time", "who", "address", "what")]
    rows = [
        [
            event["time"].replace("T", " ")[:19],
            printable(event["who"]),
            printable(event["address"]),
            say(f"audit.{event['event']}", screen.language)
            + "".join(f" {printable(str(event[key]))}" for key in SAID if key in event),
        ]
        for event in events
    ]
    screen.table(heads, rows)
    screen.emit({"events": events})


def _scope_words(screen: Screen, scope: "Scope") -> str:
    return screen.say("user.everything") if scope.everything else " ".join(scope.codes)


def _warn_unknown(screen: Screen, folder: Path, scope: "Scope") -> None:
    """Say which towns and areas are not here yet: they open nothing until they are."""
    from gridmap.access.scope import areas_known, towns_known

    here = towns_known(folder)
    known = {name for town in here for name in (*town.names, *town.areas)} | {*areas_known(folder)}
    unknown = [code for code in scope.codes if code not in known]
    if unknown:
        screen.line(screen.say("user.unknown", codes=", ".join(unknown)))


def _note(folder: Path, kind: str, **facts: str) -> None:
    from gridmap.access.audit import Audit

    Audit(folder).note(kind, who=_user(), **facts)


def _user() -> str:
    return f"{getpass.getuser()} (command line)"


def note_link(plan_file: Path, kind: str, **facts: str) -> None:
    """Note a change of links where the accounts are; beside the plan when there are none."""
    from gridmap.access.accounts import accounts_folder
    from gridmap.access.audit import Audit

    Audit(accounts_folder(plan_file)).note_file(kind, plan_file, who=_user(), **facts)


def _password(screen: Screen) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    text: str = typer.prompt(screen.say("user.password"), hide_input=True, confirmation_prompt=True)
    return text
