"""Every page in both languages on towns in every state: no sign of a program in what people read.

Tables are read cell by cell with their heads, lists with all that they offer, charts with their
axes and tooltips, the map editor with what it is told. What is data of a town (names, codes, texts
of its files) is taken out before the language is judged.
"""

import json
import re
from datetime import date

import drawn_plan
import drawn_town
import pytest
import redraw_plan
from app_pages import app_page, words_on

from gridmap.store import save_plan
from gridmap.ui.coverage import charts
from gridmap.ui.redraw import redraw_page
from gridmap.ui.redraw.redraw_answer import answer
from gridmap.ui.redraw.redraw_map import make_sheet
from gridmap.ui.redraw.redraw_session import EditSession, handle
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.towns import make_town
from gridmap.ui.start import REGISTRY
from gridmap.workflow.workflow import make_plan, reassign_cadres

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
ASIDE = re.compile(
    r"[（(]P\d{5}[\d-]*[）)]|, P\d{5}[\d-]*\)"
)  # behind a place the number may stand
AREA = re.compile(r"(?<![\d.,])([\d,]+(?:\.\d+)?) ?(?:公顷|ha\b)")
TOWN_HA = 200.0  # the drawn town
CHINESE = re.compile("[\u4e00-\u9fff]")
# What stays in its own language: data of the drawn town, names of systems and formats, commands.
DATA = re.compile(
    r"中文|测试用?[镇虚构数据]*|[东西]村|第[一二]网格|(?:下沉)?干部\d*|网格长\d*|微网格\d*|村干部|镇机关干部|"
    r"[甲乙丙丁]|新镇|花名册|编号|名称|姓名|镇机关|[^\s]*\.(?:gpkg|xlsx|csv|toml|shp)"
)
ENGLISH = re.compile(r"[A-Za-z][a-z]{2,}(?: [a-z]{2,})+")  # words of a sentence
KNOWN_ENGLISH = re.compile(r"python -m gridmap \w+|Test Town|Small Town")


def cells(app):
    """Texts of all tables of a page, with their heads."""
    for frame in app.dataframe:
        yield from (str(value) for value in frame.value.to_numpy().ravel())
        heads = json.loads(frame.proto.columns or "{}")
        yield from (str(one["label"]) for one in heads.values() if one and one.get("label"))


def offers(app):
    """All that lists and choices offer, and what is told of a field when one points at it."""
    for kind in ("selectbox", "multiselect", "radio", "button_group"):
        for box in app.get(kind):
            for option in getattr(box, "options", []):
                yield str(getattr(option, "content", option))
    for element in app.main:
        yield str(getattr(getattr(element, "proto", None), "help", "") or "")


def texts_of(app):
    parts = [words_on(app), *cells(app), *offers(app)]
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


PAGES = [entry.key for entry in REGISTRY if entry.where != "city"]  # test_city_page has that
STATES = [
    ("town=新镇", PAGES[:5]), ("town=broken", PAGES[:5]), ("town=sound", PAGES),
    ("town=short", PAGES), ("plan=elsewhere.gridmap.gpkg", PAGES),
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("state", "key"), [(state, key) for state, keys in STATES for key in keys])
def test_what_people_read_bears_no_sign_of_a_program(world, state, key, language):
    app = app_page(world / "out", key, world / "towns")
    name, _, value = state.partition("=")
    app.query_params[name] = value
    app.query_params["lang"] = language
    reads_well(app.run(), language, least=0 if key in ("redraw", "wall") else 40)


SHOWN = {"name", "what", "what_zh", "text", "title", "note", "fault", "why", "undo", "redo"}


def told(values, key=""):
    """All texts that the editor shows of what it is told."""
    if isinstance(values, dict):
        for name, value in values.items():
            yield from told(value, str(name))
    elif isinstance(values, (list, tuple)):
        for value in values:
            yield from told(value, key)
    elif isinstance(values, str) and key in {*SHOWN, "renamed", "group"}:
        yield values


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("plan", ["short/short.gridmap.gpkg", "elsewhere.gridmap.gpkg"])
def test_the_map_editor_is_told_no_sign_of_a_program(world, monkeypatch, plan, language):
    given = []
    monkeypatch.setattr(redraw_page, "_EDITOR", lambda **values: given.append(values["data"]))
    app = app_page(world / "out", "redraw", world / "towns")
    app.query_params["plan"], app.query_params["lang"] = plan, language
    assert not app.run().exception
    (data,) = given
    words = "\n".join(data["words"].values())
    speaks(re.sub(r"\{[a-z_]+\}", "", words), language)
    fine("\n".join(told(data)), language)


