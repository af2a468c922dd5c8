"""The forms of the roles of a town, and of its pins and bans: a card for each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from gridmap.lookup.readings import spelled
from gridmap.plan.names import names_by_kind
from gridmap.plan.plan import Plan
from gridmap.rules.changes import value_in
from gridmap.rules.fields import ANY_KIND, RuleField
from gridmap.rules.governance import LEVELS, PLACES
from gridmap.rules.roles import new_role_key
from gridmap.rules.words import place_name
from gridmap.ui.rules.rules_draft import Draft
from gridmap.ui.rules.rules_form import (
    faults_at,
    said_words,
    section_fields,
    show_faults,
    show_widget,
)
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain

__all__ = ["CARD_SECTIONS", "role_names", "show_cards"]

CARD_SECTIONS = ("roles", "pins")
PLACES_OF_PINS = ("post", "grid", "group", "object")
MOST_CHOICES = 3000  # more are typed: a list of a whole large town is no help
SHOWN_LEVELS = LEVELS[:3]
# The fields of a role, side by side as on the card.
ROWS = (("name", "name_en"), ("on",), ("number", "hours", "skill"), ("duties",),
        ("leads", "optional", "standing"))  # fmt: skip


def show_cards(section: str, draft: Draft, plan: Plan | None, say: Translator) -> None:
    """Show the roles or the pins of a town.

    Parameters
    ----------
    section
        One of `CARD_SECTIONS`.
    draft
        The rules with what was changed.
    plan
        The open plan of the town, whose people and places are offered; None without one.
    """
    st.caption(say(f"rules.about.{section}"))
    if section == "pins" and (by := draft.said_by(section)):
        st.caption(say("rules.said_whole", said=said_words(by, say)))
    show_faults([fault for key, fault in draft.faults if key == section], section, say)
    if section == "roles":
        _roles(draft, say)
    else:
        _pins(draft, plan, say)


def role_names(draft: Draft, *, also_gone: bool = False) -> dict[str, str]:
    """Give the Chinese names of the roles of the draft by their keys.

    Parameters
    ----------
    draft
        The rules with what was changed.
    also_gone
        Whether roles of the file count that the draft takes out.
    """
    tables = [value_in(draft.whole, "roles")] if also_gone else []
    return {
        key: str(role["name"])
        for given in (*tables, draft.value("roles"))
        for key, role in (given if isinstance(given, dict) else {}).items()
        if isinstance(role, dict) and role.get("name")
    }


# ---- roles ---------------------------------------------------------------------------------------
def _roles(draft: Draft, say: Translator) -> None:
    st.caption(say("rules.roles.own"))
    given = draft.value("roles")
    keys = list(given) if isinstance(given, dict) else []
    for key in keys:
        with st.container(key=f"rules-role-{key}", border=True, gap="small"):
            _role(key, draft, say)

    def add() -> None:
        name = str(st.session_state.get(box, "")).strip()
        if name:
            draft.put(f"roles.{new_role_key(spelled(name), keys)}.name", name, anew=True)
            st.session_state[box] = ""

    box = "rules-new-role"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(say("rules.roles.add"), placeholder=say("rules.roles.add_hint"), key=box)
        st.button(say("rules.roles.add_go"), key="rules-add-role", on_click=guard.callback(add))


def _role(key: str, draft: Draft, say: Translator) -> None:
    fields = {field.key.rpartition(".")[2]: field for field in section_fields("roles")}
    for row in ROWS:
        for place, name in zip(st.columns(len(row)), row, strict=True):
            field = _with_places(fields[name], draft.value(f"roles.{key}.{name}"))
            at = field.at(key)
            with place:
                show_widget(field, at, draft, say, hint=say(f"{field.name}.help"),
                            named=lambda one: place_name(one, say.language))  # fmt: skip
                show_faults(faults_at(draft, at), "roles", say)
    name = role_names(draft).get(key) or say("rules.roles.nameless")
    table = f"roles.{key}"
    if by := draft.said_by(table):
        st.caption(said_words(by, say))
    if draft.own(table) is None:  # of all towns: it is taken out where it stands
        return
    words = "rules.roles.drop" if draft.common(table) is None else "rules.to_common"
    st.button(
        say(words, name=plain(name)),
        key=f"rules-drop-role-{key}",
        type="tertiary",
        icon=":material/delete:",
        on_click=guard.callback(lambda: draft.drop_table(table)),
    )


def _with_places(field: RuleField, value: Any) -> RuleField:
    """Offer the kinds of places for `on`, and what the file has there; others stay as they are."""
    if field.key != f"roles.{ANY_KIND}.on":
        return field
    levels = [f"base:{level}" for level in SHOWN_LEVELS]
    known = [PLACES[0], *levels, *PLACES[1:]]
    given = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    return replace(field, form="choices", choices=tuple(dict.fromkeys([*known, *given])))


# ---- pins and bans -------------------------------------------------------------------------------
def _pins(draft: Draft, plan: Plan | None, say: Translator) -> None:
    given = draft.value("pins")
    rows = [dict(one) for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    if not rows:
        st.caption(say("rules.pins.none"))
    choices = names_by_kind(plan, say.language) if plan is not None else {}
    for number in range(len(rows)):
        with st.container(key=f"rules-pin-{number}", border=True, gap="small"):
            _pin(number, rows, choices, draft, say)
            faults = faults_at(draft, f"pins.{number}")
            show_faults(faults, "pins[]", say)

    def add() -> None:
        draft.put("pins", [*rows, {"person": "", "post": ""}], anew=True)

    st.button(say("rules.pins.add_go"), key="rules-add-pin", on_click=guard.callback(add))
    if draft.said_by("pins") == "both":
        st.button(
            say("rules.to_common", name=say("rules.section.pins")),
            key="rules-common-pins",
            type="tertiary",
            icon=":material/undo:",
            on_click=guard.callback(lambda: draft.put("pins", None, anew=True)),
        )


def _pin(
    number: int,
    rows: Sequence[Mapping[str, Any]],
    choices: Mapping[str, Mapping[str, str]],
    draft: Draft,
    say: Translator,
) -> None:
    row = rows[number]
    kind = next((one for one in PLACES_OF_PINS if row.get(one) is not None), "post")

    def put(**values: Any) -> None:
        """Put a row into the draft; what is None stands in no file."""
        changed = {**row, **values}
        kept = {name: value for name, value in changed.items() if value is not None}
        draft.put("pins", [kept if at == number else dict(one) for at, one in enumerate(rows)])

    def put_kind(new: Any) -> None:
        put(**{**dict.fromkeys(PLACES_OF_PINS), str(new or "post"): ""})

    st.markdown(f"**{say('rules.pins.number', number=number + 1)}**")
    way, who = st.columns([1, 2])
    with way:
        _pick("way", number, ["must", "must_not"], "must_not" if row.get("ban") else "must",
              lambda one: say(f"rules.pins.{one}"), draft, say,
              lambda one: put(ban=True if one == "must_not" else None))  # fmt: skip
    with who:
        _choose("person", number, str(row.get("person", "")), choices, draft, say,
                lambda one: put(person=one))  # fmt: skip
    where, which, role = st.columns([1, 2, 1])
    with where:
        _pick("place_kind", number, list(PLACES_OF_PINS), kind,
              lambda one: say(f"rules.pins[].{one}"), draft, say, put_kind)  # fmt: skip
    with which:
        _choose(kind, number, str(row.get(kind) or ""), choices, draft, say,
                lambda one: put(**{kind: one}))  # fmt: skip
    with role:
        names = role_names(draft)
        own = [say(f"role.{one}") for one in ("leader", "member")]
        names = {"leader": own[0], "member": own[1], **names}
        known = ["", *dict.fromkeys([*names, *([row["role"]] if row.get("role") else [])])]
        _pick("role", number, known, str(row.get("role") or ""),
              lambda one: names.get(one, one) if one else say("rules.pins.any_role"), draft, say,
              lambda one: put(role=one or None))  # fmt: skip
    rest = [dict(one) for at, one in enumerate(rows) if at != number]
    st.button(
        say("rules.pins.drop", number=number + 1),
        key=f"rules-drop-pin-{number}-{draft.mark}",
        type="tertiary",
        icon=":material/delete:",
        on_click=guard.callback(lambda: draft.put("pins", rest or None, anew=True)),
    )


def _pick(
    name: str,
    number: int,
    options: list[str],
    now: str,
    named: Any,
    draft: Draft,
    say: Translator,
    put: Any,
) -> None:
    """Offer a few options in a list."""
    key = f"rules-pin-{number}-{name}-{draft.mark}-{say.language}"
    word = "rules.pins[].role" if name == "role" else f"rules.pins.{name}"
    st.selectbox(
        say(word),
        options,
        index=options.index(now) if now in options else None,
        format_func=named,
        key=key,
        on_change=guard.callback(lambda: put(st.session_state[key])),
    )


def _choose(
    kind: str,
    number: int,
    now: str,
    choices: Mapping[str, Mapping[str, str]],
    draft: Draft,
    say: Translator,
    put: Any,
) -> None:
    """Offer the people or places of the plan by name; any other id may be typed."""
    key = f"rules-pin-{number}-{kind}-id-{draft.mark}-{say.language}"
    known = choices.get(kind, {})
    label = say(f"rules.pins[].{kind}")

    def changed() -> None:
        put(str(st.session_state[key] or "").strip())

    if not known or len(known) > MOST_CHOICES:
        st.text_input(label, value=now, key=key, help=say(f"rules.pins[].{kind}.help"),
                      on_change=guard.callback(changed))  # fmt: skip
    else:
        options = list(dict.fromkeys([*known, *([now] if now else [])]))
        st.selectbox(
            label,
            options,
            index=options.index(now) if now else None,
            format_func=lambda one: f"{known[one]} {one}".strip() if one in known else one,
            placeholder=say("rules.pins.type"),
            accept_new_options=True,
            key=key,
            on_change=guard.callback(changed),
        )
    if known and now and now not in known:
        st.caption(say("rules.pins.unknown", id=plain(now)))
