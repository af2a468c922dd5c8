"""What `make docs` builds from: pages, contents, links, pictures, public names.

The site itself is built by tools that the program does without; here what goes into it is read.
"""

import csv
import importlib
import re
import sys
from posixpath import dirname, normpath

import pytest
from project import ROOT

sys.path.insert(0, str(ROOT / "docs" / "site"))

import build_site
from tables import tables

import boundaries
import gridmap
import layers

PAGES = build_site.pages()
FRONT = "docs/zh/index.md"
CONTENTS = (build_site.CONFIG.read_text(encoding="utf-8")).split("\nnav:\n")[1]


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    build_site.stage(folder)
    return folder


def test_every_page_stands_once_in_the_contents():
    assert sorted(re.findall(r"[\w./-]+\.md", CONTENTS)) == sorted(PAGES.values())
    assert {name for name in PAGES if name.startswith("docs/")} >= {
        path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md")
    }


def test_the_chinese_guide_is_the_front_page():
    assert PAGES[FRONT] == "index.md"
    assert CONTENTS.split()[1:4] == ["中文指南:", "-", "index.md"]


def test_links_and_pictures_lead_to_what_is_laid_out(staged):
    dead = []
    for place in PAGES.values():
        text = (staged / place).read_text(encoding="utf-8")
        links = re.findall(r"\]\(([^)\s]+)\)", text)
        links += re.findall(r'(?:src|href|srcset)="([^"]+)"', text)
        for link in links:
            if "://" in link or link.startswith(("#", "mailto:")):
                continue
            path = normpath(f"{dirname(place)}/{link.split('#')[0]}").lstrip("/")
            if not (staged / path).is_file():
                dead.append(f"{place}: {link}")

    assert dead == []


@pytest.mark.parametrize("name", PAGES)
def test_what_belongs_to_a_list_is_indented_as_every_markdown_reader_takes_it(name):
    """The site's reader wants steps of four blanks where others are content with less."""
    text = build_site.FENCED.sub("", (ROOT / name).read_text(encoding="utf-8"))
    odd = re.findall(r"^(?! {4}).*\n\n((?: {1,3}| {5,7})\S.*)$", text, re.MULTILINE)

    assert odd == []


@pytest.mark.parametrize("room", [layers, boundaries, gridmap], ids=lambda room: room.__name__)
def test_the_api_page_of_a_room_lists_its_public_names_and_no_other(room):
    page = (ROOT / "docs" / "api" / f"{room.__name__}.md").read_text(encoding="utf-8")

    # A room that can be called is shown by its function, at its place.
    listed = [line.replace("partition.api.", "") for line in re.findall(r"^::: (\S+)$", page, re.M)]
    assert sorted(listed) == sorted(f"{room.__name__}.{name}" for name in room.__all__)


def test_every_table_is_shown_with_all_its_columns_and_their_meaning(staged):
    page = (staged / build_site.TABLES_PAGE).read_text(encoding="utf-8")
    source = ROOT / "layers" / "contract" / "columns.py"
    columns = importlib.import_module(".".join(source.relative_to(ROOT).with_suffix("").parts))

    shown = {}
    for part in page.split("\n## ")[1:]:
        shown[part.split("\n")[0]] = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", part, re.M))
    frames = {
        name: getattr(columns, name)
        for name in columns.__all__
        if isinstance(getattr(columns, name), dict)
    }

    assert shown == frames


def test_a_comment_is_the_meaning_of_the_column_beside_or_below_it(tmp_path):
    source = tmp_path / "columns.py"
    source.write_text(
        "# Rows of a sort. Index: id.\n"
        "ROWS: Columns = {\n"
        '    "one": "str",  # this | that\n'
        "    # Told above\n"
        '    "two": "int64",  # and beside\n'
        "}\n",
        encoding="utf-8",
    )

    assert "\n".join(tables(source)).splitlines() == [
        "",
        "## ROWS",
        "",
        "Rows of a sort. Index: id.",
        "",
        "| column | type | meaning |",
        "| --- | --- | --- |",
        r"| `one` | str | this \| that |",
        "| `two` | int64 | Told above and beside |",
    ]


