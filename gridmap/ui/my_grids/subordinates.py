"""The part of the page 我的网格 for leaders: the grids below, walked down step by step on a phone.

Everything on it comes from one branch (`gridmap.access.leader_view`), which holds nothing of other
leaders' grids; every text of the data is escaped here.
"""

from collections.abc import Iterable
from html import escape
from pathlib import Path

import streamlit as st

from gridmap.access.leader_view import Branch, Child, OwnObject, Totals
from gridmap.ui.shell import plans
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError
from layers.registers.classes import CLASSES

__all__ = ["show", "show_objects"]

HERE = "my-branch"  # code of the grid that is open, in the session
SIGNS = {"confirmed": "✓", "unconfirmed": "○", "disputed": "!"}


def show(path: Path, person_id: str, say: Translator) -> None:
    """Show the grids that a person leads with all below them; nothing for whoever leads none."""
    roots = plans.led_by(path, person_id)
    if not roots:
        return
    st.subheader(say("below.title"))
    if len(roots) > 1:
        st.caption(say("below.several", count=len(roots)))
    branch = None
    try:
        code = st.session_state.get(HERE, roots[0])
        # What a browser or an older plan asks for may be gone, or somebody else's.
        branch = plans.branch_below(path, person_id, code) or plans.branch_below(
            path, person_id, roots[0]
        )
    except GridmapError:
        st.error(say("my_grids.no_answers"))
    if branch is None:
        return
    _walk(branch, roots, say)
    st.html(_sheet(branch, say))


def show_objects(found: tuple[OwnObject, ...], say: Translator) -> None:
    """Show the objects that a person is in charge of in person, such as the firms of a cadre."""
    if found:
        st.html(_part(say("below.own_objects", count=len(found)), _objects(found, say)))


def _walk(branch: Branch, roots: list[str], say: Translator) -> None:
    """Offer the way up, and down into a grid that has others below it."""
    here = branch.here.code
    above = [step for step in branch.path if step[0] != here]
    targets = [code for code in roots if code != branch.path[0][0]] if not above else []
    names = {code: _pick(zh, en, say) for code, zh, en in branch.path}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if above:
            up = above[-1]
            if st.button(say("below.up", grid=plain(_pick(up[1], up[2], say))), key="below-up"):
                _go(up[0])
        deeper = [child for child in branch.children if child.has_children or child.totals.objects]
        names |= {child.code: _pick(child.name, child.name_en, say) for child in deeper}
        options = [*(child.code for child in deeper), *targets]
        if options:
            chosen = st.selectbox(
                say("below.down"),
                options,
                index=None,
                format_func=lambda code: names.get(code, code),
                placeholder=say("below.down_hint"),
                key=f"below-down-{here}",
            )
            if chosen is not None:
                _go(chosen)


def _go(code: str) -> None:
    st.session_state[HERE] = code
    st.rerun()


def _sheet(branch: Branch, say: Translator) -> str:
    here = branch.here
    crumbs = " › ".join(_pick(name, name_en, say) for _, name, name_en in branch.path)
    parts = [
        f'<p class="below-path">{escape(crumbs)}</p>',
        f'<p class="below-totals">{escape(_totals(here.totals, say))}</p>',
        _part(say("below.here"), _people(here, say)),
    ]
    if branch.children:
        rows = "".join(_child(child, say) for child in branch.children)
        title = say("below.children", count=len(branch.children))
        parts.append(_part(title, f'<ul class="below-grids">{rows}</ul>'))
    if branch.objects:
        count = len(branch.objects) + branch.objects_left_out
        note = say("below.more", count=branch.objects_left_out) if branch.objects_left_out else ""
        body = _objects(branch.objects, say) + (f"<p>{escape(note)}</p>" if note else "")
        parts.append(_part(say("below.objects", count=count), body))
    return "".join(parts)


def _child(child: Child, say: Translator) -> str:
    name = _pick(child.name, child.name_en, say)
    facts = [] if child.spatial else [say("below.no_ground")]
    if child.headcount:
        facts.append(say("below.headcount", count=child.headcount))
    facts.append(_totals(child.totals, say))
    return (
        f"<li><b>{escape(name)}</b><span>{escape(say('mark.list').join(facts))}</span>"
        f"{_people(child, say)}</li>"
    )


def _totals(totals: Totals, say: Translator) -> str:
    said = []
    if totals.grids:
        said.append(say("below.grids", count=totals.grids))
    said.append(say("below.filled", count=totals.filled))
    if totals.vacant:
        said.append(say("below.vacant", count=totals.vacant))
    if totals.objects:
        said.append(say("below.object_count", count=totals.objects))
    asked = totals.confirmed + totals.unconfirmed + totals.disputed
    if asked:
        said.append(say("below.confirmed", count=totals.confirmed, of=asked))
    if totals.disputed:
        said.append(say("below.disputed", count=totals.disputed))
    return say("mark.list").join(said)


def _people(child: Child, say: Translator) -> str:
    rows = []
    for one in child.people:
        role = _pick(one.role_name, one.role_name_en, say)
        about = say("my_grids.who", name=role, office=one.office) if one.office else role
        state = say(f"class.{one.state}") + (f" {one.confirmed_on}" if one.confirmed_on else "")
        rows.append(
            f"<li><b>{escape(one.name)}</b><span>{escape(about)}</span>"
            f'<span class="below-{one.state}">{SIGNS[one.state]} {escape(state)}</span></li>'
        )
    if child.vacancy is not None:
        why = _pick(child.vacancy.reason_zh, child.vacancy.reason, say)
        head = say("below.vacant", count=child.vacancy.count)
        rows.append(
            f'<li class="below-vacancy"><b>{escape(head)}</b><span>{escape(why)}</span></li>'
        )
    if not rows:
        rows.append(f"<li><span>{escape(say('posts.none'))}</span></li>")
    return f'<ul class="below-people">{"".join(rows)}</ul>'


def _objects(found: Iterable[OwnObject], say: Translator) -> str:
    rows = []
    for one in found:
        kind = CLASSES.get(one.kind, CLASSES["other"])
        who = say("below.in_charge", name=one.person or say("below.nobody"))
        rows.append(
            f"<li><b>{escape(one.name)}</b><span>{escape(_pick(kind.zh, kind.en, say))}"
            f"{escape(say('mark.list') + who)} {escape(_pick(one.reason_zh, one.reason, say))}"
            "</span></li>"
        )
    return f'<ul class="my-grid-pairs">{"".join(rows)}</ul>'


def _part(title: str, body: str) -> str:
    return f'<section class="my-grid-part"><h2>{escape(title)}</h2>{body}</section>'


def _pick(zh: str, en: str, say: Translator) -> str:
    return (zh or en) if say.language == "zh" else (en or zh)
