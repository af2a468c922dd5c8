"""Programs of other makers that read our files: which are here, and how `make test` adds them.

Tests that need one are left out, and say what to install, where it is not to be had. All are in
versions of their own: Debian's GDAL, GEOS and PostGIS are others than those inside our libraries.
What comes from npm and PyPI is pinned beside the tests (`tests/clients/`) and lies in the
environment of the tests alone.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import machine

__all__ = [
    "ADVICE",
    "duckdb_spatial",
    "is_here",
    "main",
    "needed",
    "node_modules",
    "ogr",
    "postgres_folder",
    "run",
]

CLIENTS = Path(__file__).resolve().parents[2] / "clients"
PACKAGES = Path(sys.prefix) / "gridmap-clients"  # inside .venv: whoever removes it removes this too
DEBIAN = {"GDAL": "gdal-bin", "PostGIS": "postgresql-postgis"}
ADVICE = {
    "GDAL": "ogr2ogr and ogrinfo (Debian: gdal-bin)",
    "PostGIS": "initdb, postgres and the extension postgis (Debian: postgresql-postgis)",
    "Node": "Node with npm, then: make clients",
    "DuckDB": "the packages of tests/clients/requirements.txt: make clients",
}


def needed(name: str) -> None:
    """Leave a test out where a program is not here, and say what to install."""
    if not is_here(name):
        pytest.skip(f"This machine has no {name} for the tests: install {ADVICE[name]}")


def ogr(name: str) -> str | None:
    """Give the path of a GDAL command, `ogrinfo` or `ogr2ogr`."""
    return shutil.which(name)


def postgres_folder() -> Path | None:
    """Give the folder of PostgreSQL's own programs, where PostGIS belongs to it; the newest."""
    if os.name != "posix":
        return None
    onto = shutil.which("initdb")
    found = [Path(onto).resolve().parent] if onto else []
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")  # Debian keeps them off the path
    found += [path.parent for path in sorted(versions, key=lambda path: -_number(path.parts[4]))]
    return next((folder for folder in found if _has_postgis(folder)), None)


def node_modules() -> Path | None:
    """Give the folder with the npm packages, if they are those of the lock and Node is here."""
    if shutil.which("node") is None or not _same_lock():
        return None
    return PACKAGES / "node_modules"


def duckdb_spatial() -> Path | None:
    """Give the file of DuckDB's spatial extension, which comes as a package of PyPI."""
    if importlib.util.find_spec("duckdb") is None:
        return None
    package = importlib.util.find_spec("duckdb_extension_spatial")
    if package is None or package.origin is None:
        return None
    version = importlib.metadata.version("duckdb")
    files = Path(package.origin).parent.glob(f"extensions/v{version}/spatial.duckdb_extension")
    return next(files, None)


def run(*command: str | Path, told: str | None = None) -> str:
    """Run a program and give what it prints; an error or a warning of it fails the test."""
    answer = subprocess.run(
        [*map(str, command)], input=told, capture_output=True, text=True, check=False, timeout=120
    )
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stderr
    return answer.stdout


def is_here(name: str | None) -> bool:
    """Whether a program is here; what needs none always is."""
    return (
        name is None
        or {
            "GDAL": lambda: ogr("ogrinfo") is not None and ogr("ogr2ogr") is not None,
            "PostGIS": lambda: postgres_folder() is not None,
            "Node": lambda: node_modules() is not None,
            "DuckDB": lambda: duckdb_spatial() is not None,
        }[name]()
    )


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _has_postgis(folder: Path) -> bool:
    tell = folder / "pg_config"
    if not tell.exists():
        return False
    asked = subprocess.run([tell, "--sharedir"], capture_output=True, text=True, check=False)
    return Path(asked.stdout.strip(), "extension", "postgis.control").exists()


def _same_lock() -> bool:
    installed = PACKAGES / "package-lock.json"
    wanted = (CLIENTS / "package-lock.json").read_bytes()
    done = (PACKAGES / "node_modules" / ".package-lock.json").exists()  # npm writes it at the end
    return done and installed.exists() and installed.read_bytes() == wanted


def _add_npm() -> None:
    """Install the npm packages as the lock has them; scripts of packages are not run."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return
    PACKAGES.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(CLIENTS / name, PACKAGES / name)
    quiet = ("--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error")
    patience = ("--fetch-retries=1", "--fetch-timeout=60000")  # where there is no network
    subprocess.run(
        [npm, "ci", *quiet, *patience], cwd=PACKAGES, stdout=subprocess.DEVNULL, check=False
    )


def _add_python() -> None:
    uv = shutil.which("uv")
    add = [uv, "pip", "install", "--python", sys.executable] if uv else [
        *(sys.executable, "-m", "pip", "install", "--disable-pip-version-check")
    ]  # fmt: skip
    pins = CLIENTS / "requirements.txt"
    # Where there is no network, to ask five times is to wait for nothing.
    add += [] if uv else ["--retries", "1"]
    subprocess.run([*add, "--quiet", "--only-binary", ":all:", "-r", pins], check=False)


def main() -> int:
    """Add what is missing, where it may be added; tests of the rest are left out."""
    missing = [name for name in ADVICE if not is_here(name)]
    if not missing:
        return 0
    print(f"The tests with real clients use {', '.join(missing)}: adding them, once.", flush=True)
    as_root = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None
    debian = [DEBIAN[name] for name in missing if name in DEBIAN]
    if debian and as_root:
        machine.add_packages(debian)
    if "Node" in missing:
        _add_npm()
    if "DuckDB" in missing:
        _add_python()
    importlib.invalidate_caches()
    for name in (name for name in missing if not is_here(name)):
        print(f"  left out: tests with {name}, for want of {ADVICE[name]}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
