"""The door of the app alone, served for real: clients of OGC API – Features need no pages.

In a process of its own: GDAL, which asks, holds this one while it waits for the answer.
"""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
START_KEY = "start-key-of-tests"
START_S = 60

__all__ = ["START_KEY", "feature_server"]


@contextmanager
def feature_server(
    folder: Path, environment: dict[str, str] | None = None, *, command: tuple[str, ...] = ()
) -> Iterator[str]:
    """Serve the plans of a folder; gives the address of `/ogc`.

    Parameters
    ----------
    folder
        Of the plans.
    environment
        What whoever runs the app has chosen.
    command
        Words before the command, such as those that bind it to a core.
    """
    ours = {"PYTHONPATH": str(ROOT), "GRIDMAP_START_KEY": START_KEY, **(environment or {})}
    server = subprocess.Popen(
        [*command, sys.executable, __file__, str(folder)],
        env={**os.environ, **ours},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        address = f"http://127.0.0.1:{port}/ogc"
        _wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=5)
        except urllib.error.HTTPError:  # it answers: who asks has not said who it is
            return
        except OSError:
            time.sleep(0.05)
        else:
            return


def _serve(folder: Path) -> None:
    import socket

    import uvicorn

    from gridmap.ui.shell.server import Door

    async def no_page(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    print(taken.getsockname()[1], flush=True)
    door = Door(no_page, folder=folder, pages=frozenset({"split"}))
    uvicorn.Server(uvicorn.Config(door, access_log=False)).run(sockets=[taken])


if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # not the folder of this file: its modules are of the tests
    _serve(Path(sys.argv[1]))