def numbered(plan):
    """The plan of test_ui_redraw with patches numbered as real ones are."""
    patches = plan.patches.copy()
    patches.index = "P000" + patches.index.str[1:]
    return plan.with_tables(patches=patches)


LINE = [list(redraw_plan.at(*spot)) for spot in ((-1, 1.5), (7, 1.5))]
ASKS = {
    "cut": {"patch": "P00041", "line": LINE},
    "cut of nothing": {"patch": "P00040", "line": LINE},
    "cut of what is gone": {"patch": "P00099", "line": LINE},
    "split": {"grid": redraw_plan.W1, "line": LINE, "cut": True},
    "divide": {"grid": redraw_plan.W2, "parts": 3},
    "divide too much": {"grid": redraw_plan.W2, "parts": 99},
    "merge": {"grids": [redraw_plan.W1, redraw_plan.W2]},
    "merge of one": {"grids": [redraw_plan.W1]},
    "move": {"patches": ["P00000", "P00022"], "to": redraw_plan.W2},
    "move across": {"patches": ["P00000"], "to": redraw_plan.E1},
    "move outside": {"patches": ["P00000"], "to": redraw_plan.W2, "limit": "TVE"},
    "move of what is gone": {"patches": ["P00099"], "to": redraw_plan.W2},
    "lock": {"grids": [redraw_plan.E1]},
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ASKS)
def test_what_the_editor_answers_bears_no_sign_of_a_program(name, language):
    plan = numbered(redraw_plan.draw())
    ask = {"kind": name.split()[0], "limit": "", **ASKS[name]}
    now = handle(EditSession(plan), ask)
    assert (now.fault is not None) == (len(name.split()) > 1)
    fine("\n".join(told(answer(now, make_sheet(now.draft), Translator(language)))), language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("way", ["whole", "village", "category"])
def test_charts_bear_no_sign_of_a_program(world, monkeypatch, way, language):
    drawn = []
    monkeypatch.setattr(charts.st, "vega_lite_chart", lambda spec, **_: drawn.append(spec))
    app = app_page(world / "out", "coverage", world / "towns")
    app.query_params["plan"], app.query_params["lang"] = "short/short.gridmap.gpkg", language
    app.session_state["coverage-wanted"] = "load"
    app.session_state["charts-by"] = way
    assert not app.run().exception
    assert len(drawn) >= 2
    fine("\n".join(text for spec in drawn for text in chart_texts(spec)), language)


def chart_texts(spec, key=""):
    """Names of axes, legends and tooltips, and what stands on bars."""
    if isinstance(spec, dict):
        for name, value in spec.items():
            yield from chart_texts(value, name)
    elif isinstance(spec, list):
        for value in spec:
            yield from chart_texts(value, key)
    elif isinstance(spec, str) and key in {
        "title", "text", "description", "grid", "group", "class", "domain",
    }:  # fmt: skip
        yield spec


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


def reads_well(app, language, *, is_data=False, least=40):
    assert not app.exception
    text = texts_of(app)
    assert len(text) > least
    for frame in app.dataframe:
        for column in set(frame.value.columns) & {"area_ha"}:
            assert frame.value[column].sum() <= TOWN_HA + 0.5
    # Columns and values of a file are in whatever language.
    fine(text, "" if is_data else language)
    return text


def fine(text, language):
    """Find no sign of a program, no area beyond the town's, and no other language."""
    text = ASIDE.sub("", text)
    for what, sign in SIGNS.items():
        found = [match for match in sign.finditer(text) if not ALL.fullmatch(match.group())]
        assert not found, (what, [text[max(0, one.start() - 60) : one.end() + 60] for one in found])
    large = [one for one in AREA.finditer(text) if float(one[1].replace(",", "")) > TOWN_HA + 0.5]
    assert not large, [text[max(0, one.start() - 60) : one.end() + 20] for one in large]
    if language:
        speaks(text, language)


def speaks(text, language):
    rest = DATA.sub("", text)
    if language == "en":
        assert not CHINESE.search(rest), [row for row in rest.split("\n") if CHINESE.search(row)]
    else:
        english = ENGLISH.findall(KNOWN_ENGLISH.sub("", rest))
        assert not english
