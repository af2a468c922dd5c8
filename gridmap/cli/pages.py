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

from gridmap.cli.options import Json, Lang
from gridmap.cli.screen import Screen
from layers.contract.errors import UsageError, quoted

__all__ = ["app"]

HOST = "127.0.0.1"  # this machine only
PLANS = "out"  # in the project's folder, as the pages look for them


def app(
    port: Annotated[
        int, typer.Option("--port", help="Port to listen on.", min=1, max=65535)
    ] = 8501,
    address: Annotated[
        str, typer.Option("--address", help="Address to listen on; others need accounts.")
    ] = HOST,
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
        IDLE_VARIABLE,
        KEY,
        KEY_VARIABLE,
        may_start,
        new_start_key,
    )

    screen = Screen.start(lang, json)
    page = Path(__file__).parents[2] / "app.py"
    if not page.is_file():
        raise UsageError(
            f"There is no {str(page)!r}. Run the app from a copy of the project, not from an "
            "installed package.",
            f"没有{quoted(page)}。请在项目文件夹中运行 app。",
        )
    _require_free(port)
    accounts = accounts_in(page.parent / PLANS)
    may_start(address, accounts)
    key = new_start_key()
    url = f"http://{address}:{port}/?lang={screen.language}"
    if not accounts:
        url += f"&{KEY}={key}"
    screen.line(screen.say("app.opens", url=url))
    if not accounts:
        screen.line(screen.say("app.key"))
    screen.emit({"url": url})
    sys.stdout.flush()
    command = [sys.executable, "-m", "streamlit", "run", str(page)]
    command += ["--server.address", address, "--server.port", str(port)]
    # In the project's folder lie the settings and the files of the pages.
    environment = {**os.environ, KEY_VARIABLE: key, IDLE_VARIABLE: str(idle)}
    try:
        code = subprocess.call(command, cwd=page.parent, env=environment)
    except KeyboardInterrupt:  # the usual end
        code = 0
    raise typer.Exit(code)


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
