"""The form over a rules file: a widget a key, beside it its limits, source, default and faults.

Widgets allow any value: what is wrong is said at the field in the language of the page, not by the
browser in its own.
"""

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from typing import Any

import streamlit as st

from gridmap.rules.fields import FORM_SECTIONS, RuleField, rule_fields
from gridmap.rules.sources import Source, sources_in
from gridmap.rules.words import (
    choice_name,
    kind_name,
    label,
    limits,
    named_fault,
    note_text,
    source_text,
    value_text,
)
from gridmap.ui.rules.rules_draft import Draft
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from layers.contract.errors import Named

__all__ = [
    "faults_at",
    "faulty_sections",
    "said_words",
    "section_fields",
    "section_of",
    "show_faults",
    "show_section",
    "show_widget",
]

INPUT_PX = 300
SMALL_PX = 200
CARD_PX, WEIGHT_PX = 660, 145
BETWEEN = "、"


def section_fields(section: str) -> list[RuleField]:
    """Fields that the form shows in a section."""
    return [one for one in rule_fields() if one.section == section and one.is_on_form]


def section_of(key: str) -> str:
    """Section of the form that shows a dotted key; "" for one that it does not show."""
    head = "tiling" if key.partition(".")[0] == "precedence" else key.partition(".")[0]
    return head if head in FORM_SECTIONS and not key.startswith("contiguity.barriers") else ""


def faulty_sections(draft: Draft) -> set[str]:
    """Sections of the form with a fault in them; "" for faults elsewhere in the file."""
    return {section_of(key) for key, _ in draft.faults}


def show_section(section: str, draft: Draft, say: Translator) -> None:
    """Show the widgets of a section."""
    st.caption(say(f"rules.about.{section}"))
    sources = sources_in(draft.changed_whole)
    show_faults([fault for key, fault in draft.faults if key == section], section, say)
    plain = [field for field in section_fields(section) if not field.kinds]
    for field in plain:
        _row(field, draft, sources, say)
    by_kind = [field for field in section_fields(section) if field.kinds]
    if section == "load":
        _weights(by_kind, draft, sources, say)
        return
    for field in by_kind:
        st.markdown(f"**{label(field, say.language)}**")
        st.caption(say(f"{field.name}.help"))
        with st.container(horizontal=True, key=f"rules-kinds-{section}"):
            for kind in _in_order(field.kinds):
                with st.container(width=SMALL_PX if field.form != "texts" else INPUT_PX, gap=None):
                    _cell(field, kind, draft, sources, say)


def _in_order(kinds: Sequence[str]) -> list[str]:
    """Kinds of ground in their order, all others last."""
    return sorted(kinds, key=lambda kind: kind == "default")


def _row(field: RuleField, draft: Draft, sources: dict[str, Source], say: Translator) -> None:
    """Show one field: the widget on the left, what is known about it on the right."""
    with st.container(key=f"rules-row-{field.key.replace('.', '-')}", horizontal=True):
        with st.container(width=INPUT_PX, gap=None):
            show_widget(field, field.key, draft, say)
            show_faults(faults_at(draft, field.key), field.section, say)
        with st.container(
            width="stretch", gap=None, key=f"rules-about-{field.key.replace('.', '-')}"
        ):
            notes = _notes(field, field.key, draft, sources, say)
            lines = "".join(f"<span>{escape(text)}</span>" for text in notes)
            st.html(f'<p class="rule-help">{escape(say(f"{field.name}.help"))}</p>'
                    f'<p class="rule-notes">{_said(field.key, draft, say)}{lines}</p>')  # fmt: skip
            _reset(field, draft, say)


def _said(key: str, draft: Draft, say: Translator) -> str:
    """Mark who says the value of a key, in a town of a city."""
    if not (by := draft.said_by(key)):
        return ""
    return f'<span class="rule-said rule-said-{by}">{escape(said_words(by, say))}</span>'


def said_words(by: str, say: Translator) -> str:
    """Say who says a value, as `Draft.said_by` tells it."""
    return say(f"rules.said.{by}")


