"""The files a newcomer meets agree with each other: dependencies, licences, the build script."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from project import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
DEV = [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]]
DOCS = [Requirement(text) for text in PROJECT["dependency-groups"]["docs"]]

# conda-forge keeps the name for the browser driver and calls the Python package otherwise.
CONDA_NAMES = {"playwright": "playwright-python"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def conda_requirements() -> dict[str, Requirement]:
    """Read the dependency lines of environment.yml, by the name pip knows them by."""
    pip_names = {conda: pip for pip, conda in CONDA_NAMES.items()}
    lines = text_of("environment.yml").split("dependencies:")[1].splitlines()
    items = [line.split("#")[0].strip()[2:] for line in lines if line.strip().startswith("- ")]
    found = [Requirement(item) for item in items if item.strip() not in ("pip", "pip:")]
    return {pip_names.get(item.name, item.name): item for item in found}


def locked() -> list[Requirement]:
    """Read the pins of the lock; a package may have several, for different Pythons."""
    pins = re.findall(r"^(\S.*?) \\$", text_of("requirements.lock"), flags=re.MULTILINE)
    return [Requirement(pin) for pin in pins]


@pytest.mark.parametrize("wanted", RUNTIME + DEV, ids=lambda item: item.name)
def test_lock_pins_every_dependency_within_its_bounds(wanted: Requirement) -> None:
    pins = [pin for pin in locked() if pin.name == canonicalize_name(wanted.name)]

    assert pins, f"{wanted.name} is in pyproject.toml but not in requirements.lock: make lock"
    for pin in pins:
        (version,) = pin.specifier
        assert wanted.specifier.contains(version.version), f"{pin} breaks {wanted}: make lock"


def test_conda_environment_names_the_same_dependencies_with_the_same_bounds() -> None:
    conda = conda_requirements()
    python = conda.pop("python")

    assert {name: str(item.specifier) for name, item in conda.items()} == {
        item.name: str(item.specifier) for item in RUNTIME + DEV
    }
    assert str(python.specifier) == PROJECT["project"]["requires-python"]


def test_lock_holds_a_hash_for_every_pin_and_no_address() -> None:
    text = text_of("requirements.lock")
    blocks = re.split(r"\n(?=\S)", text.strip())

    assert len(blocks) == len(locked())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml", "poetry.lock"])
def test_no_second_lock_lies_beside_the_first(name: str) -> None:
    assert not (ROOT / name).exists(), f"{name} holds addresses; ours is requirements.lock"


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| (.+?) \|", text_of("docs/dependencies.md"), re.MULTILINE
    )
    reasons = dict(rows)

    assert set(reasons) == {item.name for item in RUNTIME + DEV + DOCS}
    assert len(rows) == len(reasons)
    assert [name for name, reason in reasons.items() if len(reason) < 20] == []


@pytest.mark.parametrize(
    ("group", "pins"),
    [
        ("bench", "benchmarks/requirements.txt"),
        ("clients", "tests/clients/requirements.txt"),
        ("docs", "docs/site/requirements.txt"),
    ],
)
def test_what_one_command_alone_needs_is_pinned_and_stays_out_of_the_program(group, pins) -> None:
    wanted = {Requirement(text).name for text in PROJECT["dependency-groups"][group]}
    pinned = [Requirement(line) for line in text_of(pins).splitlines()]

    assert {item.name for item in pinned} == wanted
    assert [item.name for item in pinned if not str(item.specifier).startswith("==")] == []
    assert wanted.isdisjoint(item.name for item in RUNTIME + DEV)


def test_project_says_its_licence_in_one_voice() -> None:
    assert PROJECT["project"]["license"] == "MIT"
    assert text_of("LICENSE").startswith("MIT License\n\nCopyright (c) 2026 gridmap contributors")
    for file in PROJECT["project"]["license-files"]:
        assert (ROOT / file).is_file()


def test_notice_names_the_source_and_licence_of_every_sample_town() -> None:
    notice = text_of("NOTICE")
    towns = [folder for folder in (ROOT / "data").glob("[a-z]*") if folder.is_dir()]

    assert towns
    for town in towns:
        assert f"data/{town.name}" in notice
    for licence in ("ODbL", "PDDL", "WTFPL"):
        assert licence in notice


def test_every_vendored_library_brings_its_licence_and_is_named_in_the_notice() -> None:
    notice = text_of("NOTICE").lower()
    libraries = [path for path in (ROOT / "static" / "vendor").iterdir() if path.is_dir()]

    assert libraries
    for library in libraries:
        assert [path for path in library.iterdir() if path.stem.upper().startswith("LICENSE")]
        assert f"static/vendor/{library.name}" in notice


def test_build_script_runs_the_test_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    lines = script.read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]

    assert commands == ["make test </dev/null"]
    assert "make test" in text_of("README.md")
    assert os.name == "nt" or os.access(script, os.X_OK)


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make as from a terminal, even when make runs these tests."""
    outer = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    plain = {key: value for key, value in os.environ.items() if key not in outer}
    command = ["make", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=plain, capture_output=True, text=True, check=False, timeout=60
    )


needs_make = pytest.mark.skipif(os.name == "nt", reason="make is for Linux and macOS")


@needs_make
def test_make_says_when_python_is_missing(tmp_path: Path) -> None:
    result = make("demo", "PYTHON=python9.99", f"VENV={tmp_path}")

    assert result.returncode == 2
    assert "there is no 'python9.99' here" in result.stderr


@needs_make
def test_make_does_nothing_again_when_the_environment_is_up_to_date(tmp_path: Path) -> None:
    checksum = subprocess.run(
        ["cksum"], input=(ROOT / "requirements.lock").read_bytes(), capture_output=True, check=True
    )
    stamp = tmp_path / f"lock-{checksum.stdout.split()[0].decode()}"

    before = make("--dry-run", "demo", f"VENV={tmp_path}")
    stamp.touch()
    after = make("--dry-run", "demo", f"VENV={tmp_path}")

    assert f"python3 install.py --venv {tmp_path}" in before.stdout
    assert after.stdout.strip() == f"{tmp_path}/bin/python -m gridmap demo"
