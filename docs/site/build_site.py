"""Builds the documentation site: `make docs`, or `python docs/site/build_site.py [FOLDER]`.

The pages stay where a reader of the repository looks for them. For the site they are laid out in
a folder of their own with what they show or link to, the links between them follow, and MkDocs
builds HTML from it that opens without a server and asks no other host for anything.
"""

import html
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath
from urllib.parse import unquote

from tables import tables

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CONFIG = HERE / "mkdocs.yml"
STAGED = ROOT / "build" / "docs"  # `docs_dir` of mkdocs.yml
SITE = ROOT / "build" / "site"

SOURCES = ("*.md", "docs/**/*.md", "data/**/*.md", "benchmarks/*.md")
# A README of the top folder would be the front page: that place is the Chinese guide's.
MOVED = {"README.md": "readme.md", "docs/zh/index.md": "index.md"}
TABLES_PAGE = "docs/api/tables.md"
ASSETS = {
    "assets/site.css": HERE / "site.css",
    "assets/iframe-worker.js": ROOT / "static" / "vendor" / "iframe-worker" / "iframe-worker.js",
}

LINK = re.compile(r"(?<=\]\()([^()\s#]*)(#[^()\s]*)?(?=\))")
PICTURE = re.compile(r"^!\[([^\]]*)\]\(([^()\s]+\.(?:png|svg))\)$", re.MULTILINE)
DESK, PHONE = "-1440.png", "-390.png"
HAN = r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef“”]"
HAN_BREAK = re.compile(rf"(?<={HAN})\n(?={HAN})")
FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
LOADED = re.compile(
    r"<(?:link|script|img|iframe|source)\b[^>]*?\b(?:src|href|srcset)=[\"']?((?:https?:)?//[^\"'\s>]+)"
)
LINKED = re.compile(r"\b(?:href|src|srcset)=\"([^\"#?:]+)[#?\"]")


def pages() -> dict[str, str]:
    """Give the place in the site of every page, by its path in the repository."""
    found = sorted({path for pattern in SOURCES for path in ROOT.glob(pattern)})
    names = [path.relative_to(ROOT).as_posix() for path in found]
    return {name: MOVED.get(name, name) for name in names}


def moved_links(text: str, source: str, places: dict[str, str]) -> tuple[str, set[str]]:
    """Turn the links of a page to where their targets lie in the site.

    Parameters
    ----------
    text : str
        The page, Markdown.
    source : str
        Its path in the repository.
    places : dict of str to str
        Place in the site of every page.

    Returns
    -------
    str
        The page with the new links.
    set of str
        Files of the repository that it links to or shows and that are no pages.
    """
    folder = str(PurePosixPath(source).parent)
    here = str(PurePosixPath(places[source]).parent)
    files = set()

    def turned(found: re.Match[str]) -> str:
        target, anchor = found[1], found[2] or ""
        if not target or "://" in target or target.startswith("mailto:"):
            return found[0]
        path = normpath(f"{folder}/{target}")
        if path not in places:
            files.add(path)
        return relpath(places.get(path, path), here) + anchor

    return LINK.sub(turned, text), files


def shown_pictures(text: str, place: str) -> tuple[str, set[str]]:
    """Let each picture open in full on a click, and let phones show the one taken on a phone.

    Parameters
    ----------
    text : str
        A page, Markdown, with pictures on lines of their own and its links moved.
    place : str
        Its place in the site.

    Returns
    -------
    str
        The page with the pictures as HTML.
    set of str
        The pictures for phones, by their path in the repository.
    """
    folder = str(PurePosixPath(place).parent)
    phones = set()

    def shown(found: re.Match[str]) -> str:
        words, picture = html.escape(found[1]), found[2]
        phone = picture.removesuffix(DESK) + PHONE if picture.endswith(DESK) else ""
        path = normpath(f"{folder}/{phone}")
        source = ""
        if phone and (ROOT / path).is_file():
            phones.add(path)
            source = f'<source media="(max-width: 600px)" srcset="{phone}">'
        image = f'<img src="{picture}" alt="{words}" loading="lazy">'
        return f'<a href="{picture}"><picture>{source}{image}</picture></a>'

    return PICTURE.sub(shown, text), phones


def joined_lines(text: str) -> str:
    """Join lines that end and begin with Chinese: a browser would show a blank between them."""
    parts = FENCED.split(text)
    return "".join(part if part.startswith("```") else HAN_BREAK.sub("", part) for part in parts)


def stage(folder: Path = STAGED) -> None:
    """Lay out pages, pictures and linked files as the site will have them."""
    shutil.rmtree(folder, ignore_errors=True)
    places = pages()
    needed = dict(ASSETS)
    for source, place in places.items():
        original = (ROOT / source).read_text(encoding="utf-8")
        if source == TABLES_PAGE:
            original += "\n".join(tables(ROOT / "layers" / "contract" / "columns.py")) + "\n"
        text, files = moved_links(joined_lines(original), source, places)
        text, phones = shown_pictures(text, place)
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        needed |= {name: ROOT / name for name in files | phones}
    for place, path in needed.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / place)


def loaded_from_outside(site: Path) -> Iterator[str]:
    """Name what a page would load from another host; links that a reader clicks are none."""
    for page in sorted(site.rglob("*.html")):
        for address in LOADED.findall(page.read_text(encoding="utf-8")):
            yield f"{page.relative_to(site)}: {address}"


def dead_links(site: Path) -> Iterator[str]:
    """Name the links of the pages that lead to no file; a folder opens as no page."""
    for page in sorted(site.rglob("*.html")):
        if page.name == "404.html":  # for servers, with links from their root
            continue
        for address in sorted(set(LINKED.findall(page.read_text(encoding="utf-8")))):
            if not (page.parent / unquote(html.unescape(address))).is_file():
                yield f"{page.relative_to(site)}: {address}"


def main() -> int:
    """Build the site; 1 when a link leads nowhere or a page would need the network."""
    site = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else SITE
    stage()
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(CONFIG)]
    done = subprocess.run([*command, "-d", str(site)], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout, done.stderr, sep="", file=sys.stderr)
        return 1
    for what, found in (
        ("These would be loaded from another host:", list(loaded_from_outside(site))),
        ("These lead to no file:", list(dead_links(site))),
    ):
        if found:
            print(what, *found, sep="\n", file=sys.stderr)
            return 1
    print(f"Open {site / 'index.html'} in a browser; it needs neither a server nor a network.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
