"""Which column of a file is which, asked on the page 数据 where the headers do not say it.

Likely columns are offered first and marked; none is taken that nobody has chosen.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.words import WORDS
from layers.inspect.file import LayerInspection
from layers.landuse.grids import HEADERS, hierarchy_columns
from layers.registers.roster_columns import NEEDED as NEEDED_OF_PERSON
from layers.registers.roster_columns import ROSTER_KEYS, roster_columns
from layers.sheets.coordinates import has_positions
from layers.sheets.likely_columns import likely_columns

__all__ = ["ask_grids", "ask_people", "ask_position", "ask_records", "meanings", "pick"]

NEEDED = ("code", "name", "level", "parent_code")  # of a hierarchy
POSITION = ("x", "y")


def ask_grids(
    layer: LayerInspection, old: dict[str, Any], values: dict[str, Any], key: str, say: Translator
) -> str:
    """Ask which column of a hierarchy is which; what a plan cannot do without comes first.

    Parameters
    ----------
    layer
        The layer.
    old
        What the rules say of it.
    values
        The answers so far, which grow by those given here.
    key
        Of the fields.

    Returns
    -------
    Key of the words that say what is still open; "" when nothing is.
    """
    names = list(layer.columns.index)
    known = hierarchy_columns(names)
    place = 1 if say.language == "zh" else 0
    labels = {name: words[place] for name, words in HEADERS.items()}
    keys = {name: f"{name}_column" for name in HEADERS}
    return _ask(layer, labels, keys, NEEDED, known, old, values, f"{key} grids", say)


def ask_people(
    layer: LayerInspection, old: dict[str, Any], values: dict[str, Any], key: str, say: Translator
) -> str:
    """Ask which column of a roster is which; see `ask_grids`."""
    known = roster_columns(layer.columns.index)
    labels = {column: say(f"data.person.{column}") for column in ROSTER_KEYS}
    return _ask(
        layer, labels, ROSTER_KEYS, NEEDED_OF_PERSON, known, old, values, f"{key} people", say
    )


def ask_records(
    layer: LayerInspection, old: dict[str, Any], values: dict[str, Any], key: str, say: Translator
) -> None:
    """Ask for the columns of names and of record numbers, which need not be there."""
    left, right = st.columns(2)
    for place, name, wanted in (
        (left, "record_column", "record"),
        (right, "name_column", "object_name"),
    ):
        with place:
            values[name] = pick(
                say(f"data.{name}"), list(layer.columns.index), old.get(name), f"{key} {name}", say,
                likely=likely_columns(layer.columns, wanted),
            )  # fmt: skip


def ask_position(
    layer: LayerInspection, old: dict[str, Any], values: dict[str, Any], key: str, say: Translator
) -> str:
    """Ask a table that names neither records nor positions where its objects are."""
    is_table = set(layer.geometry) == {"none"}
    known = has_positions(layer.first_rows)
    if not is_table or values.get("record_column") or known:
        return ""
    st.warning(say("data.ask_position"))
    for place, name in zip(st.columns(2), POSITION, strict=True):
        with place:
            values[f"{name}_column"] = pick(
                say(f"data.{name}_column"), list(layer.columns.index), old.get(f"{name}_column"),
                f"{key} {name}", say, likely=likely_columns(layer.columns, name),
            )  # fmt: skip
    return "" if all(values[f"{name}_column"] for name in POSITION) else "data.open.position"


def meanings(
    role: str | None, names: Sequence[str], values: Mapping[str, Any], say: Translator
) -> Any:
    """Say what each column is taken for, as declared: the words by column."""
    if role == "roster":
        given = {one: values[key] for one, key in ROSTER_KEYS.items() if values.get(key)}
        found = roster_columns(names, given)
        return {name: say(f"data.person.{column}") for column, name in found.items()}
    keys = ("id_column", "name_column", "record_column", "x_column", "y_column")
    found = {values[key]: say(f"data.object.{key}") for key in keys if values.get(key)}
    others = {
        str(name): say(f"rules.file.{key}")
        for key, name in values.items()
        if name and key.endswith("_column") and f"rules.file.{key}" in WORDS
    }
    return others | found


def pick(
    label: str,
    options: Sequence[str],
    now: Any,
    key: str,
    say: Translator,
    named: Callable[[str], str] = str,
    likely: Sequence[str] = (),
) -> str | None:
    """Show a choice that may stay open; what is likely stands first and is marked."""
    offered = [*likely, *(one for one in options if one not in likely)]
    if now and now not in offered:
        offered = [str(now), *offered]

    def shown(one: str) -> str:
        return say("data.likely", name=named(one)) if one in likely and one != now else named(one)

    return st.selectbox(
        label,
        offered,
        index=offered.index(now) if now in offered else None,
        format_func=shown,
        placeholder=say("data.choose"),
        key=key,
    )


def _ask(
    layer: LayerInspection,
    labels: Mapping[str, str],
    keys: Mapping[str, str],
    needed: Sequence[str],
    known: Mapping[str, str],
    old: dict[str, Any],
    values: dict[str, Any],
    key: str,
    say: Translator,
) -> str:
    """Ask for the columns that are needed and not known, and offer the others to be changed."""
    lacks = [name for name in needed if name not in known]
    if lacks:
        shown = say("mark.list").join(labels[name] for name in lacks)
        st.warning(say("data.lacks_columns", names=plain(shown)))

    def ask(name: str) -> None:
        """Only what a header does not say goes into the rules."""
        now = known.get(name)
        likely = likely_columns(layer.columns, name) if now is None else []
        chosen = pick(
            labels[name], list(layer.columns.index), old.get(keys[name]) or now,
            f"{key} {name}", say, likely=likely,
        )  # fmt: skip
        values[keys[name]] = chosen if chosen != now else None

    for name in lacks:
        ask(name)
    others = [name for name in labels if name not in known and name not in lacks]
    guessed = any(likely_columns(layer.columns, name) for name in others)
    with st.expander(say("data.columns_of_grids"), expanded=bool(lacks) and guessed):
        for name in labels:
            if name not in lacks:
                ask(name)
    return "data.open.columns" if any(values.get(keys[name]) is None for name in lacks) else ""
