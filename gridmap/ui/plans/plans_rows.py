"""What a plan in the tree says, as HTML: every text of the data is escaped."""

from html import escape
from pathlib import Path

from gridmap.ui.shell.i18n import Translator
from gridmap.versions.tree import Node, place_below

__all__ = ["card", "shown_nodes"]


def shown_nodes(nodes: list[Node]) -> list[Node]:
    """Leave out deleted plans under which nothing else hangs: the wastebasket lists them."""
    kept: list[Node] = []
    for place, node in enumerate(nodes):
        below = []
        for other in nodes[place + 1 :]:
            if other.depth <= node.depth:
                break
            below.append(other)
        if node.state != "deleted" or any(other.state != "deleted" for other in below):
            kept.append(node)
    return kept


def card(node: Node, folder: Path | None, say: Translator, *, is_open: bool) -> str:
    """Write what a plan says of itself: name, state, where from, last change, figures.

    Parameters
    ----------
    node
        The plan.
    folder
        The folder of plans: the file is named below it, for who may know where it lies; None for
        anybody else.
    say
        Words of the page's language.
    is_open
        Whether it is the plan that the pages work on.
    """
    seen, own = node.glance, node.identity
    now = f'<b class="plan-open">{escape(say("plans.open_now"))}</b>' if is_open else ""
    state = f'<span class="plan-state plan-{node.state}">{escape(say(_state(node)))}</span>'
    lines = [f'<div class="plan-head"><strong>{escape(seen.name)}</strong>{state}{now}</div>']
    place = place_below(node, folder) if folder is not None else ""
    origin = say(f"plans.from_{own.origin}") if own.origin in ("branch", "copy") else ""
    version = say("plans.version", version=seen.version, day=seen.valid_from)
    facts = [place, version if seen.version else "", origin]
    lines.append(_line(facts, "plan-facts"))
    if node.state == "unreadable" and seen.fault is not None:
        fault = seen.fault
        lines.append(_line([fault.zh if say.language == "zh" else fault.en], "plan-facts"))
    elif node.state == "missing":
        lines.append(_line([say("plans.missing_note")], "plan-facts"))
    else:
        lines.append(_line(_figures(node, say), "plan-figures"))
    told = []
    if node.changed_at:
        day = node.changed_at[:16].replace("T", " ")
        told.append(say("plans.changed", who=node.changed_by, day=day))
    if own.frozen_why:
        told.append(say("plans.why", why=own.frozen_why))
    if node.twins:
        told.append(say("plans.twins", count=node.twins))
    lines.append(_line(told, "plan-facts"))
    return f'<div class="plan-card">{"".join(lines)}</div>'


def _state(node: Node) -> str:
    return f"plans.state_{node.state}"


def _figures(node: Node, say: Translator) -> list[str]:
    seen = node.glance
    return [
        say("plans.micro_grids", count=f"{seen.micro_grids:,}"),
        say("plans.over", count=f"{seen.over_capacity:,}"),
        say("plans.vacant", count=f"{seen.vacant:,}"),
        say("plans.edits", count=f"{seen.steps:,}"),
    ]


def _line(texts: list[str], name: str) -> str:
    shown = [f"<span>{escape(text)}</span>" for text in texts if text]
    return f'<div class="{name}">{"".join(shown)}</div>' if shown else ""
