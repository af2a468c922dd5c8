"""The part 两套规则 of the page 划分: two rule sets estimated side by side."""

import streamlit as st

from gridmap.rules import parse_rules
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.markdown import plain
from gridmap.ui.split.desk import IN_FORCE, open_desk
from gridmap.ui.split.figures_table import differences_html, figures_html, notes
from gridmap.ui.split.map_legend import choose_colour, legend_html
from gridmap.ui.split.what_if_map import fills_of, map_data, show_map
from layers.contract.errors import GridmapError

__all__ = ["show"]


@guard.fragment
def show(context: PageContext) -> None:
    """Show two rule sets: what they would give, both maps, and the values that differ."""
    desk = open_desk(context)
    if desk is None:
        return
    say = context.say
    if not desk.drafts:
        with st.container(key="two-rules-empty", border=True):
            st.markdown(say("what_if.no_drafts"))
        return
    names = [IN_FORCE, *(one.name for one in desk.drafts)]

    def called(name: str) -> str:
        return name or say("what_if.in_force")

    sides = st.columns(2, gap="medium")
    chosen = [
        str(
            side.selectbox(
                say(f"what_if.side_{place}"),
                names,
                index=place,
                format_func=called,
                key=f"two-rules-{place}-{desk.town.name}-{len(names)}",
            )
        )
        for place, side in enumerate(sides)
    ]
    try:
        texts = [desk.text_of(name) for name in chosen]
        found = [desk.tried(text) for text in texts]
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    both = [(called(name), one.figures) for name, one in zip(chosen, found, strict=True)]
    st.html(figures_html([(say("what_if.now"), desk.now), *both], say))
    colour = choose_colour("two-rules-colour", say)
    data = [map_data(desk.ground, desk.backdrop, say, found=one, colour=colour) for one in found]
    st.html(legend_html(colour, {fill for one in data for fill in fills_of(one)}, say))
    for place, side in enumerate(st.columns(2, gap="medium")):
        with side:
            st.markdown(f"**{plain(called(chosen[place]))}**")
            show_map(f"two-rules-map-{place}", data[place])
            st.markdown("\n".join(f"- {plain(line)}" for line in notes(found[place], say)))
    st.markdown(f"**{say('what_if.differences')}**")
    one, other = (parse_rules(text) for text in texts)
    st.html(differences_html(one, other, (called(chosen[0]), called(chosen[1])), say))
