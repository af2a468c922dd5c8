"""Figures of divisions side by side with their change, and what an estimate leaves open."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from gridmap.rules import Rules
from gridmap.rules.changes import differing
from gridmap.rules.words import field_of, key_name, value_text
from gridmap.ui.shell.i18n import Translator
from gridmap.what_if import Estimate, Figures

__all__ = ["SHOWN", "differences_html", "figures_html", "notes"]

LISTED = 8  # keys that a sentence names


class _Shown(NamedTuple):
    key: str
    decimals: int
    better: int  # -1 the least, 1 the most, 0 neither


SHOWN = (
    _Shown("grids", 0, 0),
    _Shown("posts", 0, 0),
    _Shown("vacancies", 0, -1),
    _Shown("spare", 0, 0),
    _Shown("border_km", 1, -1),
    _Shown("border_cost", 0, -1),
    _Shown("idle_h", 0, -1),
    _Shown("load_max_h", 1, 0),
    _Shown("over", 0, -1),
)
"""Figures in the order of the table."""


def figures_html(columns: Sequence[tuple[str, Figures]], say: Translator) -> str:
    """Write a table of figures; each column but the first says how it differs from the first."""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name, _ in columns)
    first = columns[0][1]
    rows = []
    for one in SHOWN:
        cells = [
            f"<td>{_value(one, figures)}{_change(one, first, figures, say) if place else ''}</td>"
            for place, (_, figures) in enumerate(columns)
        ]
        label = escape(say(f"what_if.figure.{one.key}"))
        rows.append(
            f'<tr data-figure="{one.key}"><th scope="row">{label}</th>{"".join(cells)}</tr>'
        )
    return (
        f'<div class="trials-scroll" tabindex="0" role="region" '
        f'aria-label="{escape(say("what_if.figures"))}"><table class="trials what-if-figures">'
        f"<thead><tr><th></th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def differences_html(one: Rules, other: Rules, names: tuple[str, str], say: Translator) -> str:
    """Write a table of the rule values that two rule sets do not have in common."""
    rows = []
    for found in differing(one, other):
        known = field_of(found.key)
        field = known[0] if known else None
        values = "".join(
            f"<td>{escape(value_text(field, value, say.language))}</td>"
            for value in (found.old, found.new)
        )
        name = escape(key_name(found.key, say.language))
        rows.append(f'<tr><th scope="row">{name}</th>{values}</tr>')
    if not rows:
        return f"<p>{escape(say('what_if.same_rules'))}</p>"
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    return (
        f'<div class="trials-scroll" tabindex="0" role="region" '
        f'aria-label="{escape(say("what_if.differences"))}"><table class="trials">'
        f'<thead><tr><th scope="col">{escape(say("what_if.rule"))}</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def notes(found: Estimate, say: Translator) -> list[str]:
    """Say what an estimate leaves open, a sentence each."""
    lines = [say("what_if.moved", share=f"{100 * found.moved_share:.0f}")]
    if found.missed:
        lines.append(say("what_if.missed", count=found.figures.grids))
    if found.to_cut:
        lines.append(say("what_if.to_cut", count=found.to_cut))
    if found.unjudged:
        named = say("mark.list").join(
            key_name(key, say.language) for key in found.unjudged[:LISTED]
        )
        more = say("split.more", codes=named) if len(found.unjudged) > LISTED else named
        lines.append(say("what_if.unjudged", keys=more))
    return lines


def _value(one: _Shown, figures: Figures) -> str:
    value = getattr(figures, one.key)
    return "–" if value is None else f"{value:,.{one.decimals}f}"


def _change(one: _Shown, first: Figures, figures: Figures, say: Translator) -> str:
    before, after = getattr(first, one.key), getattr(figures, one.key)
    if before is None or after is None:
        return ""
    change = round(after - before, one.decimals)
    if change == 0:
        return f' <small class="what-if-same">{escape(say("what_if.unchanged"))}</small>'
    mark = "" if not one.better else "good" if change * one.better > 0 else "warn"
    return f' <small class="trial-{mark}">{change:+,.{one.decimals}f}</small>'
