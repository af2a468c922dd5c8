"""Set gridmap up in the folder `.venv`: once, with its progress shown.

    python3 install.py            (Windows: py -3.11 install.py)

It makes a virtual environment, installs what `requirements.lock` names (from a folder `wheelhouse`
without any network, if there is one) and compiles the partition engine. `make` calls it by itself.
It uses nothing but Python, for nothing else is there yet.
"""

import argparse
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

__all__ = ["Bar", "main", "pip_progress"]

OLDEST = (3, 11)
LOCK = "requirements.lock"
WIDTH = 24  # characters of the bar
QUIET_SECONDS = 5.0  # where the output is no screen, a line in so many seconds
LAST_LINES = 25  # of the installer's output, shown when it fails
COUNT = (  # pip's own copy of `packaging` reads the markers: which pins are for this machine
    "import re, sys; from pip._vendor.packaging.requirements import Requirement as R;"
    "pins = re.findall(r'^([a-z0-9].*?) \\\\$', open(sys.argv[1], encoding='utf-8').read(), re.M);"
    "print(sum(not p.marker or p.marker.evaluate() for p in map(R, pins)))"
)


class Bar:
    """A line that grows in place on a screen, and a line now and then anywhere else."""

    def __init__(self, total, output=None, clock=time.monotonic):
        self.total, self.output, self.clock = max(total, 1), output or sys.stdout, clock
        self.screen = self.output.isatty()
        self.said_at = clock()

    def show(self, done, what):
        """Say that `done` of the total is reached and what is being done now."""
        now = self.clock()
        if not self.screen and now - self.said_at < QUIET_SECONDS and done < self.total:
            return
        self.said_at = now
        filled = WIDTH * min(done, self.total) // self.total
        line = f"  [{'#' * filled}{'.' * (WIDTH - filled)}] {done:3d} of {self.total}  {what}"
        self.output.write(f"\r{line[:78]:<78}" if self.screen else line + "\n")
        self.output.flush()

    def end(self):
        """Leave the line as it is; what follows begins below it."""
        if self.screen:
            self.output.write("\n")


def pip_progress(lines, bar, installed):
    """Show pip's lines on a bar: first what it fetches, then what lies in place; give them back.

    Parameters
    ----------
    lines
        The lines that pip prints, as they come.
    bar
        Counts two steps a package: fetched, and in place.
    installed
        Gives how many packages lie in place.
    """
    seen = []
    fetched = 0
    for line in lines:
        seen.append(line)
        name = re.match(r"(?:Collecting |Processing .*[/\\\\])([A-Za-z0-9_.]+)", line)
        if name:
            fetched += 1
            bar.show(fetched, f"fetching {name[1]}")
        elif line.startswith("Installing collected packages"):
            break
    else:
        return seen
    rest = iter(lines)
    for _ in _ticks(rest, seen):
        bar.show(fetched + installed(), "putting the packages in place")
    return seen


def _ticks(lines, seen):
    """Yield every second while lines are waited for: pip is silent while it unpacks."""
    reader = threading.Thread(target=lambda: seen.extend(lines), daemon=True)
    reader.start()
    waiting = True
    while waiting:
        reader.join(timeout=1.0)
        waiting = reader.is_alive()
        yield


