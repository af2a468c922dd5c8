"""Every error says the same in Chinese and English: the source is read, no error needs to happen.

A Chinese text must stand beside every English one, in Chinese characters, with the same values.
"""

import ast
import builtins
import pickle
import re
from functools import cache

import pytest
from project import ROOT
from source_tree import parsed

from gridmap.cli import COMMANDS
from layers.contract import errors
from layers.contract.errors import GridmapError, LayerFileError, Named, UsageError, quoted

CJK = re.compile(r"[\u4e00-\u9fff]")
ASCII_MARK_IN_CHINESE = re.compile(r"[\u4e00-\u9fff”）][,;:?!](?!\w)|[\u4e00-\u9fff”）]\.(?:\s|$)")
FAULTS = {name for name, kind in vars(errors).items() if isinstance(kind, type)
          and issubclass(kind, GridmapError)} | {"RuleFault"}  # fmt: skip
PLURALS = {"many"}  # English alone has them


def sources():
    files = [ROOT / "app.py"]
    for room in ("layers", "boundaries", "gridmap"):
        files += sorted((ROOT / room).rglob("*.py"))
    return files


def scopes(tree):
    """Yield every call that makes an error, with the functions around it, innermost first."""
    left = [(tree, [])]
    while left:
        node, around = left.pop()
        if isinstance(node, ast.FunctionDef | ast.Module):
            around = [node, *around]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in FAULTS:
            yield node, around
        left += [(child, around) for child in reversed(list(ast.iter_child_nodes(node)))]


@cache
def calls():
    found = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if not any(f"{fault}(" in text for fault in FAULTS):
            continue
        for call, around in scopes(parsed(path)):
            where = f"{path.relative_to(ROOT).as_posix()}:{call.lineno}"
            found.append((where, call, around))
    return found


def texts_of(call):
    """Give the English and the Chinese argument of an error."""
    given = [*call.args, *(word.value for word in call.keywords if word.arg == "zh")]
    assert len(given) == 2, f"{ast.unparse(call)} has no Chinese text"
    assert not any(isinstance(text, ast.Starred) for text in given)
    return given


def literals(text, around, *, depth=3):
    """All pieces of text that an expression is made of, those of its names included."""
    pieces = []
    for node in ast.walk(text):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            pieces.append(node.value)
        elif isinstance(node, ast.Name) and depth:
            for value in assigned(node.id, around):
                pieces += literals(value, around, depth=depth - 1)
    return pieces


def assigned(name, around):
    for scope in around:
        yield from assignments(scope).get(name, [])


@cache
def assignments(scope):
    """All values that a function or module gives its names."""
    found = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            parts = [part for target in node.targets for part in ast.walk(target)]
            for name in {part.id for part in parts if isinstance(part, ast.Name)}:
                found.setdefault(name, []).append(node.value)
    return found


def values(text):
    """Name the values that a text shows: `path.name`, `found`; the two languages alike."""
    own = {node.id for node in ast.walk(text) if isinstance(node, ast.Name)
           and isinstance(node.ctx, ast.Store)}  # fmt: skip
    found = set()

    def visit(node):
        if isinstance(node, ast.Attribute | ast.Name):
            found.add(re.sub(r"(?i)_zh$|\.(?:zh|en)$", "", ast.unparse(node)))
            return
        for child in ast.iter_child_nodes(node):
            # What is called is no value, but what a method is called on is.
            if isinstance(node, ast.Call) and child is node.func:
                if isinstance(child, ast.Attribute):
                    visit(child.value)
            else:
                visit(child)

    visit(text)
    return found - own - PLURALS - set(dir(builtins))


def test_every_error_has_a_chinese_text_with_the_same_values():
    other, unlike = [], []
    for where, call, around in calls():
        english, chinese = texts_of(call)
        if not any(CJK.search(piece) for piece in literals(chinese, around)):
            other.append(f"{where}: {ast.unparse(chinese)}")
        if differing := values(chinese) ^ values(english):
            unlike.append(f"{where}: {sorted(differing)}")
    assert other == []
    assert unlike == []


def test_chinese_errors_are_written_with_chinese_marks():
    wrong = [
        f"{where}: {piece}"
        for where, call, around in calls()
        for piece in literals(texts_of(call)[1], around, depth=0)
        if ASCII_MARK_IN_CHINESE.search(piece)
    ]
    assert wrong == []


def test_commands_are_named_as_they_are_typed():
    names = "|".join(one.name for one in COMMANDS)
    bare = re.compile(rf"(?<!-m )(?<!from )\bgridmap (?:{names})\b")
    for path in sources():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not bare.search(node.value), f"{path.name}:{node.lineno}: {node.value}"


def test_errors_are_found_in_the_source():
    assert len(calls()) > 90


def test_an_error_needs_both_texts():
    with pytest.raises(TypeError, match="zh"):
        LayerFileError("There is no file.")


def test_an_error_gives_its_text_in_either_language():
    error = UsageError("Give a level.", "请给出级别。")
    assert str(error) == error.text("en") == "Give a level."
    assert error.zh == error.text("zh") == "请给出级别。"


def test_both_texts_come_through_from_another_process():
    error = pickle.loads(pickle.dumps(UsageError("Give a level.", "请给出级别。")))
    assert type(error) is UsageError
    assert (str(error), error.zh) == ("Give a level.", "请给出级别。")


def test_found_values_stand_in_chinese_quotes_and_cannot_move_the_cursor():
    assert quoted("roads.gpkg", 7) == "“roads.gpkg”、“7”"
    assert quoted("a\x1b[2Jb\u202ec\n") == "“a\\x1b[2Jb\\u202ec\\n”"
    assert quoted() == ""


def test_a_name_alone_is_english():
    assert f"{Named('Layer', '图层')}" == "Layer"
