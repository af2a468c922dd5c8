"""The third step of 新建乡镇: the roster, each repair with before and after, taken or refused."""

from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from gridmap.first_town.choices import Choices
from gridmap.first_town.findings import Findings, Roster
from gridmap.first_town.roster.repair import KINDS, Repair, repaired
from gridmap.ui.first_town import wizard_state
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.registers.roster_columns import HEADERS

__all__ = ["show"]

SHOWN = 40  # repairs of a kind that can be refused one by one
ROWS = 8  # of the roster as it will be


def show(context: PageContext, folder: Path, findings: Findings, choices: Choices) -> None:
    """Show what can be repaired in the roster, and the roster as it will be."""
    say, roster = context.say, findings.roster
    if roster is None:
        st.info(say("begin.no_roster"))
        _next(say)
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _repairs(folder, roster, choices, say)
    with right:
        for note in roster.notes:
            st.caption(plain(note.zh if say.language == "zh" else note.en))
        _after(roster, choices, say)
        _next(say)


def _next(say: Translator) -> None:
    st.button(
        say("begin.next.plan"),
        type="primary",
        key="begin-next-plan",
        on_click=guard.callback(wizard_state.go_to_step),
        args=("plan",),
    )


def _repairs(folder: Path, roster: Roster, choices: Choices, say: Translator) -> None:
    if not roster.repairs:
        st.success(say("begin.nothing_to_repair"))
        return
    st.markdown(f"**{say('begin.repairs', count=len(roster.repairs))}**")
    st.caption(say("begin.repairs_note"))
    refused = set(choices.refused)
    for kind in KINDS:
        some = [one for one in roster.repairs if one.kind == kind]
        if some:
            _kind(folder, kind, some, refused, say)


def _kind(folder: Path, kind: str, some: list[Repair], refused: set[str], say: Translator) -> None:
    keys = [one.key for one in some]
    taken = sum(key not in refused for key in keys)
    with st.container(border=True, key=f"begin-repair-{kind}"):
        # What is ticked is part of each key, so that what was decided is what is shown.
        st.checkbox(
            say(f"begin.repair.{kind}", count=len(some)),
            value=taken > 0,
            key=f"begin-all-{kind}-{taken > 0}",
            on_change=guard.callback(_keep),
            args=(folder, keys, taken == 0),
        )
        with st.expander(say("begin.one_by_one", taken=taken, count=len(some))):
            for number, one in enumerate(some[:SHOWN]):
                is_taken = one.key not in refused
                st.checkbox(
                    _words(one, say),
                    value=is_taken,
                    key=f"begin-one-{kind}-{number}-{is_taken}",
                    on_change=guard.callback(_keep),
                    args=(folder, [one.key], not is_taken),
                )
            if len(some) > SHOWN:
                st.caption(say("begin.more", count=len(some) - SHOWN))


def _words(one: Repair, say: Translator) -> str:
    why = plain(one.why.zh if say.language == "zh" else one.why.en)
    place = say("begin.row", row=one.row)
    if not one.column:
        return f"{place} ~~{plain(one.before)}~~ · {why}"
    column = HEADERS[one.column][0] if say.language == "zh" else one.column
    before, after = plain(one.before) or "—", plain(one.after) or "—"
    who = f"{place} {plain(one.person)}"
    return f"{who} · {column}{say('mark.colon')}{before} → **{after}** · {why}"


def _keep(folder: Path, keys: list[str], taken: bool) -> None:
    def change(choices: Choices) -> Choices:
        others = [key for key in choices.refused if key not in keys]
        return replace(choices, refused=tuple(others if taken else [*others, *keys]))

    wizard_state.change(folder, change)


def _after(roster: Roster, choices: Choices, say: Translator) -> None:
    """Show the roster as it will be, without the phones of people."""
    people = repaired(roster.rows, roster.repairs, refused=choices.refused)
    leaders = int(people["role"].str.contains("网格长|leader").sum())
    homes = int((people["home_code"] != "").sum())
    st.markdown(f"**{say('begin.after')}**")
    st.caption(say("begin.after_note", people=len(people), leaders=leaders, homes=homes))
    shown = ["person_id", "name", "office", "role", "home_code", "present_grid"]
    place = 0 if say.language == "zh" else -1
    head = "".join(f"<th>{escape(HEADERS[name][place])}</th>" for name in shown)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in people[shown].head(ROWS).itertuples(index=False, name=None)
    )
    st.html(
        f'<div class="begin-scroll"><table class="begin-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
