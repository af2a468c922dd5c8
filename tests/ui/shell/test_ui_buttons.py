"""A button without a test does not exist: each that a page has is pressed, or named, in some test.

Told from the code: the key of the widget, or the Chinese words on it, stand in a file of tests.
"""

import ast
import re
from functools import cache
from pathlib import Path

from project import ROOT
from source_tree import parsed

from gridmap.words import WORDS

PRESSED = {
    "button", "form_submit_button", "download_button", "toggle", "checkbox", "radio",
    "segmented_control", "pills",
}  # fmt: skip
# Pressed by other words than those on them: of an option, or of a value.
BY_OTHER_WORDS = {
    "i18n.py segmented_control 语言": 'key="lang"',
    "declare.py radio 类别的来源": "按编码列归类",
    "declare.py radio 坐标来源": "高德、腾讯地图",
    "import_fields.py radio 跨多个网格的图斑": 'key="begin-division-straddle"',
    "lookup.py button": "网格 微网格0102 ",
    "published_part.py checkbox 核对无误，发布后不可更改": 'key="published-sure"',
    "rules_form.py button rules-reset-": "恢复默认：",
    "rules_form.py toggle": "沿道路切开大图斑",
    "scope_fields.py checkbox 改为负责全部区县和乡镇（未选任何区县或乡镇）": '-all").check().run()',
}
NO_BUTTONS = {"redraw.divide_unit"}


@cache
def texts_of_tests():
    files = sorted((ROOT / "tests").rglob("*.py"))
    return "\n".join(path.read_text("utf-8") for path in files if path != Path(__file__))


def first_text(node):
    """Give the text that a literal begins with; "" for anything else."""
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    value = getattr(node, "value", "")
    return value if isinstance(value, str) else ""


def words_on(call):
    """Give the Chinese words of a label like say("page.key"), up to the first value in them."""
    for node in ast.walk(call.args[0]) if call.args else ():
        if isinstance(node, ast.Call) and node.args and first_text(node.args[0]) in WORDS:
            return WORDS[first_text(node.args[0])][0].partition("{")[0]
    return ""


def widgets():
    found = []
    for path in sorted((ROOT / "gridmap/ui").rglob("*.py")):
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in PRESSED:
                key = next((first_text(k.value) for k in node.keywords if k.arg == "key"), "")
                words = words_on(node)
                name = f"{path.name} {node.func.attr} {key or words}".strip()
                words = BY_OTHER_WORDS.get(name, words)
                found.append((name, "" if name in BY_OTHER_WORDS else key, words))
    return found


def is_pressed(key, words):
    by_key = len(key) > 1 and re.search(rf"""["']{re.escape(key)}""", texts_of_tests())
    return by_key or (len(words) > 1 and words in texts_of_tests())


def test_every_button_is_pressed_by_a_test():
    found = widgets()
    assert found
    assert [name for name, key, words in found if not is_pressed(key, words)] == []


def words_of_the_editor():
    found = set()
    for path in sorted((ROOT / "gridmap/ui/redraw/editor").glob("*.js")):
        for line in path.read_text("utf-8").splitlines():
            if 'make("button"' in line or "onclick" in line:
                found |= set(re.findall(r'say\("(redraw\.\w+)"', line))
    return sorted(found - NO_BUTTONS)


def test_every_button_of_the_map_editor_is_pressed_by_a_test():
    found = words_of_the_editor()
    assert found
    assert [key for key in found if not is_pressed_in_the_editor(key)] == []


def is_pressed_in_the_editor(key):
    words = [part for part in re.split(r"\{\w+\}", WORDS[key][0]) if len(part.strip()) > 1]
    return key in texts_of_tests() or any(part in texts_of_tests() for part in words)
