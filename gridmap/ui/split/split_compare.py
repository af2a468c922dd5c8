"""Trials side by side: a picture and the figures of each, the best marked, and what is proven.

Tables and pictures are plain HTML, which reads and prints in any browser and on a phone; texts of
the user's data are escaped.
"""

from base64 import b64encode
from collections.abc import Collection, Mapping
from html import escape
from pathlib import Path
from typing import Literal, NamedTuple

import streamlit as st

from gridmap.coverage.proof_lines import proof_lines
from gridmap.coverage.split_figures import SPLIT_FIGURES, told_figure
from gridmap.rules import Rules
from gridmap.split.infeasibility import Remedy
from gridmap.trials import Trial, mark_under
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.towns import RULES, rules_text_of
from gridmap.ui.split.map_legend import choose_colour, legend_html

__all__ = ["Pressed", "comparison_html", "figure_lines", "show", "stale_numbers"]

CARD_PX = 300
# Column, decimals, and which end is better: -1 the least, 1 the most, 0 neither.
COLUMNS: Mapping[str, tuple[int, int]] = {
    "micro_grids": (0, 0),
    "officers": (0, -1),
    "unstaffed": (0, -1),
    "over_capacity": (0, -1),
    "broken": (0, -1),
    "compactness": (3, 1),
    "load_index": (2, -1),
    "border_km": (2, -1),
    "visible_share": (1, 1),
    "gap": (1, 0),
    "seconds": (1, -1),
}
_STATUS_MARKS = {"optimal": "good", "feasible": "good"}  # the others are shown as a warning


class Pressed(NamedTuple):
    """A button that was pressed."""

    deed: Literal["take", "drop", "apply"]
    trial: Trial
    way: Remedy | None = None


def show(trials: list[Trial], say: Translator, *, stale: Collection[int]) -> Pressed | None:
    """Show trials; gives the button that was pressed.

    Parameters
    ----------
    trials
        In order of number.
    say
        Words.
    stale
        Numbers of those made before the rules or the data changed.
    """
    colour = choose_colour("split-colour", say)
    drawn = "".join(trial.pictures.get("category", "") for trial in trials)
    st.html(legend_html(colour, drawn, say))
    pressed: Pressed | None = None
    with st.container(key="split-cards", horizontal=True, gap="small"):
        for trial in trials:
            pressed = _card(trial, colour, say, is_stale=trial.number in stale) or pressed
    st.html(comparison_html(trials, say))
    st.caption(say("split.best_note"))
    return pressed


def stale_numbers(trials: list[Trial], town: Path, rules: Rules | None) -> set[int]:
    """Numbers of trials that the rules or the data as they are now would not give."""
    text = rules_text_of(town) if rules is not None else ""
    changed = max(
        (
            path.stat().st_mtime
            for path in town.iterdir()
            if path.is_file() and path.name != RULES and not path.name.startswith(".")
        ),
        default=0.0,
    )
    return {
        trial.number
        for trial in trials
        if (text and trial.rules_mark != mark_under(text, trial.attempt))
        or changed > trial.path.with_suffix(".json").stat().st_mtime
    }


