"""The commands demo and app: the sample towns made, and the pages started."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from cli_runs import answer, files, run
from project import ROOT

from gridmap.access import accounts, network
from gridmap.access.accounts import Account
from gridmap.cli.plans.demo import SAMPLES

ENDS = (".geojson", ".gridmap.gpkg", ".html", ".report.xlsx")


def test_demo_makes_both_towns_replaces_older_results_and_gives_the_same_bytes_again(made, here):
    one, two = here / "deep" / "one", here / "deep" / "two"
    result = run("demo", "--out", "deep/one", "--workers", "1")
    assert result.exit_code == 0
    wanted = [f"{town}{end}" for town in SAMPLES for end in ENDS]
    assert files(one) == sorted(wanted)
    assert "Valid tiling after GeoJSON rounding" in result.stdout
    assert "Double-click" in result.stdout
    # The app opens the newest plan first: that of the reference town.
    newest = max(one.glob("*.gpkg"), key=lambda path: path.stat().st_mtime_ns)
    assert newest.name == "zhengan.gridmap.gpkg"
    shutil.copytree(one, two)
    for path in two.iterdir():
        os.utime(path, (0, 0))
    assert run("demo", "--out", "deep/two", "--workers", "1").exit_code == 0
    assert files(two) == sorted(wanted)
    for name in wanted:
        assert (two / name).stat().st_mtime > 0, "it is still the older one"
        assert (one / name).read_bytes() == (two / name).read_bytes()


# Run as a file, so that processes that load it anew have the small plan as well.
DEMO_OF_THE_SMALL_PLAN = """
from gridmap.cli import main
from gridmap.workflow import workflow
from small_plan import small_plan

workflow.make_plan = lambda _folder, **_: small_plan()
if __name__ == "__main__":
    main()
"""


def test_demo_makes_every_file_of_towns_side_by_side_and_ends_with_one_on_errors(here):
    Path("small_demo.py").write_text(DEMO_OF_THE_SMALL_PLAN)
    done = subprocess.run(
        [sys.executable, "small_demo.py", "demo", "--out", "two", "--workers", "2"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr  # the small plan has errors
    assert "Small Town" in done.stdout
    assert done.stderr == ""
    made = {end: (here / "two" / f"zhengan{end}").read_bytes() for end in ENDS}
    assert all(made.values())
    for end, content in made.items():
        assert (here / "two" / f"cambridge{end}").read_bytes() == content


# A town that takes longer than anybody waits; each process says that it has begun.
DEMO_WITHOUT_END = """
import os
import time
from pathlib import Path

from gridmap.cli import main
from gridmap.workflow import workflow

def make_plan(_folder, **_):
    Path(f"begun-{os.getpid()}").touch()
    time.sleep(600)

workflow.make_plan = make_plan
if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no signals")
@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL"])
def test_demo_that_is_ended_leaves_no_process_behind(here, how):
    Path("endless_demo.py").write_text(DEMO_WITHOUT_END)
    demo = subprocess.Popen(
        [sys.executable, "endless_demo.py", "demo", "--workers", "2"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 120
        while len(list(here.glob("begun-*"))) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        assert len(list(here.glob("begun-*"))) == 2
        demo.send_signal(getattr(signal, how))
        demo.communicate(timeout=60)  # ends once nobody can write into the pipes any more
    finally:
        with suppress(ProcessLookupError):
            os.killpg(demo.pid, signal.SIGKILL)
        demo.wait()
    assert demo.returncode != 0


def test_demo_answers_machines(made, here):
    data = answer("demo", "--workers", "1")
    assert [town["tiling_rounded"] for town in data["towns"]] == [True, True]
    assert data["towns"][0]["files"][0] == str(Path("out/zhengan.gridmap.gpkg"))


def test_demo_that_cannot_make_its_folder_says_so(made, here):
    Path("file").write_text("")
    result = run("demo", "--out", "file/out", "--workers", "1")
    assert result.exit_code == 1
    assert "Cannot make the folder" in result.stderr


def test_app_starts_the_pages_on_this_machine_only(here, monkeypatch):
    started = []
    monkeypatch.setattr(
        subprocess, "call", lambda command, cwd, env: started.append((command, cwd, env)) or 0
    )
    data = answer("app", "--port", "8600", "--lang", "zh")
    # Without accounts the address holds a key, which the app alone is told.
    address, _, key = data["url"].partition("&start=")
    assert address == "http://127.0.0.1:8600/?lang=zh"
    ((command, cwd, env),) = started
    assert env["GRIDMAP_START_KEY"] == key
    assert len(key) > 40
    assert key not in " ".join(command)
    assert env["GRIDMAP_IDLE_MINUTES"] == "30"
    assert command[1:5] == ["-m", "streamlit", "run", str(ROOT / "app.py")]
    assert command[command.index("--server.address") + 1] == "127.0.0.1"
    assert (cwd / "app.py").is_file()


def test_app_starts_anew_where_a_planner_opened_it_and_never_without_an_account(here, monkeypatch):
    monkeypatch.setenv("GRIDMAP_STATE", str(here / "state"))
    planners = [[], [Account("li", "planner", "")]]
    monkeypatch.setattr(accounts, "accounts_in", lambda _folder: planners[0])
    monkeypatch.setattr(network, "office_addresses", lambda: ["192.168.1.20"])
    started, codes = [], [network.RESTART, network.RESTART, 0]

    def call(command, cwd, env):
        started.append(command[command.index("--server.address") + 1])
        assert env[network.RESTART_VARIABLE]
        if len(started) == 1:  # opened, but there is nobody who could log in
            network.choose_network(is_open=True)
        elif len(started) == 2:
            planners.pop(0)
        return codes.pop(0)

    monkeypatch.setattr(subprocess, "call", call)
    result = run("app", "--port", "8600", "--address", "127.0.0.1")
    assert result.exit_code == 0
    assert started == ["127.0.0.1", "127.0.0.1", "0.0.0.0"]
    assert "Colleagues open http://192.168.1.20:8600" in result.stdout
    assert result.stdout.count("start=") == 2  # with an account there is no key
