"""What the tests need of the machine beyond Python: a Chromium that starts, and a Chinese font.

`make test` runs this first (`make browser` alone): it looks, gets what is missing where it may, and
says in one sentence what is left to do before any test has run.
"""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

__all__ = ["add_packages", "lacks", "launch", "launch_firefox", "main"]

# The first is the same engine without the parts that draw windows: a third less work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
FIREFOX_NAMES = ("firefox", "firefox-esr")
QUIET = (
    "--no-sandbox",
    # One process for all pages, which keeps what it has compiled of the app's scripts: a third less
    # work for a page than in a process of its own.
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DRIVER, BROWSER, FONT = "a library libatomic", "a Chromium browser", "a Chinese font"
DEBIAN = {DRIVER: "libatomic1", BROWSER: "chromium-headless-shell", FONT: "fonts-noto-cjk"}
# Without a font for them, two different characters are drawn as the same empty box.
DRAWN_ALIKE = """() => {
  const [one, other] = ["网", "格"].map((character) => {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    pen.font = "40px sans-serif";
    pen.fillText(character, 5, 60);
    return canvas.toDataURL();
  });
  return one === other;
}"""


def launch(playwright: Playwright) -> Browser | None:
    """Start the machine's Chromium, or the one that Playwright got; None if none starts.

    Ubuntu's `chromium-browser` may be a script that only names a shop, so each is tried in turn.
    """
    for path in [*filter(None, map(shutil.which, NAMES)), None]:
        try:
            return playwright.chromium.launch(executable_path=path, args=list(QUIET))
        except PlaywrightError:
            continue
    return None


def launch_firefox(playwright: Playwright) -> Browser | None:
    """Start Playwright's Firefox, or the one of the machine, spoken to by BiDi."""
    found = filter(None, map(shutil.which, FIREFOX_NAMES))
    ways = [{}, *({"channel": "moz-firefox", "executable_path": path} for path in found)]
    for way in ways:
        try:
            return playwright.firefox.launch(**way)
        except PlaywrightError:
            continue
    return None


def lacks() -> list[str]:
    """Name what the page tests need and this machine has not."""
    # The driver is a program of its own: on the barest of machines it finds no libatomic.
    version = [sys.executable, "-m", "playwright", "--version"]
    driver = subprocess.run(version, capture_output=True, check=False).returncode == 0
    if not driver:
        return [DRIVER, *([] if any(map(shutil.which, NAMES)) else [BROWSER]), *_fonts_by_name()]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            return [BROWSER, *_fonts_by_name()]
        alike = browser.new_page().evaluate(DRAWN_ALIKE)
        browser.close()
    return [FONT] if alike else []


def _fonts_by_name() -> list[str]:
    """Ask the system for the font while there is no browser to ask; no answer counts as none."""
    if sys.platform != "linux":
        return []
    if shutil.which("fc-list") is None:
        return [FONT]
    listed = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False)
    return [] if listed.stdout else [FONT]


def add_packages(names: list[str]) -> None:
    """Add Debian's packages, as root; what the system does not offer is left out."""
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    shown = ["apt-cache", "show", "--no-all-versions"]
    offered = [
        name for name in names if not subprocess.run([*shown, name], capture_output=True).returncode
    ]
    if offered:
        print(f"  installing {', '.join(offered)}", flush=True)
        answer = subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *offered],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            print(answer.stderr, file=sys.stderr)


def _fetch_chromium(as_root: bool) -> bool:
    """Let Playwright fetch its own Chromium into the user's cache; as root with its libraries."""
    print("  fetching Playwright's own Chromium", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    answer = subprocess.run(
        [*command, *(["--with-deps"] if as_root else [])],
        env={"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000", **os.environ},
        stderr=subprocess.PIPE,
        check=False,
    )
    return answer.returncode == 0


def main() -> int:
    """Get what is missing, once, and give the exit code."""
    missing = lacks()
    if not missing:
        return 0
    print(f"The page tests need {' and '.join(missing)}: looking for them, once.", flush=True)
    as_root = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None
    if as_root:
        add_packages([DEBIAN[thing] for thing in missing])
        missing = lacks()
    if BROWSER in missing and DRIVER not in missing:
        fetched = _fetch_chromium(as_root)
        missing = lacks() if fetched else missing
    if not missing:
        print("  found; the tests can begin.", flush=True)
        return 0
    names = " ".join(DEBIAN[thing] for thing in missing)
    print(
        f"No test was run: this machine has no {' and no '.join(thing[2:] for thing in missing)}, "
        f"and they could not be had from here. On Debian, as root: apt-get install {names}; "
        "elsewhere install Chromium or Chrome and a font with Chinese characters. Then: make test",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