def main(arguments=None):
    """Set up and give the exit code: 0 done, 1 it could not be done and a line says why."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console of Windows may know no Chinese
    folder = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", type=Path, default=folder / ".venv", help="default: .venv")
    parser.add_argument(
        "--no-compile", action="store_true", help="leave engine and libraries to their first use"
    )
    given = parser.parse_args(arguments)
    venv = given.venv
    fault = _fault_of_this_python()
    if fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"正在安装到 {venv.name}，只需一次，约一至三分钟。", flush=True)
    print(f"Setting up {venv.name} from {LOCK}, once: one to three minutes.", flush=True)
    uv = shutil.which("uv")
    python = _environment(venv, uv)
    if not _install(python, folder, uv, given.no_compile):
        return 1
    if given.no_compile:
        return 0
    print("正在编译划分程序，只需一次。Compiling the partition engine, once.", flush=True)
    return _compile(python, folder)


def _fault_of_this_python():
    if sys.version_info < OLDEST:
        return (
            f"需要 Python {OLDEST[0]}.{OLDEST[1]} 或更高版本，请安装后再运行。\n"
            f"gridmap needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is "
            f"{sys.version.split()[0]}. Install a newer one beside it and run this with it."
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return (
            "这个 Python 缺少 venv 模块，请补装后再运行。\n"
            "This Python comes without the module venv. Add it (Debian and Ubuntu: "
            "apt install python3-venv) and run this again."
        )
    return None


def _environment(venv, uv):
    """Make the environment; one that cannot install (half made, moved) is made from nothing."""
    python = venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    probe = ["-c", "import encodings"] if uv else ["-m", "pip", "--version"]
    try:
        sound = subprocess.run([python, *probe], capture_output=True, check=False).returncode == 0
    except OSError:
        sound = False
    if not sound:
        shutil.rmtree(venv, ignore_errors=True)
        own = [sys.executable, "-m", "venv"]
        make = [uv, "venv", "--quiet", "--python", sys.executable] if uv else own
        subprocess.run([*make, str(venv)], check=True)
    return str(python)


def _install(python, folder, uv, no_compile=False):
    """Install the lock; tell whether it went well, with the installer's last words if not.

    Half of pip's work is to compile all modules of all libraries, of which few are ever used.
    Python keeps what it compiles on first use, unless somebody has switched that off.
    """
    wheels = folder / "wheelhouse"
    offline = ["--no-index", "--find-links", str(wheels)] if wheels.is_dir() else []
    options = [*offline, "--require-hashes", "-r", str(folder / LOCK)]
    if uv:  # shows its own progress
        command = [uv, "pip", "install", "--python", python, *options]
        done = subprocess.run(command, check=False).returncode == 0
    else:
        if no_compile and not sys.dont_write_bytecode:
            options.append("--no-compile")
        command = [python, "-m", "pip", "install", "--disable-pip-version-check", *options]
        done = _run_pip(command, python, folder)
    if not done:
        print(
            "安装包没有装上。不能联网的电脑，请按说明准备 wheelhouse 文件夹；"
            "能联网的，看上面的原因，再运行一次。\n"
            "The packages could not be installed. Without a network, carry a folder 'wheelhouse' "
            "over as README says under 'Other ways to install'; else look at the lines above and "
            "run this again: what is done stays.",
            file=sys.stderr,
        )
    return done


def _compile(python, folder):
    """Compile every kernel of the engine; the module says `3 of 76 name` after each."""
    command = [python, "-m", "gridmap.warm"]
    compiler = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    bar = None
    for line in compiler.stdout:
        done, _, total, name = line.split()
        bar = bar or Bar(int(total))
        bar.show(int(done), name)
    failed = compiler.wait()
    if bar:
        if not failed:
            bar.show(bar.total, "done")
        bar.end()
    return failed


def _run_pip(command, python, folder):
    counted = subprocess.run(
        [python, "-c", COUNT, str(folder / LOCK)], capture_output=True, text=True, check=True
    )
    bar = Bar(2 * int(counted.stdout))
    packages = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    )
    before = len(list(packages.glob("*.dist-info")))
    pip = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    lines = pip_progress(pip.stdout, bar, lambda: len(list(packages.glob("*.dist-info"))) - before)
    failed = pip.wait() != 0
    if not failed:
        bar.show(bar.total, "done")
    bar.end()
    if failed:
        print("".join(lines[-LAST_LINES:]), file=sys.stderr)
    return not failed


if __name__ == "__main__":
    sys.exit(main())
