"""Every page in both languages on towns in every state: no sign of a program in what people read.

Tables are read too, cell by cell. What is data of a town (names, codes, texts of its files) is
taken out before the language is judged.
"""

import re
from datetime import date

import drawn_plan
import drawn_town
import pytest
from app_pages import app_page, words_on

from gridmap.store import save_plan
from gridmap.ui.start import REGISTRY
from gridmap.ui.towns import make_town
from gridmap.workflow import make_plan, reassign_cadres

SIGNS = {
    "a missing value": re.compile(r"\b(?:null|None|NaN|nan|NaT|undefined|inf)\b|<NA>"),
    "a fault of ours": re.compile(r"Traceback|Page not found|程序出了问题"),
    "a value that was not put in": re.compile(r"(?<!\{)\{[a-z_]+\}"),
    "a number of a patch": re.compile(r"\bP\d{5}\b"),
    "a count of nothing": re.compile(r"(?<![\d.,])0 ?(?:个|人|处|项|块|户)，略去|保留 0 "),
    "a question mark for a figure": re.compile(r"(?:^|[\s（(])\?(?:$|[\s）)])", re.M),
    "more than all": re.compile(r"(?<![\d.,])(?:1[0-9]{2}(?:\.\d+)?|[2-9]\d{2,}(?:\.\d+)?) ?%"),
    "a key of the rules": re.compile(r"\b(?:problem_estate|village_res|officer_hours)\b"),
}
ALL = re.compile(r"100(?:\.0)? ?%")
CHINESE = re.compile("[\u4e00-\u9fff]")
# What stays in its own language: data of the drawn town, names of systems and formats, commands.
DATA = re.compile(
    r"中文|测试用?[镇虚构数据]*|[东西]村|第[一二]网格|(?:下沉)?干部\d*|网格长\d*|微网格\d*|村干部|镇机关干部|"
    r"[甲乙丙丁]|新镇|花名册|编号|名称|姓名|镇机关|[^\s]*\.(?:gpkg|xlsx|csv|toml|shp)"
)
ENGLISH = re.compile(r"[A-Za-z][a-z]{2,}(?: [a-z]{2,})+")  # words of a sentence
KNOWN_ENGLISH = re.compile(r"python -m gridmap \w+|Test Town|Small Town")


def cells(app):
    """Texts of all tables of a page."""
    for frame in app.dataframe:
        yield from (str(value) for value in frame.value.to_numpy().ravel())


def texts_of(app):
    parts = [words_on(app), *cells(app)]
    shown = {str(box.value) for box in app.selectbox}  # keys: what is shown for them is a label
    parts[0] = "\n".join(row for row in parts[0].split("\n") if row not in shown)
    parts += [
        element.proto.body for element in app.get("html") if "<style" not in element.proto.body
    ]
    parts += [metric.value for metric in app.metric]
    text = "\n".join(parts)
    return re.sub(r"base64,[^\"]*|<[^>]*>", " ", text)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    base = tmp_path_factory.mktemp("signs")
    towns, out = base / "towns", base / "out"
    make_town(towns, "新镇", "410122106000", today=date(2026, 1, 1))
    broken = drawn_town.write_town(towns / "broken")
    (broken / "rules.toml").write_text("[town\n", encoding="utf-8")
    sound = drawn_town.write_town(towns / "sound")
    short = drawn_town.write_town(towns / "short", roster=drawn_town.draw_roster().head(12))
    (out / "sound").mkdir(parents=True)
    (out / "short").mkdir()
    save_plan(make_plan(sound), out / "sound" / "sound.gridmap.gpkg")
    save_plan(make_plan(short), out / "short" / "short.gridmap.gpkg")
    save_plan(reassign_cadres(drawn_plan.draw_plan()), out / "elsewhere.gridmap.gpkg")
    return base


PAGES = [entry.key for entry in REGISTRY if entry.key != "redraw"]  # its words: test_ui_redraw
STATES = [
    ("town=新镇", PAGES[:4]), ("town=broken", PAGES[:4]), ("town=sound", PAGES),
    ("town=short", PAGES), ("plan=elsewhere.gridmap.gpkg", PAGES),
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("state", "key"), [(state, key) for state, keys in STATES for key in keys])
def test_what_people_read_bears_no_sign_of_a_program(world, state, key, language):
    app = app_page(world / "out", key, world / "towns")
    name, _, value = state.partition("=")
    app.query_params[name] = value
    app.query_params["lang"] = language
    reads_well(app.run(), language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "file", ["roster.xlsx", "hierarchy.gpkg", "estates.csv", "firms.gpkg", "roads.gpkg"]
)
def test_what_is_said_of_a_file_bears_no_sign_of_a_program(world, file, language):
    app = app_page(world / "out", "data", world / "towns")
    app.query_params["town"], app.query_params["lang"] = "sound", language
    app.session_state["data-open"] = file
    text = reads_well(app.run(), language, is_data=True)
    assert file in text
    if file == "hierarchy.gpkg" and language == "zh":
        assert "200.00 公顷" in text  # once, not once a level


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("tab", ["grids", "load", "issues", "figures", "compare", "answers"])
def test_every_tab_of_the_coverage_bears_no_sign_of_a_program(world, tab, language):
    app = app_page(world / "out", "coverage", world / "towns")
    app.query_params["plan"], app.query_params["lang"] = "short/short.gridmap.gpkg", language
    app.session_state["coverage-wanted"] = tab
    reads_well(app.run(), language)


def reads_well(app, language, *, is_data=False):
    assert not app.exception
    text = texts_of(app)
    assert len(text) > 40
    for what, sign in SIGNS.items():
        found = [match for match in sign.finditer(text) if not ALL.fullmatch(match.group())]
        assert not found, (what, [text[max(0, one.start() - 60) : one.end() + 60] for one in found])
    rest = DATA.sub("", text)
    if is_data:  # columns and values of a file, in whatever language
        return text
    if language == "en":
        assert not CHINESE.search(rest), [row for row in rest.split("\n") if CHINESE.search(row)]
    else:
        english = ENGLISH.findall(KNOWN_ENGLISH.sub("", rest))
        assert not english
    return text
