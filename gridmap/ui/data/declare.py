"""The form in which a planner says what a file is; the answers go into rules.toml.

What the file itself does not say is asked: nothing is filled in that was only guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.rules.entries import PLACELESS, ROLES, Entry, Role
from gridmap.rules.words import choice_name
from gridmap.ui.data.crs_choice import crs_field
from gridmap.ui.data.declare_columns import ask_grids, ask_people, ask_records, pick
from gridmap.ui.data.declare_registered import COLUMN_ROLES, ask_columns, ask_register
from gridmap.ui.data.inspection import Question
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.contract.categories import CATEGORIES, SUBCLASSES
from layers.contract.errors import Named
from layers.inspect.file import LayerInspection
from layers.landuse.code_tables import CODE_SYSTEMS
from layers.landuse.context import CONTEXT_KINDS, UNIT_KINDS
from layers.reading.features import Declared

__all__ = ["Declaration", "ask", "declared_of", "kind_name"]

KINDS = {kind.key: kind for kind in (*CATEGORIES, *SUBCLASSES) if kind.key != "unmapped"}
CATEGORY_KEYS = {kind.key for kind in CATEGORIES}
DATUMS = ("gcj02", "bd09", "cgcs2000")
ENCODINGS = ("UTF-8", "GB18030", "Big5")
NONE = "none"


@dataclass(frozen=True)
class Declaration:
    """What a planner said of a layer: its role, its table in the rules, and what is still open."""

    role: Role | None
    values: dict[str, Any]
    open: str  # key of the words that say what is missing; "" when nothing is


def ask(
    layer: LayerInspection,
    file: str,
    entry: Entry | None,
    asked: Sequence[Question],
    tables: Sequence[str],
    town_crs: str,
    say: Translator,
    *,
    doubt: Named | None = None,
) -> Declaration:
    """Show the form of one layer and give what is in it.

    Parameters
    ----------
    layer, file
        The layer and its file.
    entry
        What the rules say of it now.
    asked
        What is open, from `state_of`.
    tables
        Code tables in the folder of the town.
    town_crs
        Work CRS; "" when it is not decided.
    doubt
        Why the sites of a register seem to be shifted.
    """
    key = f"declare {file} {layer.layer}"
    role: Role | None = st.selectbox(
        say("data.what"),
        ROLES,
        index=ROLES.index(entry.role) if entry else None,
        format_func=lambda one: say(f"data.role.{one}"),
        placeholder=say("data.choose"),
        key=f"{key} role",
    )
    if role is None:
        return Declaration(None, {}, "data.open.role")
    old = dict(entry.values) if entry and entry.role == role else {}
    values: dict[str, Any] = {"file": file, "layer": layer.layer or old.get("layer")}
    missing = ""
    if role == "layer":
        missing = _classes(layer, old, tables, values, key, say)
    elif role == "register":
        missing = ask_register(layer, old, values, key, say, list(KINDS), _kinds(say))
    elif role in COLUMN_ROLES:
        missing = ask_columns(role, layer, old, values, key, say)
    elif role in ("context", "unit"):
        missing = _surroundings(role, layer, old, values, key, say)
    elif role == "hierarchy":
        missing = ask_grids(layer, old, values, key, say)
    if role in PLACELESS:
        if role == "roster":
            missing = ask_people(layer, old, values, key, say)
        with st.expander(say("data.more")):
            _encoding_field(old, values, key, say)
        return Declaration(role, values, missing)
    if doubt is not None and "datum" not in old:
        st.warning(plain(doubt.zh if say.language == "zh" else doubt.en))
        missing = _datum(values, key, say) or missing
    missing = _place(layer, old, asked, town_crs, values, key, say) or missing
    return Declaration(role, values, missing)


def declared_of(values: Any) -> Declared:
    """Give what an entry of the rules says of the place and the texts of its file."""
    texts = {name: values.get(name) for name in ("crs", "datum", "encoding")}
    return Declared(**{name: text or None for name, text in texts.items()})


def kind_name(key: object, say: Translator) -> str:
    """Name of a category or sub-class in the language."""
    kind = KINDS.get(str(key))
    if kind is None:
        return str(key)
    return kind.zh if say.language == "zh" else kind.en


def _classes(
    layer: LayerInspection,
    old: dict[str, Any],
    tables: Sequence[str],
    values: dict[str, Any],
    key: str,
    say: Translator,
) -> str:
    """Ask how the ground is classified: one category for all, or codes in a column."""
    ways = ("one", "codes")
    way = st.radio(
        say("data.way"),
        ways,
        index=1 if old.get("codes") else 0,
        format_func=lambda one: say(f"data.way.{one}"),
        horizontal=True,
        key=f"{key} way",
    )
    missing = ""
    if way == "one":
        now = old.get("category") or old.get("subclass")
        kind = pick(say("data.category"), list(KINDS), now, f"{key} kind", say, _kinds(say))
        if kind is None:
            missing = "data.open.category"
        else:
            values["category" if kind in CATEGORY_KEYS else "subclass"] = kind
    else:
        names = list(layer.columns.index)
        left, right = st.columns(2)
        with left:
            column = pick(
                say("data.code_column"), names, old.get("code_column"), f"{key} column", say
            )
        with right:
            systems = [*CODE_SYSTEMS, *tables]
            system = pick(
                say("data.codes"), systems, old.get("codes"), f"{key} codes", say, _systems(say)
            )
        if column is None or system is None:
            missing = "data.open.codes"
        values |= {"code_column": column, "codes": system}
    ask_records(layer, old, values, key, say)
    return missing


def _surroundings(
    role: Role,
    layer: LayerInspection,
    old: dict[str, Any],
    values: dict[str, Any],
    key: str,
    say: Translator,
) -> str:
    """Ask what is drawn or stays whole, and for the columns that say more."""
    kinds = CONTEXT_KINDS if role == "context" else UNIT_KINDS
    kind = pick(
        say("data.kind_of"), list(kinds), old.get("kind"), f"{key} kind", say,
        lambda one: choice_name(one, say.language),
    )  # fmt: skip
    column = "class_column" if role == "context" else "id_column"
    label = say("data.class_column" if role == "context" else "data.unit_id")
    names = list(layer.columns.index)
    left, right = st.columns(2)
    with left:
        values[column] = pick(label, names, old.get(column), f"{key} {column}", say)
    with right:
        values["name_column"] = pick(
            say("data.name_column"), names, old.get("name_column"), f"{key} name_column", say
        )
    values["kind"] = kind
    return "" if kind else "data.open.kind"


def _place(
    layer: LayerInspection,
    old: dict[str, Any],
    asked: Sequence[Question],
    town_crs: str,
    values: dict[str, Any],
    key: str,
    say: Translator,
) -> str:
    """Ask for what the file does not say of its place; the rest can be declared if it is wrong."""
    missing = ""
    has_place = any(kind != NONE for kind in layer.geometry) or bool(values.get("x_column"))
    likely = [crs for crs in (layer.crs, town_crs) if crs.startswith("EPSG:")]
    if has_place and "crs" in asked:
        why = layer.crs_why_zh if say.language == "zh" else layer.crs_why
        st.warning(say("data.ask_crs", why=plain(why)))
        values["crs"] = crs_field(say("data.file_crs"), f"{key} crs", say, likely=likely)
        missing = "" if values["crs"] else "data.open.crs"
    if has_place and "datum" in asked and layer.shift is not None and "datum" not in values:
        shift = layer.shift
        st.warning(say("data.ask_datum", metres=f"{shift.distance_m:,.0f}", kind=plain(shift.kind)))
        missing = _datum(values, key, say) or missing
    if values.get("x_column"):  # numbers of unknown columns: what they are is asked in sight
        values["crs"] = crs_field(
            say("data.position_crs"), f"{key} crs", say, now=old.get("crs", ""), likely=likely
        )
    with st.expander(say("data.more")):
        if has_place and "crs" not in values:
            values["crs"] = crs_field(
                say("data.other_crs"), f"{key} crs", say, now=old.get("crs", "")
            )
        if has_place and "datum" not in values:
            values["datum"] = pick(
                say("data.datum"), DATUMS, old.get("datum"), f"{key} datum", say,
                lambda one: say(f"data.datum.{one}"),
            )  # fmt: skip
        _encoding_field(old, values, key, say)
    return missing


def _datum(values: dict[str, Any], key: str, say: Translator) -> str:
    """Ask where coordinates are from that seem to be shifted; a person decides."""
    values["datum"] = st.radio(
        say("data.datum"),
        DATUMS,
        index=None,
        format_func=lambda one: say(f"data.datum.{one}"),
        key=f"{key} datum",
    )
    return "" if values["datum"] else "data.open.datum"


def _encoding_field(old: dict[str, Any], values: dict[str, Any], key: str, say: Translator) -> None:
    values["encoding"] = pick(
        say("data.encoding"), ENCODINGS, _encoding(old), f"{key} encoding", say
    )


def _encoding(old: dict[str, Any]) -> str | None:
    given = str(old.get("encoding", "")).replace("_", "-").upper()
    return given if given in ENCODINGS else None


def _kinds(say: Translator) -> Any:
    return lambda key: kind_name(key, say)


def _systems(say: Translator) -> Any:
    return lambda key: say(f"data.codes.{key}") if key in CODE_SYSTEMS else Path(key).name
