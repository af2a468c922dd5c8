"""Functions of the engine are read at a glance: they fit a screen and take few arguments."""

import ast

import pytest
from source_tree import MODULES, lies_in, tree_of

LINES = 60  # without the docstring
ARGUMENTS = 10
# The two calls from outside: every argument is one thing that a caller may ask for by its name.
ASKED_BY_NAME = {"gridmap.partition.api.partition", "gridmap.partition.repair.offers.repair_offers"}

ENGINE = [name for name in MODULES if lies_in(name, {"gridmap.partition"})]


def functions(module):
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.FunctionDef):
            yield f"{module}.{node.name}", node


def lines_of(node):
    lines = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node) is not None:
        lines -= node.body[0].end_lineno - node.body[0].lineno + 1
    return lines


def arguments_of(node):
    named = node.args
    return len([*named.posonlyargs, *named.args, *named.kwonlyargs]) - (
        bool(named.args) and named.args[0].arg == "self"
    )


@pytest.mark.parametrize("module", ENGINE)
def test_functions_of_the_engine_fit_a_screen_and_take_few_arguments(module):
    wrong = [
        f"{name}: {lines_of(node)} lines, {arguments_of(node)} arguments"
        for name, node in functions(module)
        if lines_of(node) > LINES or (arguments_of(node) > ARGUMENTS and name not in ASKED_BY_NAME)
    ]

    assert wrong == []
