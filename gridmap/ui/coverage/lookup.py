"""The tab that says who is in charge: of a firm, a grid, a person, a place, or of two that meet.

What is typed is looked up by `gridmap.lookup`; here it is put into a card that fits a phone. Every
text of the data is escaped.
"""

import re
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.lookup.locate import located
from gridmap.lookup.names import Hit
from gridmap.lookup.who import Answer, Common, Desk
from gridmap.ui.shell import guard, plan_map
from gridmap.ui.shell.context import go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.memory.kept import kept_by_file
from gridmap.ui.shell.plans import Stamp, open_plan
from layers.contract.errors import GridmapError
from layers.contract.text import narrow

__all__ = ["show", "show_box"]

MOST_HITS = 12
DESKS_MB = 128  # of what searches need, in memory
CHOSEN = "lookup-chosen"  # number of the hit that is open, by place
_PLACE = re.compile(r"(-?\d+(?:\.\d+)?)[\s,，;；]+(-?\d+(?:\.\d+)?)")


@guard.fragment
def show(stamp: Stamp, say: Translator) -> None:
    """Show the search box and what it finds in the plan that a stamp stands for."""
    st.caption(say("lookup.note"))
    left, right = st.columns(2)
    with left:
        text = st.text_input(say("lookup.find"), placeholder=say("lookup.hint"), key="lookup")
    with right:
        other = st.text_input(
            say("lookup.meet"), placeholder=say("lookup.meet_hint"), key="lookup-meet"
        )
    desk = _desk(stamp)
    sides = [_side(place, asked, desk, say) for place, asked in ((left, text), (right, other))]
    answers = [one for one in sides if one is not None]
    if len(answers) == 2:
        groups = [_group(desk, group, say) for group in desk.groups(*answers)]
        st.html(_common(desk.common(*answers), groups, say))


@guard.fragment
def show_box(stamp: Stamp, say: Translator) -> None:
    """Show one search box on a page that has no map; its places open on the page 覆盖."""
    text = st.text_input(
        say("lookup.box"), placeholder=say("lookup.hint"), key="lookup-box",
        icon=":material/search:",
    )  # fmt: skip
    _side(st.container(), text, _desk(stamp), say, elsewhere=True)


@kept_by_file(DESKS_MB, share=0.3)
def _desk(stamp: Stamp) -> Desk:
    return Desk(open_plan(Path(stamp[0])))


def _side(
    place: Any, text: str, desk: Desk, say: Translator, *, elsewhere: bool = False
) -> Answer | None:
    """Show what one box finds; gives the answer that is open, or None.

    Parameters
    ----------
    place
        Where the answer stands.
    text, desk
        What was typed, and the plan.
    elsewhere
        Whether the map is on another page.
    """
    text = text.strip()
    if not text:
        return None
    with place:
        point = _PLACE.fullmatch(narrow(text))
        if point is not None:
            _point(desk, float(point[1]), float(point[2]), say)
            return None
        hits = desk.names.find(text, most=MOST_HITS)
        if not hits:
            st.info(say("lookup.none", text=plain(text)))
            return None
        key = f"{CHOSEN}-{text}"
        hit = hits[min(st.session_state.get(key, 0), len(hits) - 1)]
        answer = desk.answer(hit)
        st.html(_card(answer, say))
        if answer["grids"] and st.button(say("lookup.on_map"), key=f"lookup-map-{text}"):
            plan_map.ask_for(answer["grids"][0]["code"])
            st.session_state[plan_map.WANTED] = "map"
            if elsewhere:
                go_to("coverage")
            st.rerun()
        _others(hits, hit, key, say)
        return answer


def _others(hits: list[Hit], shown: Hit, key: str, say: Translator) -> None:
    """Offer what else may be meant."""
    if len(hits) < 2:
        return
    st.caption(say("lookup.others"))
    for number, hit in enumerate(hits):
        if hit is shown:
            continue
        label = f"{say(f'lookup.{hit.kind}')} {plain(_name(hit.name, hit.name_en, say))} {hit.id}"
        if st.button(label, key=f"{key}-{number}", type="tertiary"):
            st.session_state[key] = number
            st.rerun(scope="fragment")


