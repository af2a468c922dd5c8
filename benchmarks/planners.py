"""What the 50th planner on a server costs beside the first: seconds, processor time, memory.

``python -m benchmarks.planners CITY`` opens the app on a copy of a planned city
(``python -m benchmarks.city --keep CITY`` makes one) and lets planners come one after the other,
each as a browser does: a session of its own that draws a page, fetches what the page names, and
stays open. Then all of them work in turn, so that what is dropped too early shows. ``--pages``
names the pages, ``--same`` lets all look at one town instead of each at the next, ``--turned`` lets
the towns come in the other order: then the town of the last is that of the first. Seconds depend on
what else the machine does, whose load is printed; processor time and memory are of the server
alone.
"""

import argparse
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from gridmap.access.entrance import CITY_VARIABLE, KEY_VARIABLE, key_cookie

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[1]
KEY = "key-of-the-benchmark"
MB = 2**20
PATIENCE_S = 300
SETTLE_S = 1.0
NAMED = re.compile(rb"/media/[0-9A-Za-z._-]+")


class Cost(NamedTuple):
    """What a page cost: seconds until it was drawn, CPU seconds, and megabytes that it left."""

    wall_s: float
    cpu_s: float
    mb: float


class Server:
    """The app on a city."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = psutil.Process(process.pid)
        self.port = port
        self.cookie = f"{key_cookie(port)}={KEY}"

    @property
    def cpu_s(self) -> float:
        """Processor time of the server and of processes that it started."""
        times = [self._process.cpu_times()]
        for child in self._process.children(recursive=True):
            with suppress(psutil.Error):
                times.append(child.cpu_times())
        return sum(one.user + one.system for one in times)

    @property
    def mb(self) -> float:
        """Memory of the server."""
        return self._process.memory_full_info().uss / MB


class Planner:
    """A browser with the app open."""

    def __init__(self, server: Server, plan: str) -> None:
        self._server, self._plan = server, plan
        self._socket: ClientConnection = connect(
            f"ws://127.0.0.1:{server.port}/_stcore/stream",
            additional_headers={"Cookie": server.cookie},
            max_size=None,
            open_timeout=PATIENCE_S,
            ping_interval=None,
        )
        self._fetched: set[bytes] = set()

    def draw(self, page: str) -> Cost:
        """Open a page, or run it again."""
        server = self._server
        cpu_s, mb, since = server.cpu_s, server.mb, time.perf_counter()
        asked = BackMsg()
        asked.rerun_script.query_string = f"plan={self._plan}"
        asked.rerun_script.page_name = page
        self._socket.send(asked.SerializeToString())
        named: set[bytes] = set()
        while True:
            data = self._socket.recv(PATIENCE_S)
            assert isinstance(data, bytes)
            told = ForwardMsg.FromString(data)
            named |= set(NAMED.findall(data))
            if told.WhichOneof("type") == "delta":
                element = told.delta.new_element
                if element.WhichOneof("type") == "exception":
                    raise RuntimeError(element.exception.message)
            if told.WhichOneof("type") == "script_finished":
                break
        for path in sorted(named - self._fetched):
            self._fetch(path.decode())
        self._fetched |= named
        return Cost(time.perf_counter() - since, server.cpu_s - cpu_s, server.mb - mb)

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def _fetch(self, path: str) -> None:
        asking = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=PATIENCE_S)
        asking.request("GET", path, headers={"Cookie": self._server.cookie})
        asking.getresponse().read()
        asking.close()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("city", type=Path, help="folder of a planned city; it is copied")
    parser.add_argument("--planners", type=int, default=50)
    parser.add_argument("--pages", nargs="+", default=["coverage", "redraw"])
    parser.add_argument("--same", action="store_true", help="all look at one town")
    parser.add_argument("--turned", action="store_true", help="towns in the other order")
    parser.add_argument("--rounds", type=int, default=2, help="how often all work in turn")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gridmap-planners-") as temporary:
        city = Path(temporary) / "city"
        shutil.copytree(chosen.city, city)
        plans = sorted(path.name for path in (city / "plans").glob("*.gridmap.gpkg"))
        if not plans:
            parser.error(f"there is no plan in {chosen.city}")
        count = 1 if chosen.same else min(len(plans), chosen.planners)
        order = plans[:count][::-1] if chosen.turned else plans[:count]
        for page in chosen.pages:
            with _serving(city, Path(temporary)) as server:
                _measure(server, page, order, plans[-1], chosen.planners, chosen.rounds)
    return 0


def _measure(
    server: Server, page: str, plans: list[str], warm: str, count: int, rounds: int
) -> None:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    towns = "one town" if len(plans) == 1 else f"{len(plans)} towns"
    print(f"\nPage {page}, {count} planners, {towns}; load of the machine {load:.1f}")
    # Whoever comes before the first: modules are imported, kernels and tables loaded.
    before = Planner(server, warm)
    started = before.draw(page)
    before.close()
    time.sleep(SETTLE_S)
    print(f"  the server's own start with the page: {_words(started)}; {server.mb:.0f} MB")
    here = [Planner(server, plans[number % len(plans)]) for number in range(count)]
    first = [one.draw(page) for one in here]
    for number in sorted({1, 2, 10, 25, count} & set(range(1, count + 1))):
        print(f"  planner {number:>3}: {_words(first[number - 1])}")
    late = first[-min(10, count) :]
    print(
        f"  a planner of the last {len(late)}: {statistics.median(c.cpu_s for c in late):.2f} s of "
        f"CPU (median); all {count} added {sum(c.mb for c in first):.0f} MB: {server.mb:.0f} MB"
    )
    for number in range(1, rounds + 1):
        again = [one.draw(page) for one in here]
        cpu = [cost.cpu_s for cost in again]
        drawn = statistics.median(cost.wall_s for cost in again)
        print(
            f"  round {number}, all work in turn: {statistics.median(cpu):.2f} s of CPU each "
            f"(median, most {max(cpu):.2f}), {drawn:.2f} s to draw; {server.mb:.0f} MB"
        )
    for one in here:
        one.close()


def _words(cost: Cost) -> str:
    return f"{cost.wall_s:.2f} s to the page, {cost.cpu_s:.2f} s of CPU, {cost.mb:+.1f} MB"


@contextmanager
def _serving(city: Path, folder: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    state = {"GRIDMAP_STATE": str(folder / "state"), KEY_VARIABLE: KEY, CITY_VARIABLE: str(city)}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    command += ["--server.headless", "true"]
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | state, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            _await(port, process, log)
            yield Server(process, port)
        finally:
            process.terminate()
            process.wait()


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asking.request("GET", "/_stcore/health")
            if asking.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise RuntimeError(f"the app did not start: {log.read_text(errors='replace')[-2000:]}")


if __name__ == "__main__":
    sys.exit(main())
