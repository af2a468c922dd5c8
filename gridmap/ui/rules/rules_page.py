"""The rules page: a form over the rules file of the town, or the file itself for an expert."""

import hashlib
from pathlib import Path
from typing import cast

import streamlit as st

from gridmap.plan.plan import Plan
from gridmap.rules import load_rules
from gridmap.rules.changes import differences, find_faults, value_in
from gridmap.rules.fields import FORM_SECTIONS
from gridmap.rules.history import can_redo, can_undo, redo_save, save_rules, undo_save
from gridmap.rules.words import field_of, key_name, value_text
from gridmap.ui.rules.roles_form import CARD_SECTIONS, role_names, show_cards
from gridmap.ui.rules.rules_draft import Draft, open_draft
from gridmap.ui.rules.rules_form import faulty_sections, section_of, show_section
from gridmap.ui.rules.shared_rules import Deed, ask, choose_whose, confirm
from gridmap.ui.shell import plans
from gridmap.ui.shell.context import PageContext, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.towns import RULES, rules_file_of, town_of_plan
from layers.contract.errors import GridmapError, LayerFileError

__all__ = ["show"]

VIEWS = ("form", "text")
NOTICE = "rules-notice"
SHOWN = "rules-shown"  # the text that the last run has shown, by file
TEXT_PX, EMPTY_PX = 640, 720
_LISTED = 30
_DONE = {"save": "rules.saved", "undo": "rules.undone", "redo": "rules.redone"}


def show(context: PageContext) -> None:
    """Show the page for the town of the context."""
    st.html(Path(__file__).with_name("rules_page.css"))
    say = context.say
    try:
        file = choose_whose(context)
        if file is None and context.town is None:
            _no_town(context)
            return
        file = file or rules_file_of(cast(Path, context.town))
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    try:
        draft = open_draft(file)
    except (OSError, UnicodeDecodeError):
        st.error(plain(_unreadable(file.path).text(say.language)))
        return
    notice = st.session_state.pop(NOTICE, None)
    if notice:
        st.success(notice)
    if draft.file.is_shared:
        confirm(context, draft.file, lambda words: _saved(draft, words))
    else:
        _older_plan(context, draft)
    broken = find_faults(draft.text)
    # A file that is no TOML, or holds something else where a table should be, has no form.
    has_form = not any(key == "" for key, _ in broken) and not any(
        key in (*FORM_SECTIONS, "layers") and not isinstance(draft.value(key), (dict, list))
        for key, _ in broken
        if draft.value(key) is not None
    )
    if not has_form:
        st.error(say("rules.not_readable"))
        _as_text(draft, context)
        return
    view = st.segmented_control(
        say("rules.view"),
        VIEWS,
        format_func=lambda one: say(f"rules.view.{one}"),
        default="form",
        required=True,
        key="rules-view",
        label_visibility="collapsed",
    )
    if view == "text":
        _as_text(draft, context)
    else:
        _bar(draft, context, _shown_before(draft))
        _form(draft, context, say)


def _no_town(context: PageContext) -> None:
    """Say that there is no town, and lead to where there are some."""
    say = context.say
    with st.container(key="rules-empty", border=True, width=EMPTY_PX):
        st.subheader(say("rules.no_town"), anchor=False)
        if context.city is not None:
            st.markdown(say("rules.no_town_city"))
            if st.button(say("app.go", page=say("page.city")), type="primary", key="rules-go-city"):
                go_to("city")
            return
        st.markdown(say("rules.no_town_note"))
        if st.button(say("rules.go_data"), type="primary", key="rules-go-data"):
            go_to("data")


def _unreadable(path: Path) -> GridmapError:
    try:
        load_rules(path)
    except GridmapError as error:
        return error
    return LayerFileError("The rules cannot be read.", "规则文件无法读取。")


def _plan_of_town(context: PageContext) -> Plan | None:
    """Give the open plan where it is one of the town, and can be read."""
    path = context.path
    if path is None or town_of_plan(path, context.folder, context.towns) != context.town:
        return None
    try:
        return plans.open_plan(path)
    except GridmapError:
        return None


def _older_plan(context: PageContext, draft: Draft) -> None:
    """Tell when the open plan of this town was made with other rules, and which values differ."""
    say = context.say
    plan = _plan_of_town(context)
    if plan is None or context.path is None:
        return
    try:
        if plan.receipt.get("rules") == hashlib.sha256(draft.whole.encode()).hexdigest():
            return
        # What lies under the maps is no part of the division.
        found = [
            one
            for one in differences(plan.rules_text, draft.whole)
            if one.key.partition(".")[0] != "basemap"
        ]
    except GridmapError:
        return
    if not found:
        return
    name = context.path.name.partition(".")[0]
    with st.container(key="rules-older", border=True):
        key = "rules.older_plan_one" if len(found) == 1 else "rules.older_plan"
        st.markdown(say(key, name=plain(name), count=len(found)))
        _changes([(one.key, one.old, one.new) for one in found], draft, say)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(say("rules.older_plan_note"))
            if st.button(say("rules.go_split"), key="rules-go-split"):
                go_to("split")


def _changes(rows: list[tuple[str, object, object]], draft: Draft, say: Translator) -> None:
    roles = role_names(draft, also_gone=True)
    lines = []
    for key, old, new in rows[:_LISTED]:
        found = field_of(key)
        field = found[0] if found else None
        values = {
            "old": value_text(field, old, say.language),
            "new": value_text(field, new, say.language),
        }
        name = key_name(key, say.language, roles=roles)
        lines.append("- " + plain(say("rules.change", name=name, **values)))
    if len(rows) > _LISTED:
        lines.append("- …")
    st.markdown("\n".join(lines))


