"""All commands with their examples, and how a command ends: exit codes and words of errors.

0 is fine, 1 means that the data or the plan has errors, 2 that the command was used wrongly, 130
that it was stopped by hand. An error of ours goes through with its traceback.
"""

import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from gridmap.cli import city, lookup, pages, people, phone, query, service, staffing
from gridmap.cli.out import (
    boards,
    crosswalk,
    delta,
    export,
    handover,
    manifest,
    maps,
    postgis,
    published,
    publishing,
)
from gridmap.cli.plans import build, file, taking, tree
from gridmap.cli.plans import demo as samples
from gridmap.cli.terminal.screen import Screen
from gridmap.cli.terminal.usage import Program
from gridmap.cli.terminal.words import WORDS
from gridmap.words import LANGUAGES, Language
from layers.contract.collecting import collect_rarely
from layers.contract.errors import GridmapError, UsageError

__all__ = ["COMMANDS", "FAULTS", "STOPPED", "WRONG_USE", "Command", "app", "main"]

FAULTS, WRONG_USE, STOPPED = 1, 2, 130  # exit codes as shells and typer use them; 130 is Ctrl+C
RUN = "python -m gridmap"


@dataclass(frozen=True)
class Command:
    """One command: its name, what it does, and an example of its use."""

    name: str
    run: Callable[..., None]
    example: str
    settings: dict[str, Any] = field(default_factory=dict)


# A longitude west of Greenwich begins with a minus and is no option.
_NEGATIVE_NUMBERS = {"ignore_unknown_options": True}

COMMANDS: tuple[Command, ...] = (
    Command("demo", samples.demo, "demo --out out"),
    Command("inspect", query.inspect, "inspect data/zhengan/water.fgb"),
    Command("plan", build.plan, "plan data/zhengan --out zhengan.gridmap.gpkg"),
    Command("check", query.check, "check zhengan.gridmap.gpkg --severity warning"),
    Command(
        "assign",
        build.assign,
        "assign zhengan.gridmap.gpkg --roster data/zhengan/roster.xlsx --out new.gridmap.gpkg",
    ),
    Command("why", staffing.why, "why zhengan.gridmap.gpkg GB008 410122106208001"),
    Command(
        "staffing",
        staffing.staffing,
        "staffing zhengan.gridmap.gpkg new.gridmap.gpkg",
    ),
    Command("rosters", staffing.rosters, "rosters zhengan.gridmap.gpkg other/roster.xlsx"),
    Command(
        "close",
        build.close,
        "close jiangshan.gridmap.gpkg 410108098001001901 --who 李 --out new.gridmap.gpkg",
    ),
    Command(
        "import",
        taking.import_,
        "import grids.geojson zhengan.gridmap.gpkg --out new.gridmap.gpkg --report faults.xlsx",
    ),
    Command("coverage", query.coverage, "coverage zhengan.gridmap.gpkg --level 2"),
    Command("map", maps.map_, "map zhengan.gridmap.gpkg --out zhengan.html"),
    Command("export", export.export, "export zhengan.gridmap.gpkg --geojson zhengan.geojson"),
    Command(
        "delta",
        delta.delta,
        "delta zhengan.gridmap.gpkg new.gridmap.gpkg --geojson delta.geojson",
    ),
    Command(
        "crosswalk",
        crosswalk.crosswalk,
        "crosswalk zhengan.gridmap.gpkg districts.shp --csv crosswalk.csv",
    ),
    Command(
        "handover",
        handover.handover,
        "handover zhengan.gridmap.gpkg --what print,map,report --out zhengan.zip",
    ),
    Command("manifest", manifest.manifest, "manifest out/handed"),
    Command("boards", boards.boards, "boards zhengan.gridmap.gpkg --out replace.xlsx"),
    Command(
        "locate",
        lookup.locate,
        "locate zhengan.gridmap.gpkg 113.93 34.68",
        settings=_NEGATIVE_NUMBERS,
    ),
    Command(
        "explain",
        lookup.explain,
        "explain zhengan.gridmap.gpkg 113.93 34.68",
        settings=_NEGATIVE_NUMBERS,
    ),
    Command("who", lookup.who, "who zhengan.gridmap.gpkg 410122106208"),
    Command("meet", lookup.meet, "meet zhengan.gridmap.gpkg 410122106208001 410122106219001"),
    Command(
        "stations", service.stations, "stations zhongyuan.gridmap.gpkg --circles reach.geojson"
    ),
    Command("cases", service.cases, "cases zhongyuan.gridmap.gpkg --level 2"),
    Command("business", service.business, "business zhongyuan.gridmap.gpkg --csv crosswalk.csv"),
    Command(
        "publish",
        published.publish,
        "publish zhengan.gridmap.gpkg --why 党委会通过 --from 2026-12-01 --number 2",
    ),
    Command(
        "published",
        published.published,
        "published who zhengan.gridmap.gpkg --on 2026-12-15 --lon 113.93 --lat 34.68",
        settings=_NEGATIVE_NUMBERS,
    ),
    Command("postgis", postgis.postgis, "postgis zhengzhou --database service=gridmap"),
    Command("city", city.city, "city plan zhengzhou"),
    Command("classify", publishing.classify, "classify zhengan.gridmap.gpkg --source internal"),
    Command(
        "redact", publishing.redact, "redact zhengan.gridmap.gpkg --out zhengan-public.gridmap.gpkg"
    ),
    Command("retain", publishing.retain, "retain zhengan.gridmap.gpkg --months 6 --dry-run"),
    Command("verify", file.verify, "verify zhengan.gridmap.gpkg"),
    Command(
        "recover",
        file.recover,
        "recover zhengan.gridmap.gpkg --out zhengan-recovered.gridmap.gpkg",
    ),
    Command("log", file.log, "log zhengan.gridmap.gpkg --out zhengan-log.csv"),
    Command(
        "plans", tree.plans, "plans branch out/zhengan/zhengan.gridmap.gpkg --name 村改社区草稿"
    ),
    Command("link", people.link, "link make zhengan.gridmap.gpkg GB008 --days 30 --qr GB008.svg"),
    Command("phone", phone.phone, "phone make zhengan.gridmap.gpkg GB008 --out out"),
    Command("user", people.user, "user add li --role planner"),
    Command("audit", people.audit, "audit --days 7"),
    Command("app", pages.app, "app --port 8501"),
)