def _point(desk: Desk, lon: float, lat: float, say: Translator) -> None:
    """Show who answers for a place."""
    try:
        found = located(desk.charges, lon, lat)[0]
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    grid = found["grids"][0]
    rule = _name(found["rule_zh"], found["rule"], say)
    body = f"<p>{escape(rule)}</p>" + _line(found["line"], say) + _grids(found["grids"], say)
    st.html(_framed(_name(grid["name"], grid["name_en"], say), grid["code"], body))


def _card(answer: Answer, say: Translator) -> str:
    kind = say(f"lookup.{answer['kind']}")
    body = ""
    if answer["posts"]:
        rows = (escape(_name(post["text_zh"], post["text"], say)) for post in answer["posts"])
        body += "<ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul>"
    elif answer["line"]:
        body += _line(answer["line"], say)
    else:
        body += f"<p>{escape(_name(answer['text_zh'], answer['text'], say))}</p>"
    if answer["grids"] and answer["grids"][0]["vacant"]:
        first = answer["grids"][0]
        why = _name(first["vacant_reason_zh"], first["vacant_reason"], say)
        body += f"<p>{escape(say('lookup.vacant', count=first['vacant'], reason=why))}</p>"
    body += _grids(answer["grids"], say)
    name = _name(answer["name"], answer["name_en"], say) or answer["id"]
    return _framed(name, f"{kind} {answer['id']}", body)


def _line(line: list[Any], say: Translator) -> str:
    """Write who is in charge, and who is next."""
    if not line:
        return f"<p>{escape(say('lookup.nobody'))}</p>"
    first, *others = line
    office = first["person"]["office"]
    rows = [
        f'<p class="answer-person">{escape(first["person"]["name"])}'
        f"{f'<span>{escape(office)}</span>' if office else ''}</p>"
        f"<p>{escape(_name(first['text_zh'], first['text'], say))}</p>"
    ]
    if others:
        next_ones = "".join(
            f"<li><b>{escape(step['person']['name'])}</b> "
            f"{escape(_name(step['text_zh'], step['text'], say))}</li>"
            for step in others
        )
        rows.append(f"<p>{escape(say('lookup.then'))}</p><ol>{next_ones}</ol>")
    return "".join(rows)


def _grids(grids: list[Any], say: Translator) -> str:
    if not grids:
        return ""
    names = " › ".join(_name(one["name"], one["name_en"], say) for one in reversed(grids))
    return f'<p class="answer-path">{escape(say("card.chain"))} {escape(names)}</p>'


def _framed(title: str, about: str, body: str) -> str:
    return (
        f'<section class="answer"><h3>{escape(title)}</h3>'
        f'<p class="answer-about">{escape(about)}</p>{body}</section>'
    )


def _common(common: Common | None, groups: list[str], say: Translator) -> str:
    if common is None:
        body = f"<p>{escape(say('lookup.no_common'))}</p>"
    else:
        person = common["in_charge"]["person"]
        body = (
            f'<p class="answer-person">{escape(person["name"])}'
            f"<span>{escape(person['office'])}</span></p>"
            f"<p>{escape(_name(common['text_zh'], common['text'], say))}</p>"
        )
    body += "".join(f"<p>{escape(say('lookup.group_of_both', name=name))}</p>" for name in groups)
    return _framed(say("lookup.common"), "", body)


def _group(desk: Desk, group: str, say: Translator) -> str:
    row = desk.plan.groups.loc[group]
    return _name(str(row["name"]), str(row["name_en"]), say)


def _name(zh: str, en: str, say: Translator) -> str:
    return (zh or en) if say.language == "zh" else (en or zh)
