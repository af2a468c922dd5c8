"""Whoever acts on a page is asked for first: no callback, fragment or dialog without the guard."""

import ast

import pytest
from source_tree import MODULES, lies_in, tree_of

GUARDED = ("gridmap.ui.shell.guard",)
# Callbacks that change nothing but the language that the page is in.
HARMLESS = {"_remember"}


def test_every_callback_fragment_and_dialog_asks_who_it_is_first() -> None:
    pages = [name for name in MODULES if lies_in(name, {"gridmap.ui"})]
    assert pages
    bare = [
        f"{module}, {found}"
        for module in pages
        if not lies_in(module, GUARDED)
        for found in bare_callbacks(tree_of(module))
    ]
    assert bare == [], "wrap it: guard.callback, guard.fragment, guard.dialog"


@pytest.mark.parametrize(
    "source",
    [
        "st.button('a', on_click=save)",
        "place.button('a', 'key', None, save)",
        "st.checkbox('a', False, 'key', None, save)",
        "more = {'on_change': save}",
        "more['on_change'] = save",
        "st.button('a', on_click=lambda: save())",
        "st.button('a', on_click=partial(save))",
        "st.fragment(save)",
        "@st.dialog('a')\ndef shown(): pass",
        "from streamlit import fragment",
        "part = getattr(st, 'fragment')",
    ],
)
def test_a_bare_callback_is_found_however_it_is_written(source: str) -> None:
    assert bare_callbacks(ast.parse(source))


def test_guarded_callbacks_and_words_are_let_through() -> None:
    source = """
st.button('a', on_click=guard.callback(save), args=(1,))
st.dataframe(rows, on_select="rerun")
st.slider('a', 1, 5, 2, 1, '%d', 'key')
guard.dialog('a', width='small')(shown)
"""
    assert bare_callbacks(ast.parse(source)) == []


STREAMLITS = ("fragment", "dialog", "experimental_fragment", "experimental_dialog")
# How many things a widget may be given by their place: a callback is not among them.
BY_PLACE = {"button": 3, "form_submit_button": 3, "checkbox": 4, "toggle": 4, "radio": 5,
            "selectbox": 5, "multiselect": 5, "text_input": 6, "text_area": 6, "date_input": 6,
            "number_input": 8, "slider": 8, "select_slider": 6, "file_uploader": 5,
            "download_button": 6, "data_editor": 2, "color_picker": 4}  # fmt: skip


def bare_callbacks(tree: ast.AST) -> list[str]:
    """List what runs by itself in a page without asking who it is, or may do so unseen."""
    nodes = list(ast.walk(tree))
    bare = [
        f"line {node.lineno}: st.{node.attr}"
        for node in nodes
        if isinstance(node, ast.Attribute)
        and node.attr in STREAMLITS
        and isinstance(node.value, ast.Name)
        and node.value.id in ("st", "streamlit")
    ]
    bare += [
        f"line {node.lineno}: import of streamlit's own"
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("streamlit")
        and {one.name for one in node.names} & set(STREAMLITS)
    ]
    bare += [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in nodes
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("getattr", "setattr")
        and "st" in (ast.unparse(one) for one in node.args)
    ]
    bare += [
        f"line {node.lineno}: a callback of {node.func.attr} by its place"
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and len(node.args) > BY_PLACE.get(node.func.attr, len(node.args))
    ]
    bare += [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and str(target.slice.value).startswith("on_")
        and not _is_guarded(node.value)
    ]
    pairs = [
        (keyword.arg or "", keyword.value)
        for node in nodes
        if isinstance(node, ast.Call)
        for keyword in node.keywords
    ] + [
        (key.value, value)
        for node in nodes
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]
    return bare + [
        f"line {value.lineno}: {name}={ast.unparse(value)}"
        for name, value in pairs
        if name.startswith("on_") and not _is_guarded(value)
    ]


def _is_guarded(value: ast.expr) -> bool:
    """Whether what is given for on_click and its like is a word, or goes through the guard."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.Name):
        # Handed on by a function of ours; whoever calls that one gives it guarded.
        return value.id in HARMLESS or value.id.startswith("on_")
    return isinstance(value, ast.Call) and ast.unparse(value.func) == "guard.callback"
