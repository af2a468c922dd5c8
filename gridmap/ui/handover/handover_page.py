"""The hand-over page: what is wrong with the plan, what is ordered, how it looks, and making it.

A viewer gets boundaries without people, the map and nothing that holds the roster.
"""

from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.handover import Order
from gridmap.handover.carrying import stem_of
from gridmap.handover.catalogue import kinds_for
from gridmap.plan.plan import Plan
from gridmap.ui.handover import audience, making, options, preview_card, template_form, what
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.markdown import plain

__all__ = ["show"]


def show(context: PageContext, plan: Plan) -> None:
    """Show the page."""
    assert context.path is not None
    say, town = context.say, plan.rules.town
    st.html(Path(__file__).with_name("handover_page.css"))
    st.caption(
        say("handover.version", version=plain(town.version), date=town.valid_from.isoformat())
        + " · "
        + say("handover.legal")
    )
    _checks(context, plan)
    released = audience.choose(context, plan, context.path)
    if released is None:
        return
    whom = "public" if released.is_redacted else "house"
    kinds = [one for one in kinds_for(whom, may_change=context.may_change) if one.needs(released)]
    with st.container(key="handover-body"):
        left, right = st.columns([3, 2], gap="medium")
        with left:
            chosen = what.choose_kinds(kinds, say)
            may_name = context.may_change and (whom == "house" or bool(len(released.people)))
            fields: dict[str, Any] = {"audience": whom, "language": say.language}
            if chosen:
                fields |= options.choose_targets(released, chosen, say)
                if context.may_change and any(kind.contacts for kind in chosen):
                    fields |= options.choose_contacts(plan, say)
                if context.may_change and any("template" in kind.options for kind in chosen):
                    fields |= template_form.choose_template(context, plan)
                fields |= options.choose_options(
                    chosen, say, may_name=may_name, path=context.path, crs=plan.crs
                )
            order = Order(tuple(kind.key for kind in chosen), **fields)
        with right, st.container(key="handover-beside"):
            preview_card.show_preview(context, order, chosen, plan, released)
            making.show_making(context, order, plan, stem_of(context.path, order))


def _checks(context: PageContext, plan: Plan) -> None:
    say = context.say
    errors = int((plan.issues["severity"] == "error").sum())
    vacant = int((plan.assignments["status"] == "vacant").sum())
    told = [say("handover.errors", count=errors) if errors else say("handover.clean")]
    if vacant:
        told.append(say("handover.vacant", count=vacant))
    (st.warning if errors else st.info if vacant else st.success)(" ".join(told))