def comparison_html(trials: list[Trial], say: Translator) -> str:
    """Write the table of all trials; the best value of a column is strong."""
    heads = ("number", "draft", "effort", "target", "seed", "status", *COLUMNS)
    head = "".join(f'<th scope="col">{escape(say(f"split.column.{key}"))}</th>' for key in heads)
    best = {key: _best(trials, key) for key in COLUMNS}
    rows = []
    for trial in trials:
        cells = [
            f'<th scope="row">{escape(say("split.trial", number=trial.number))}</th>',
            *(
                f"<td>{escape(text)}</td>"
                for text in (
                    trial.attempt.draft or say("what_if.in_force"),
                    say(f"split.effort.{trial.attempt.effort}"),
                    str(trial.attempt.target or say("split.fewest")),
                    str(trial.attempt.seed),
                    say(f"split.status.{trial.status}"),
                )
            ),
        ]
        for key in COLUMNS:
            text = _figure(trial, key)
            strong = trial.is_plan and text == best[key]
            cells.append(f"<td>{f'<strong>{text}</strong>' if strong else text}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    # Reached by the keyboard, for it may be wider than the window.
    return (
        f'<div class="trials-scroll" tabindex="0" role="region" '
        f'aria-label="{escape(say("split.compare"))}">'
        f'<table class="trials"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def figure_lines(figures: Mapping[str, float], say: Translator) -> list[str]:
    """Say the figures of a whole split, as the certificate of a division lists them."""
    return [
        say(
            "split.proof.figure",
            label=one.label_zh if say.language == "zh" else one.label_en,
            value=told_figure(one, figures[one.key]),
        )
        for one in SPLIT_FIGURES
        if one.key in figures
    ]


def _card(trial: Trial, colour: str, say: Translator, *, is_stale: bool) -> Pressed | None:
    pressed: Pressed | None = None
    with st.container(key=f"split-card-{trial.number}", border=True, width=CARD_PX, gap="small"):
        st.html(_card_html(trial, colour, say, is_stale=is_stale))
        with st.container(horizontal=True, gap="small"):
            if trial.is_plan and st.button(
                say("split.take", number=trial.number),
                type="primary",
                key=f"split-take-{trial.number}",
            ):
                pressed = Pressed("take", trial)
            if st.button(
                say("split.drop", number=trial.number),
                type="tertiary",
                key=f"split-drop-{trial.number}",
            ):
                pressed = Pressed("drop", trial)
        missed = trial.reasons or trial.ways_out
        if missed:
            pressed = _ways_out(trial, say) or pressed
        if trial.proof is not None:
            with st.expander(say("split.proof")):
                lines = [*proof_lines(trial.proof, say.language), *figure_lines(trial.figures, say)]
                st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    return pressed


def _ways_out(trial: Trial, say: Translator) -> Pressed | None:
    pressed = None
    chinese = say.language == "zh"
    short = bool(trial.figures.get("unstaffed"))
    label = say("split.short_of_cadres" if short else "split.reasons")
    with st.expander(label, expanded=short or not trial.is_plan):
        for reason in trial.reasons:
            st.markdown(plain(reason.zh if chinese else reason.en))
        if trial.ways_out:
            st.markdown(f"**{say('split.ways')}**")
        for place, way in enumerate(trial.ways_out):
            text = way.whole.zh if chinese else way.whole.en
            st.markdown(plain(text))
            # Some, such as cutting a patch, are not done by a rule.
            if way.changes and st.button(
                say("split.apply"),
                key=f"split-apply-{trial.number}-{place}",
            ):
                pressed = Pressed("apply", trial, way)
    return pressed


def _card_html(trial: Trial, colour: str, say: Translator, *, is_stale: bool) -> str:
    count = int(trial.figures.get("micro_grids", 0))
    label = escape(say("split.picture", number=trial.number, count=count))
    picture = f'<p class="trial-none">{escape(say("split.no_picture"))}</p>'
    if trial.pictures.get(colour):
        # As an image: the page takes drawings out of what it is given as HTML.
        data = b64encode(trial.pictures[colour].encode()).decode()
        picture = f'<img alt="{label}" src="data:image/svg+xml;base64,{data}">'
    attempt = trial.attempt
    request = (
        say(f"split.effort.{attempt.effort}") + " · " + str(attempt.target or say("split.fewest"))
    ) + (f" · {attempt.draft}" if attempt.draft else "")
    mark = _STATUS_MARKS.get(trial.status, "warn")
    stale = f'<p class="trial-stale">{escape(say("split.stale"))}</p>' if is_stale else ""
    if unstaffed := int(trial.figures.get("unstaffed", 0)):
        stale += f'<p class="trial-warn">{escape(say("split.unstaffed", count=unstaffed))}</p>'
    figures = "".join(
        f"<div><dt>{escape(say(f'split.column.{key}'))}</dt><dd>{_figure(trial, key)}</dd></div>"
        for key in ("micro_grids", "officers", "compactness", "border_km")
    )
    return (
        f'<div class="trial"><h3>{escape(say("split.trial", number=trial.number))} '
        f"<small>{escape(request)}</small></h3>"
        f'<p class="trial-{mark}">{escape(say(f"split.status.{trial.status}"))}</p>{stale}'
        f'<div class="trial-picture">{picture}</div><dl>{figures}</dl></div>'
    )


def _figure(trial: Trial, key: str) -> str:
    value = trial.figures.get(key)
    if value is None:
        return "–"
    decimals, _ = COLUMNS[key]
    return f"{100 * value:.1f}%" if key in ("gap", "visible_share") else f"{value:,.{decimals}f}"


def _best(trials: list[Trial], key: str) -> str:
    """Give the best value of a column as it is shown; "" where none is better than another."""
    _, better = COLUMNS[key]
    of_plans = [trial for trial in trials if trial.is_plan and key in trial.figures]
    if not better or len({_figure(trial, key) for trial in of_plans}) < 2:
        return ""
    return _figure(max(of_plans, key=lambda trial: better * trial.figures[key]), key)