def _ended(run: Callable[..., None]) -> Callable[..., None]:
    """End a command that a user can repair with one message in their language and an exit code."""

    @wraps(run)
    def ended(**options: Any) -> None:
        screen = Screen.start(options.get("lang"), options.get("json", False))
        try:
            run(**options)
        except KeyboardInterrupt:
            _end(STOPPED, Text(screen.say("stopped")))
        except GridmapError as error:
            kind = type(error).__name__
            words = {"message": str(error), "message_zh": error.zh, "kind": kind}
            screen.emit({"error": words})
            _end(WRONG_USE if isinstance(error, UsageError) else FAULTS, _told(error, screen))

    return ended


def _told(error: GridmapError, screen: Screen) -> Text:
    """Tell an error in the language of the screen; a Chinese one in English too.

    The English words are what somebody asked for help can look up.
    """
    languages: tuple[Language, ...] = LANGUAGES if screen.language == "zh" else ("en",)
    lines = [
        Text.assemble((WORDS["error"][LANGUAGES.index(one)], "bold red"), error.text(one))
        for one in languages
    ]
    return Text("\n").join(lines)


def _end(code: int, text: Text) -> NoReturn:
    Console(stderr=True, highlight=False).print(text, soft_wrap=True)
    raise typer.Exit(code)


app = typer.Typer(
    name="gridmap",
    cls=Program,
    help="Divide a town into micro-grids that its officers can manage, assign people, and show "
    "who is responsible for what. 微网格划分与定人定岗定责。",
    epilog="Exit codes: 0 fine, 1 the data or the plan has errors, 2 usage error, 130 stopped.",
    no_args_is_help=True,
    add_completion=False,
    # A traceback of ours stays as Python writes it, without the values of variables: they may hold
    # names of people.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in COMMANDS:
    app.command(
        _command.name,
        epilog=f"Example: {RUN} {_command.example}",
        context_settings=_command.settings,
    )(_ended(_command.run))


def main() -> None:
    """Run the command line on the arguments of the process."""
    collect_rarely()
    for stream in (sys.stdout, sys.stderr):
        # A console of another code page shows a question mark instead of ending the work.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # Told to end, clean up as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app(prog_name=RUN)