def _reset(field: RuleField, draft: Draft, say: Translator) -> None:
    """Offer the default where the file says something else, or what all towns of the city say."""
    value, shared = draft.own(field.key), draft.common(field.key)
    is_default = field.required or _plain(value) == _plain(field.default)
    if value is None or (shared is None and is_default):
        return
    words = "rules.reset_label" if _has_default(field) else "rules.clear"
    if st.button(
        say("rules.to_common" if shared is not None else words, name=say(field.name)),
        key=f"rules-reset-{field.key}-{draft.mark}",
        type="tertiary",
        icon=":material/undo:",
    ):
        draft.put(field.key, None, anew=True)
        st.rerun()


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _notes(
    field: RuleField, key: str, draft: Draft, sources: dict[str, Source], say: Translator
) -> list[str]:
    language = say.language
    notes = (
        [say("rules.required" if field.required else "rules.optional")]
        if not _has_default(field)
        else []
    )
    allowed = limits(field, language)
    if allowed:
        notes.append(say("rules.limits", limits=allowed))
    if _has_default(field):
        notes.append(say("rules.default", value=value_text(field, field.default, language)))
    # Nobody asks where a name comes from; of a number it is worth saying that nobody has said it.
    if draft.value(key) is not None and (key in sources or field.form not in ("text", "date")):
        notes.append(say("rules.source", source=source_text(sources.get(key), language)))
    return notes


def _has_default(field: RuleField) -> bool:
    return not field.required and field.default not in (None, "")


def _weights(
    fields: list[RuleField], draft: Draft, sources: dict[str, Source], say: Translator
) -> None:
    """Show the weights of each kind that has its own, and offer to give one to another kind."""
    kinds = _in_order(fields[0].kinds)
    listed = [kind for kind in kinds if draft.value(f"load.{kind}") is not None]
    with st.container(horizontal=True, key="rules-cards", gap="small"):
        for kind in listed:
            with st.container(key=f"rules-load-{kind}", border=True, gap="small", width=CARD_PX):
                _card(kind, fields, draft, sources, say)
    rest = [kind for kind in kinds if kind not in listed]
    if not rest:
        return

    def add() -> None:
        chosen = st.session_state.get("rules-add-kind")
        if chosen:
            draft.put(f"load.{chosen}.hectare", 0.0)
            st.session_state["rules-add-kind"] = None

    st.selectbox(
        say("rules.add_kind"),
        rest,
        index=None,
        format_func=lambda kind: kind_name(kind, say.language),
        placeholder=say("rules.add_kind_hint"),
        key="rules-add-kind",
        on_change=guard.callback(add),
        width=INPUT_PX,
    )


def _card(
    kind: str,
    fields: list[RuleField],
    draft: Draft,
    sources: dict[str, Source],
    say: Translator,
) -> None:
    """Show the weights of one kind."""
    name, table = kind_name(kind, say.language), f"load.{kind}"
    given = [field.at(kind) for field in fields if draft.value(field.at(kind)) is not None]
    marks = dict.fromkeys(sources[key].mark if key in sources else "" for key in given)
    said = say("mark.list").join(say(f"rules.source.{mark or 'none'}") for mark in marks)
    source = f"<small>{escape(say('rules.source', source=said))}</small>" if given else ""
    source += _said(table, draft, say)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.html(f'<p class="rule-kind">{escape(name)} {source}</p>')
        shared, own = draft.common(table) is not None, draft.own(table) is not None
        label = say("rules.to_common" if shared else "rules.drop_kind", name=name)
        may_go = own and (shared or kind != "default")
        if may_go and st.button(label, key=f"rules-drop-{kind}", type="tertiary"):
            draft.drop_table(table)
            st.rerun()
    with st.container(horizontal=True, gap="small"):
        for field in fields:
            with st.container(width=WEIGHT_PX, gap=None):
                _cell(field, kind, draft, sources, say)


def _cell(
    field: RuleField, kind: str, draft: Draft, sources: dict[str, Source], say: Translator
) -> None:
    """Show the widget of one kind of ground."""
    key = field.at(kind)
    show_widget(field, key, draft, say, kind=kind)
    show_faults(faults_at(draft, key), field.section, say)
    if field.section != "load" and (said := _said(key, draft, say)):
        st.html(f'<p class="rule-notes">{said}</p>')
    source = sources.get(key)
    if source is None or draft.value(key) is None:
        return
    text = note_text(source, say.language)
    if field.section != "load":
        text = say("rules.source", source=source_text(source, say.language))
    if text:
        st.html(f'<p class="rule-notes"><span>{escape(text)}</span></p>')


