"""Setting up says how far it is, and what to do when it cannot go on."""

import io
import sys
from pathlib import Path

import pytest
from project import ROOT

sys.path.insert(0, str(ROOT))  # pytest may be told another import mode

import install


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_an_older_python_is_told_what_to_do(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    assert install.main([]) == 1
    assert "gridmap needs Python 3.11 or newer" in capsys.readouterr().err


def test_a_python_without_venv_is_told_which_package_to_add(monkeypatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    assert install.main([]) == 1
    assert "apt install python3-venv" in capsys.readouterr().err


def test_progress_counts_what_is_fetched_and_then_what_lies_in_place() -> None:
    screen = Screen()
    lines = iter(
        [
            "Collecting click==8.5.1 (from -r requirements.lock (line 399))\n",
            "  Downloading click-8.5.1-py3-none-any.whl (100 kB)\n",
            "Processing ./wheelhouse/altair-6.3.0-py3-none-any.whl (from -r requirements.lock)\n",
            "Installing collected packages: click, altair\n",
            "Successfully installed altair click\n",
        ]
    )
    in_place = iter([1] * 5)

    seen = install.pip_progress(lines, install.Bar(4, screen), lambda: next(in_place))

    shown = [line.strip() for line in screen.getvalue().split("\r") if line]
    assert shown[0] == "[######..................]   1 of 4  fetching click"
    assert shown[1] == "[############............]   2 of 4  fetching altair"
    assert shown[-1] == "[##################......]   3 of 4  putting the packages in place"
    assert seen[-1] == "Successfully installed altair click\n"


def test_progress_in_a_log_is_a_line_now_and_then() -> None:
    log = io.StringIO()
    now = iter(range(100))
    bar = install.Bar(30, log, clock=lambda: next(now))

    for done in range(1, 31):
        bar.show(done, "fetching")

    counts = [int(line.split("]")[1].split()[0]) for line in log.getvalue().splitlines()]
    assert counts == [5, 10, 15, 20, 25, 30]


@pytest.fixture
def failing_python(tmp_path: Path) -> str:
    path = tmp_path / "python"
    path.write_text(
        '#!/bin/sh\ncase "$1 $2" in "-c import sysconfig"*) echo /nowhere ;; -c*) echo 3 ;;\n'
        "*) echo Collecting numpy; echo ERROR: no matching distribution; exit 1 ;; esac\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_failed_install_shows_the_last_words_and_the_way_without_a_network(
    failing_python, tmp_path, capsys
) -> None:
    assert not install._install(failing_python, tmp_path, None)

    err = capsys.readouterr().err
    assert "ERROR: no matching distribution" in err
    assert "wheelhouse" in err


def test_compiling_is_left_out_where_it_is_done_beside_other_work(monkeypatch) -> None:
    compiled = []
    monkeypatch.setattr(install, "_environment", lambda venv, uv: "python")
    monkeypatch.setattr(install, "_install", lambda *_: True)
    monkeypatch.setattr(install, "_compile", lambda python, folder: compiled.append(python) or 0)

    assert (install.main(["--no-compile"]), compiled) == (0, [])
    assert (install.main([]), compiled) == (0, ["python"])


@pytest.mark.parametrize("kept", [True, False])
def test_libraries_are_left_to_their_first_use_where_their_code_is_kept(
    kept, monkeypatch, tmp_path
) -> None:
    told = []
    monkeypatch.setattr(sys, "dont_write_bytecode", not kept)
    monkeypatch.setattr(install, "_run_pip", lambda command, *_: told.append(command) or True)

    assert install._install("python", tmp_path, None, True)
    assert install._install("python", tmp_path, None)
    assert ["--no-compile" in command for command in told] == [kept, False]
