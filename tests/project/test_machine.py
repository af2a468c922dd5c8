"""Before any test runs, `make test` looks for a browser and a Chinese font, and gets them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import machine
import pytest
from project import TESTS

HERE = TESTS / "support"
ASK = "import json, machine; print(json.dumps(machine.lacks()))"


def lacking(**environment: str) -> list[str]:
    """Ask a process of its own, for a browser takes its fonts from the environment."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=HERE,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return list(json.loads(done.stdout))


def test_nothing_is_lacking_where_the_page_tests_run() -> None:
    assert lacking() == []


@pytest.mark.skipif(sys.platform != "linux", reason="fontconfig is of Linux")
def test_a_browser_without_a_chinese_font_is_found_out(tmp_path: Path) -> None:
    fonts = tmp_path / "fonts.conf"
    fonts.write_text("<fontconfig></fontconfig>", encoding="utf-8")

    assert lacking(FONTCONFIG_FILE=str(fonts)) == [machine.FONT]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_browser_that_only_names_a_shop_is_passed_over(tmp_path: Path) -> None:
    shop = tmp_path / machine.NAMES[0]
    shop.write_text("#!/bin/sh\necho 'install me from the shop'; exit 1\n", encoding="utf-8")
    shop.chmod(0o755)
    others = [name for name in machine.NAMES if (found := machine.shutil.which(name)) and found]
    (tmp_path / machine.NAMES[1]).symlink_to(machine.shutil.which(others[0]))

    assert lacking(PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}") == []


def test_what_cannot_be_had_is_one_sentence_before_any_test(monkeypatch, capsys) -> None:
    monkeypatch.setattr(machine, "lacks", lambda: [machine.BROWSER, machine.FONT])
    monkeypatch.setattr(machine, "_fetch_chromium", lambda as_root: False)
    monkeypatch.setattr(machine.shutil, "which", lambda name: None)

    assert machine.main() == 1
    err = capsys.readouterr().err
    assert err.startswith("No test was run: this machine has no Chromium browser and no Chinese")
    assert "apt-get install chromium-headless-shell fonts-noto-cjk" in err


def test_as_root_the_packages_of_the_system_come_first(monkeypatch, capsys) -> None:
    answers = [[machine.FONT], []]
    added: list[list[str]] = []
    monkeypatch.setattr(machine, "lacks", lambda: answers.pop(0))
    monkeypatch.setattr(machine, "add_packages", added.append)
    monkeypatch.setattr(machine.sys, "platform", "linux")
    monkeypatch.setattr(machine.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(machine.shutil, "which", lambda name: f"/usr/bin/{name}")

    assert machine.main() == 0
    assert added == [["fonts-noto-cjk"]]
    assert "found; the tests can begin" in capsys.readouterr().out