def test_links_follow_a_page_that_stands_elsewhere_in_the_site():
    places = {
        "README.md": "readme.md",
        "docs/zh/index.md": "index.md",
        "docs/map.md": "docs/map.md",
    }

    text, files = build_site.moved_links(
        "[a](../README.md#words) [b](zh/index.md) ![c](screens/x.png) [d](https://e.org/f) [g](#h)",
        "docs/map.md",
        places,
    )
    home, _ = build_site.moved_links(
        "[a](../map.md) [b](../../README.md)", "docs/zh/index.md", places
    )

    assert text == (
        "[a](../readme.md#words) [b](../index.md) ![c](screens/x.png) [d](https://e.org/f) [g](#h)"
    )
    assert files == {"docs/screens/x.png"}
    assert home == "[a](docs/map.md) [b](readme.md)"


def test_a_phone_is_shown_the_picture_taken_on_a_phone():
    both, phones = build_site.shown_pictures("![Home <1>](screens/page-home-1440.png)", "docs/x.md")
    alone, none = build_site.shown_pictures(
        "![English](screens/page-home-english-1440.png)", "docs/x.md"
    )

    assert phones == {"docs/screens/page-home-390.png"}
    assert 'srcset="screens/page-home-390.png"' in both
    assert 'alt="Home &lt;1&gt;"' in both
    assert none == set()
    assert "srcset" not in alone


def test_no_blank_is_put_between_two_lines_of_chinese():
    text = "划成干部管得过来的微网格，\n给每个微网格定人。\nEnglish\n```\n选定：\n附近\n```\n"

    assert build_site.joined_lines(text) == text.replace("，\n给", "，给")


def test_what_would_be_loaded_from_another_host_is_found(tmp_path):
    (tmp_path / "good.html").write_text(
        '<a href="https://e.org">a</a><img src="x.png"><link rel="icon" href="i.png">'
    )
    (tmp_path / "page.html").write_text(
        '<link rel="stylesheet" href="https://e.org/f.css"><script src=//cdn.e.org/s.js></script>'
    )

    assert list(build_site.loaded_from_outside(tmp_path)) == [
        "page.html: https://e.org/f.css",
        "page.html: //cdn.e.org/s.js",
    ]


def test_a_link_of_a_built_page_that_leads_to_no_file_is_found(tmp_path):
    (tmp_path / "图").mkdir()
    (tmp_path / "图" / "a.png").write_bytes(b"")
    (tmp_path / "page.html").write_text(
        '<a href="page.html#x">a</a><a href="#y">b</a><a href="https://e.org">c</a>'
        '<img src="%E5%9B%BE/a.png"><a href="gone.html#z">d</a><a href=".">home</a>'
    )

    assert list(build_site.dead_links(tmp_path)) == ["page.html: .", "page.html: gone.html"]


def test_the_chinese_guide_says_what_the_screens_say():
    """In the guide, what is bold stands on a page of the app: a button, a heading, a message."""
    on_screen = re.compile("|".join(screen_texts()))
    unknown = [
        f"{page.name}: {words}"
        for page in sorted((ROOT / "docs" / "zh").glob("*.md"))
        for words in re.findall(r"\*\*([^*]+)\*\*", page.read_text(encoding="utf-8"))
        if not on_screen.fullmatch(words)
    ]

    assert unknown == []


def screen_texts():
    """Give a pattern for every Chinese text of the screens, with gaps for what is filled in."""
    for path in (ROOT / "gridmap" / "words").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                words = re.split(r"\{[^}]*\}", row["zh"].removesuffix("（{count}）"))
                if len(words) == 1 or len("".join(words)) > 4:  # not a gap and nothing else
                    yield "(?:" + ".+".join(re.escape(word) for word in words) + ")"
