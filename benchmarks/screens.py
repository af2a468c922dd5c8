"""How soon the map of a plan is seen and answers, and what it costs the server.

``python -m benchmarks.screens`` makes plans of 142, 10,000 and 50,000 micro-grids, opens each in a
real browser from a server that has not read it yet, and prints seconds from the address to the
drawn map, from a click to the card, and the server's memory. It needs Chromium and playwright.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.big_plan import big_plan
from gridmap.store import save_plan

ROOT = Path(__file__).parents[1]
SIDES = (12, 100, 224)  # 144, 10,000 and 50,176 micro-grids
SESSIONS = 3
DRAWN = "canvas[data-drawn], path.gm-ground >> nth=-1"
PLACE = {"x": 400, "y": 300}  # in the map's frame


def memory_mb(pid: int) -> float:
    """Resident memory of a process in megabytes."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in text.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app over a folder of plans; gives its process and address."""
    script = folder / "page.py"
    places = f"Path({str(folder)!r}), Path({str(folder / 'towns')!r})"
    script.write_text(
        f"from pathlib import Path\nfrom gridmap.ui.start import run\nrun({places})\n",
        encoding="utf-8",
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return server, address
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("The app did not start.")


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sides", type=int, nargs="*", default=list(SIDES))
    sides = parser.parse_args().sides
    found = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        for side in (4, *sides):
            save_plan(big_plan(side), folder / f"made{side}.gridmap.gpkg")
        server, address = start(folder)
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )

        def look(side: int) -> tuple[float, float]:
            """Open a plan in a fresh profile: seconds to the drawn map, and from click to card."""
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.set_default_timeout(120_000)
            begin = time.perf_counter()
            page.goto(f"{address}/coverage?plan=made{side}.gridmap.gpkg")
            frame = page.frame_locator("iframe").first
            frame.locator(DRAWN).wait_for()
            drawn = time.perf_counter() - begin
            page.wait_for_timeout(3000)
            begin = time.perf_counter()
            frame.locator(".folium-map").click(position=PLACE)
            frame.locator(".gm-card").wait_for()
            click = time.perf_counter() - begin
            contexts.append(context)
            return drawn, click

        contexts: list[object] = []
        look(4)  # the server loads its libraries once
        load = os.getloadavg()[0]
        print(f"load of the machine {load:.1f} on {os.cpu_count()} cores\n")
        print("| micro-grids | first map s | server CPU s | second visit s | click to card s "
              "| plan MB | a session MB |\n|" + " --- |" * 7)  # fmt: skip
        for side in sides:
            empty, before = memory_mb(server.pid), cpu_s(server.pid)
            first, click = look(side)
            used, full = cpu_s(server.pid) - before, memory_mb(server.pid)
            again = [look(side)[0] for _ in range(SESSIONS)]
            each = (memory_mb(server.pid) - full) / SESSIONS
            print(f"| {side * side:,} | {first:.1f} | {used:.1f} | {min(again):.1f} | {click:.2f} "
                  f"| {full - empty:.0f} | {each:.0f} |", flush=True)  # fmt: skip
        browser.close()
        server.terminate()
        server.wait(timeout=20)


if __name__ == "__main__":
    main()