def faults_at(draft: Draft, key: str) -> list[Named]:
    """Faults of a key, those of the entries of its list among them."""
    return [
        fault for place, fault in draft.faults if place == key or place.startswith(f"{key}.")
    ]  # fmt: skip


def show_faults(faults: list[Named], section: str, say: Translator) -> None:
    """Show faults in the language of the page, with the names of the form for keys."""
    for fault in faults:
        text = fault.zh if say.language == "zh" else fault.en
        text = named_fault(text, section, say.language)
        st.html(f'<p class="rule-fault" role="alert">{escape(text[:1].upper() + text[1:])}</p>')


def show_widget(
    field: RuleField,
    key: str,
    draft: Draft,
    say: Translator,
    *,
    kind: str = "",
    named: Callable[[str], str] | None = None,
    hint: str | None = None,
) -> None:
    """Show the widget of a key; what is put in goes to the draft.

    Parameters
    ----------
    field, key
        The field, and its key in the file.
    kind
        Kind of ground in the key, which names the widget then.
    named
        What each choice of the field is called.
    hint
        What is told of the field on asking; most have it beside them.
    """
    name = f"rules-{key}-{draft.mark}-{say.language}"
    text = label(field, say.language, kind=kind)
    value = draft.shown(field, key)
    if field.form == "pair":
        _pair(field, key, draft, name, value, say)
        return

    def changed() -> None:
        draft.put(key, _given(field, st.session_state[name]))

    arguments: dict[str, Any] = {"key": name, "on_change": guard.callback(changed), "help": hint}
    if field.form in ("number", "whole"):
        _number(field, text, value, kind, arguments, say)
    elif field.form == "switch":
        st.toggle(text, value=bool(value), **arguments)
    elif field.form == "choice":
        _choice(field, text, value, kind, arguments, say)
    elif field.form == "choices":
        st.multiselect(
            text,
            field.choices,
            default=[one for one in value or () if one in field.choices],
            format_func=named or (lambda one: choice_name(one, say.language)),
            placeholder=say("rules.choose"),
            **arguments,
        )
    else:
        empty = say("rules.empty_kind") if kind else ""
        st.text_input(text, value=_as_text(value), placeholder=empty, **arguments)


def _number(
    field: RuleField, text: str, value: Any, kind: str, arguments: dict[str, Any], say: Translator
) -> None:
    whole = field.form == "whole"
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    hint = say("rules.empty_optional")
    if kind:
        hint = say("rules.empty_number" if field.section == "load" else "rules.empty_kind")
    number: Callable[[Any], Any] = float if isinstance(value, float) or not whole else int
    st.number_input(
        text,
        value=number(value) if good else None,
        step=1 if whole and number is int else 0.1,
        format="%d" if whole and number is int else "%g",
        placeholder=hint,
        **arguments,
    )


def _choice(
    field: RuleField, text: str, value: Any, kind: str, arguments: dict[str, Any], say: Translator
) -> None:
    st.selectbox(
        text,
        field.choices,
        index=field.choices.index(value) if value in field.choices else None,
        format_func=lambda one: choice_name(one, say.language),
        placeholder=say("rules.empty_kind" if kind else "rules.choose"),
        **arguments,
    )


def _pair(field: RuleField, key: str, draft: Draft, name: str, value: Any, say: Translator) -> None:
    pair = list(value) if isinstance(value, (list, tuple)) and len(value) == 2 else [None, None]

    def changed() -> None:
        both = [st.session_state[f"{name}-{end}"] for end in (0, 1)]
        draft.put(
            key, None if both == [None, None] else [0.0 if one is None else one for one in both]
        )

    st.markdown(label(field, say.language))
    for end, side in enumerate(st.columns(2)):
        side.number_input(
            say("rules.high" if end else "rules.low"),
            value=_float(pair[end]),
            step=1.0,
            format="%g",
            key=f"{name}-{end}",
            on_change=guard.callback(changed),
        )


def _float(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _given(field: RuleField, value: Any) -> Any:
    """Turn what a widget holds into what stands in the file; None for nothing."""
    if value is None or value == "" or value == []:
        return None
    if field.form == "texts":
        words = str(value).replace("，", BETWEEN).replace(",", BETWEEN).split(BETWEEN)
        return [word.strip() for word in words if word.strip()] or None
    if field.form == "date":
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            return str(value)
    return value


def _as_text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return BETWEEN.join(str(one) for one in value)
    return "" if value is None else str(value)