def _shown_before(draft: Draft) -> str:
    """Give the text that the page has shown until now: a click is meant for that."""
    before: str = st.session_state.get(SHOWN, {}).get(draft.path, draft.text)
    st.session_state[SHOWN] = {draft.path: draft.text}
    return before


def _bar(draft: Draft, context: PageContext, shown: str) -> None:
    """Show what waits to be saved, and the buttons; `shown` as of `_shown_before`."""
    count, say = len(draft.changes), context.say
    with st.container(key="rules-bar", border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(
                say("rules.save"),
                type="primary",
                disabled=not count or bool(draft.new_faults),
                key="rules-save",
            ):
                _save(draft, context, "save", draft.changed_text, draft.text)
            if st.button(say("rules.discard"), disabled=not count, key="rules-discard"):
                draft.discard()
                st.rerun()
            if can_undo(draft.path) and st.button(
                say("rules.undo"), disabled=bool(count), key="rules-undo"
            ):
                _save(draft, context, "undo", seen=shown)
            if can_redo(draft.path) and st.button(
                say("rules.redo"), disabled=bool(count), key="rules-redo"
            ):
                _save(draft, context, "redo", seen=shown)
            if not count:
                st.caption(say("rules.nothing_pending"))
        if draft.new_faults:
            many = len(draft.new_faults)
            st.error(say("rules.faults_one" if many == 1 else "rules.faults", count=many))
        elif draft.faults:
            many = len(draft.faults)
            st.warning(say("rules.lacks_one" if many == 1 else "rules.lacks", count=many))
        if count:
            with st.expander(say("rules.pending", count=count)):
                _changes([(key, _old(draft, key), new) for key, new in draft.changes.items()],
                         draft, say)  # fmt: skip
        elsewhere = [(key, fault) for key, fault in draft.faults if not section_of(key)]
        if elsewhere:
            st.markdown(say("rules.faults_elsewhere"))
            for key, fault in elsewhere:
                text = fault.zh if say.language == "zh" else fault.en
                name = key_name(key, say.language, roles=role_names(draft)) if key else RULES
                st.markdown("- " + plain(say("rules.fault_at", name=name, fault=text)))


def _old(draft: Draft, key: str) -> object:
    """Value of a key as it is in force; its default where nobody says it."""
    value = value_in(draft.whole, key)
    found = field_of(key)
    return found[0].default if value is None and found else value


def _save(draft: Draft, context: PageContext, deed: Deed, text: str = "", seen: str = "") -> None:
    """Write the rules and show the page anew, or say what stands in the way.

    Those of all towns are asked about first.
    """
    file, say = draft.file, context.say
    try:
        if file.is_shared:
            ask(context, file, deed, text=text, seen=seen)
        elif deed == "save":
            save_rules(file.path, lambda _: text, seen=seen, whole=file.whole)
        else:
            (undo_save if deed == "undo" else redo_save)(file.path, seen=seen)
    except GridmapError as error:
        st.error(plain(error.text(say.language)).replace("\n", "  \n"))
        return
    _saved(draft, say(_DONE[deed]))


def _saved(draft: Draft, words: str) -> None:
    draft.discard()
    st.session_state[NOTICE] = words
    st.rerun()


def _form(draft: Draft, context: PageContext, say: Translator) -> None:
    faulty = faulty_sections(draft)
    changed = {section_of(key) for key in draft.changes}

    def name(section: str) -> str:
        word = say(f"rules.section.{section}")
        if section in faulty:
            return say("rules.section.faulty", name=word)
        return say("rules.section.changed", name=word) if section in changed else word

    section = st.pills(
        say("rules.section"),
        FORM_SECTIONS,
        format_func=name,
        default="capacity",
        required=True,
        key="rules-section",
        label_visibility="collapsed",
    )
    with st.container(key="rules-form"):
        if section in CARD_SECTIONS:
            plan = _plan_of_town(context) if section == "pins" else None
            show_cards(section, draft, plan, say)
        else:
            show_section(str(section), draft, say)


def _as_text(draft: Draft, context: PageContext) -> None:
    say = context.say
    st.caption(say("rules.text_note"))
    if draft.file.common:
        st.caption(say("rules.text_note_city"))
    if draft.changes:
        st.warning(say("rules.text_pending"))
    # What is typed belongs to the text that it was typed on, not to what others saved since.
    begun = st.session_state.setdefault(f"rules-begun-{draft.opened}", draft.text)
    typed = st.text_area(
        say("rules.text_label"),
        value=begun,
        height=TEXT_PX,
        disabled=bool(draft.changes),
        key=f"rules-text-{draft.opened}",
    )
    if begun != draft.text:
        if typed == begun:
            draft.discard()
            st.rerun()
        st.warning(say("rules.text_meanwhile"))
        if st.button(say("rules.text_anew"), key="rules-text-anew"):
            draft.discard()
            st.rerun()
    pressed = st.button(
        say("rules.text_save"), type="primary", disabled=bool(draft.changes), key="rules-text-save"
    )
    if pressed and typed == draft.text:
        st.info(say("rules.nothing_pending"))
    elif pressed:
        _save(draft, context, "save", str(typed), begun)
