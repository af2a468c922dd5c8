"""The command that shows the pages: app.

The pages run in a process of their own. They listen on this machine only, unless there are
accounts.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.terminal.options import Json, Lang
from gridmap.cli.terminal.screen import Screen
from layers.contract.errors import UsageError, quoted

__all__ = ["app"]

HOST = "127.0.0.1"  # this machine only
PLANS = "out"  # in the project's folder, as the pages look for them


def app(
    port: Annotated[
        int, typer.Option("--port", help="Port to listen on.", min=1, max=65535)
    ] = 8501,
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            help="Address to listen on; others need accounts. Default: this machine only, or the "
            "office network if a planner opened the app to it.",
            show_default=False,
        ),
    ] = None,
    city: Annotated[
        Path | None,
        typer.Option(
            "--city",
            help="Open the app on a city, a folder with a city.toml, with all of its towns.",
            show_default=False,
        ),
    ] = None,
    idle: Annotated[
        int,
        typer.Option("--idle", help="Minutes of inactivity until a session ends.", min=1, max=720),
    ] = 30,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Open the pages for planners and cadres in a browser on this machine. Ctrl-C ends.

    The printed address contains a start-up key, so that nobody else on the machine or the
    network gets in. With --address others can reach the pages; then there must be an account, see
    'user', and everybody logs in.
    """
    from gridmap.access.accounts import accounts_in
    from gridmap.access.entrance import (
        CITY_VARIABLE,
        IDLE_VARIABLE,
        KEY_VARIABLE,
        may_start,
        new_start_key,
    )
    from gridmap.access.network import RESTART, RESTART_VARIABLE

    screen = Screen.start(lang, json)
    page = Path(__file__).parents[2] / "app.py"
    if not page.is_file():
        raise UsageError(
            f"There is no {str(page)!r}. Run the app from a copy of the project, not from an "
            "installed package.",
            f"没有{quoted(page)}。请在项目文件夹中运行 app。",
        )
    _require_free(port)
    folder = page.parent / PLANS if city is None else _plans_of(city)
    if address is not None:
        may_start(address, accounts_in(folder))
    key = new_start_key()
    # In the project's folder lie the settings and the files of the pages.
    environment = {**os.environ, KEY_VARIABLE: key, IDLE_VARIABLE: str(idle), RESTART_VARIABLE: "1"}
    environment[CITY_VARIABLE] = "" if city is None else str(city.resolve())
    code = RESTART
    while code == RESTART:  # a planner opened the app to the office network, or closed it again
        where = address or _chosen(folder)
        _tell(screen, where, port, "" if accounts_in(folder) else key)
        command = [sys.executable, "-m", "streamlit", "run", str(page)]
        command += ["--server.address", where, "--server.port", str(port)]
        try:
            code = subprocess.call(command, cwd=page.parent, env=environment)
        except KeyboardInterrupt:  # the usual end
            code = 0
        address = None
    raise typer.Exit(code)


def _plans_of(city: Path) -> Path:
    """Give the folder of a city's plans; refuse a folder that is no city before anything starts."""
    from gridmap.city.settings import read_settings

    read_settings(city)
    return city.resolve() / "plans"


def _chosen(folder: Path) -> str:
    """Give where the app listens by itself: never to others without a planner who logs in."""
    from gridmap.access.accounts import accounts_in
    from gridmap.access.entrance import may_start
    from gridmap.access.network import chosen_address

    chosen = chosen_address()
    try:
        may_start(chosen, accounts_in(folder))
    except UsageError:
        return HOST
    return chosen


def _tell(screen: Screen, address: str, port: int, key: str) -> None:
    """Say where the app opens: at this machine, and for colleagues."""
    from gridmap.access.entrance import KEY
    from gridmap.access.network import EVERYWHERE, office_addresses

    everywhere = address == EVERYWHERE
    url = f"http://{HOST if everywhere else address}:{port}/?lang={screen.language}"
    if key:
        url += f"&{KEY}={key}"
    screen.line(screen.say("app.opens", url=url))
    others = [f"http://{one}:{port}" for one in office_addresses()] if everywhere else []
    if others:
        screen.line(screen.say("app.opens_for_others", urls=", ".join(others)))
    if key:
        screen.line(screen.say("app.key"))
    screen.emit({"url": url, "others": others})
    sys.stdout.flush()


def _require_free(port: int) -> None:
    """Refuse a port at which another program answers already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex((HOST, port)) == 0
    if taken:
        other = port + 1 if port < 65535 else port - 1
        raise UsageError(
            f"Port {port} is taken by another program. Give another one: --port {other}.",
            f"端口 {port} 已被其他程序占用。请换一个端口，如 --port {other}。",
        )
