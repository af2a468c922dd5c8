"""Registers, sites, groups, boards, cases and business areas, as the page 数据 asks for them.

Which columns there are is read from the models of the rules; what a header says itself is shown as
known and not asked.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from gridmap.rules.entries import Role
from gridmap.rules.files import TableFile
from gridmap.rules.governance import Boards, Business, Cases, Groups, Sites
from gridmap.ui.data.declare_columns import ask_position, ask_records, pick
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.departments.business import BUSINESS_HEADERS
from layers.departments.cases import CASE_HEADERS
from layers.inspect.file import LayerInspection
from layers.registers.classes import CLASSES, class_of_category
from layers.registers.groups import GROUP_COLUMNS, GROUP_HEADERS
from layers.registers.register_columns import (
    BOARD_HEADERS,
    BOARD_KEYS,
    FACT_KEYS,
    FACTS,
)
from layers.registers.sites import HEADERS as SITE_HEADERS
from layers.sheets.coordinates import has_positions, position_names
from layers.sheets.known_columns import columns_by_header
from layers.sheets.likely_columns import likely_columns

__all__ = ["COLUMN_ROLES", "ask_columns", "ask_register", "known_keys"]

# Roles of which only columns are asked, with the model that names them.
COLUMN_ROLES: Mapping[Role, type[TableFile]] = {
    "site": Sites,
    "group": Groups,
    "board": Boards,
    "cases": Cases,
    "business": Business,
}
_ENDING = "_column"
# What a file cannot do without: one key of each row.
_NEEDED: Mapping[Role, tuple[tuple[str, ...], ...]] = {
    "site": (("id_column",), ("name_column",)),
    "group": (("id_column",), ("member_column",)),
    "board": (("grid_column", "object_column"),),
    "cases": (("grid_column", "x_column"),),
}
# Columns of ours whose key of the rules has another name.
_OTHER_KEYS = {
    **{"site_id": "id_column", "records": "record_column", "units": "unit_column"},
    **{"grid_code": "grid_column", "area_id": "id_column"},
}


def _keys_of(headers: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {one: _OTHER_KEYS.get(one, f"{one}_column") for one in headers}


# Headers that are known without being named, and the key of the rules for each.
_HEADERS: Mapping[Role, tuple[Mapping[str, tuple[str, ...]], Mapping[str, str]]] = {
    "board": (BOARD_HEADERS, BOARD_KEYS),
    "register": (FACTS, FACT_KEYS),
    "site": (SITE_HEADERS, _keys_of(SITE_HEADERS)),
    "group": (GROUP_HEADERS, GROUP_COLUMNS),
    "cases": (CASE_HEADERS, _keys_of(CASE_HEADERS)),
    "business": (BUSINESS_HEADERS, _keys_of(BUSINESS_HEADERS)),
}


def known_keys(role: Role | None, names: Sequence[str]) -> dict[str, str]:
    """Give the columns that headers say themselves, by the key of the rules for each."""
    if role is None or role not in _HEADERS:
        return {}
    headers, keys = _HEADERS[role]
    asked = COLUMN_ROLES[role].model_fields if role in COLUMN_ROLES else keys.values()
    found = columns_by_header(names, headers)
    return {keys[one]: name for one, name in found.items() if keys[one] in asked}


def ask_register(
    layer: LayerInspection,
    old: dict[str, Any],
    values: dict[str, Any],
    key: str,
    say: Translator,
    kinds: Sequence[str],
    named: Any,
) -> str:
    """Ask what the objects of a register are, on which ground they are work, and what it tells.

    Parameters
    ----------
    layer, old, values, key
        As in `gridmap.ui.data.declare_columns.ask_grids`.
    kinds, named
        Kinds of ground that may be chosen, and what each is called.

    Returns
    -------
    Key of the words that say what is still open; "" when nothing is.
    """
    names = list(layer.columns.index)
    given = old.get("kind") or (
        class_of_category(str(old["category"])) if old.get("category") else None
    )
    object_class = pick(
        say("data.class_of"), list(CLASSES), given, f"{key} class", say,
        lambda one: CLASSES[one].zh if say.language == "zh" else CLASSES[one].en,
    )  # fmt: skip
    kind = pick(
        say("data.register_of"), list(kinds), old.get("category"), f"{key} kind", say, named
    )
    if object_class and not kind:
        st.caption(say("data.no_load"))
    number = pick(
        say("data.id_column"), names, old.get("id_column"), f"{key} id", say,
        likely=likely_columns(layer.columns, "object_id"),
    )  # fmt: skip
    own = class_of_category(kind) if kind else None
    values |= {
        "kind": None if object_class == own and not old.get("kind") else object_class,
        "category": kind,
        "id_column": number,
    }
    ask_records(layer, old, values, key, say)
    missing = ask_position(layer, old, values, key, say)
    with st.expander(say("data.facts")):
        _ask_each(list(FACT_KEYS.values()), "register", layer, old, values, key, say)
        fields = st.multiselect(
            say("data.fields"),
            names,
            default=[one for one in old.get("fields", ()) if one in names],
            help=say("data.fields_help"),
            placeholder=say("data.choose"),
            key=f"{key} fields",
        )
        values["fields"] = fields or None
    return missing if (kind or object_class) and number else "data.open.register"


def ask_columns(
    role: Role,
    layer: LayerInspection,
    old: dict[str, Any],
    values: dict[str, Any],
    key: str,
    say: Translator,
) -> str:
    """Ask which column of a file is which; see `ask_register`."""
    keys = [one for one in COLUMN_ROLES[role].model_fields if one.endswith(_ENDING)]
    known = known_keys(role, list(layer.columns.index))
    if role == "cases" and has_positions(layer.first_rows):
        known |= {"x_column": position_names(layer.first_rows)[0]}
    needed = {one for ways in _NEEDED.get(role, ()) for one in ways}
    first = [one for one in keys if one in needed and one not in known]
    st.caption(say(f"data.role.{role}.note"))
    if known:
        listed = say("mark.list").join(known.values())
        st.caption(say("data.known_columns", names=plain(listed)))
    _ask_each(first, role, layer, old, values, key, say)
    with st.expander(say("data.more_columns")):
        _ask_each([one for one in keys if one not in first], role, layer, old, values, key, say)
    if role == "cases":
        base = st.text_input(
            say("rules.file.base"), old.get("base", ""), help=say("rules.file.base.help"),
            key=f"{key} base",
        )  # fmt: skip
        values["base"] = base.strip() or None
    there = {one for one, name in values.items() if name} | known.keys()
    lacks = any(there.isdisjoint(ways) for ways in _NEEDED.get(role, ()))
    return "data.open.columns" if lacks else ""


def _ask_each(
    keys: Sequence[str],
    role: Role,
    layer: LayerInspection,
    old: dict[str, Any],
    values: dict[str, Any],
    key: str,
    say: Translator,
) -> None:
    """Offer a column for each key; only what a header does not say goes into the rules."""
    names = list(layer.columns.index)
    known = known_keys(role, names)
    for place, one in enumerate(keys):
        if place % 2 == 0:
            columns = st.columns(2)
        with columns[place % 2]:
            now = known.get(one)
            chosen = pick(say(f"rules.file.{one}"), names, old.get(one) or now, f"{key} {one}", say)
            values[one] = chosen if chosen != now else None
