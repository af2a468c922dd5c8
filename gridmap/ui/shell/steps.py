"""Where a town stands: the steps from data to hand-over, each with its state and what says so.

Everything is read from the files there are. Nothing here knows Streamlit.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from gridmap.access.answers import disputes, responses
from gridmap.boards.listing import board_list
from gridmap.coverage.metrics import town_figures
from gridmap.plan.plan import Plan
from gridmap.rules import parse_rules
from gridmap.rules.entries import entries_of, missing_parts
from gridmap.rules.history import can_undo
from gridmap.trials.background import Work
from gridmap.ui.shell.towns import RULES, rules_text_of
from layers.contract.errors import GridmapError

__all__ = ["Note", "State", "Step", "errors_by_page", "next_step", "page_of_fault", "steps_of"]

# look: done, but something asks for attention; ready: nothing is wrong, and nobody has done it yet.
State = Literal["done", "look", "todo", "ready"]
EPSILON_H = 1e-6  # what adding many hours up leaves
# Where the faults of a family of rules are repaired, and those that stop the dividing by their
# class.
PAGE_OF_RULES = {
    "READ": "data", "DATA": "data", "TREE": "data", "SPLIT": "split", "COV": "split",
    "ASSIGN": "people", "PEOPLE": "people",
}  # fmt: skip
PAGE_OF_FAULT = {
    "LayerFileError": "data", "EmptyLayerError": "data", "LayerSchemaError": "data",
    "LayerCRSError": "data", "BoundaryError": "data", "RulesError": "rules", "PlanError": "rules",
}  # fmt: skip


@dataclass(frozen=True)
class Note:
    """One sentence about a step: the key of its words and their values."""

    key: str
    values: dict[str, Any]
    is_alarm: bool = False


@dataclass(frozen=True)
class Step:
    """One step on the way: the page it is done on, its state, and what says so."""

    page: str
    state: State
    notes: tuple[Note, ...]
    at: str = ""  # the page where what asks for attention is repaired, when it is another one

    @property
    def leads_to(self) -> str:
        """The page to go to for this step."""
        return self.at or self.page


def steps_of(
    town: Path | None, plan: Plan | None, path: Path | None, *, work: Work | None = None
) -> list[Step]:
    """Say of every step how far it is.

    Parameters
    ----------
    town
        The town folder; None for a plan that was made elsewhere.
    plan, path
        The plan that is open and its file; None when there is none, or it cannot be opened.
    work
        The last dividing of the town; None when there was none.
    """
    steps = [_data(town), _rules(town, plan), _split(town, plan, path)]
    failed = _failed(town, path, work)
    if failed is not None:
        steps[2] = failed
    if plan is not None:
        counts = errors_by_page(plan)
        steps = [_with_errors(step, counts.get(step.page, 0)) for step in steps]
    if plan is None or path is None:
        later = ("redraw", "people", "coverage", "handover")
        return steps + [Step(page, "todo", (Note(f"home.{page}.later", {}),)) for page in later]
    later_steps = [_redraw(plan), _people(plan), _coverage(plan, path)]
    return [
        *steps,
        *(_with_errors(step, counts.get(step.page, 0)) for step in later_steps),
        _handover(plan),
    ]


def next_step(steps: Sequence[Step]) -> Step:
    """Give the step to go on with: the first that is open, else the last."""
    return next((step for step in steps if step.state in ("look", "todo")), steps[-1])


def errors_by_page(plan: Plan) -> dict[str, int]:
    """Count the errors of a plan by the page where they are repaired."""
    rules = plan.issues.loc[plan.issues["severity"] == "error", "rule"]
    pages = rules.str.split("-").str[0].map(PAGE_OF_RULES).fillna("redraw")
    return {str(page): int(count) for page, count in pages.value_counts().items()}


def page_of_fault(work: Work) -> str:
    """Give the page where the fault is repaired that stopped some dividing."""
    return PAGE_OF_FAULT.get(work.fault_kind, "split")


def _failed(town: Path | None, path: Path | None, work: Work | None) -> Step | None:
    """Say that the last dividing failed, unless a plan or a change of the town came after it."""
    if town is None or work is None or work.state not in ("failed", "crashed"):
        return None
    files = [file for file in town.iterdir() if file.is_file()]
    since = max((file.stat().st_mtime for file in [*files, *([path] if path else [])]), default=0.0)
    if since > work.ended > 0:
        return Step("split", "todo", (Note("home.split.again", {}),))
    return Step(
        "split", "look", (Note("home.split.failed", {}, is_alarm=True),), page_of_fault(work)
    )


def _with_errors(step: Step, count: int) -> Step:
    if not count:
        return step
    note = Note("home.errors_one" if count == 1 else "home.errors", {"count": count}, is_alarm=True)
    return replace(step, state="look", notes=(*step.notes, note))


def _data(town: Path | None) -> Step:
    if town is None:
        return Step("data", "done", (Note("home.data.elsewhere", {}),))
    try:
        text = rules_text_of(town)
        entries, missing = entries_of(text), missing_parts(town, text)
    except GridmapError:
        return Step("data", "look", (Note("home.rules.broken", {}, is_alarm=True),), "rules")
    count = {role: sum(entry.role == role for entry in entries) for role in ("layer", "register")}
    roles = {entry.role for entry in entries}
    notes = [Note("home.data.found", {"layers": count["layer"], "registers": count["register"]})]
    if "roster" not in roles:
        notes.append(Note("home.data.no_roster", {}))
    lacks = [Note(f"home.data.lacks.{part}", {}, is_alarm=True) for part in missing]
    return Step("data", "todo" if missing else "done", tuple(lacks or notes))


def _rules(town: Path | None, plan: Plan | None) -> Step:
    if town is None:
        return Step("rules", "done", (Note("home.rules.in_plan", {}),))
    try:
        text = rules_text_of(town)
        missing = missing_parts(town, text)
        if set(missing) - {"files"}:
            return Step("rules", "todo", (Note("home.rules.later", {}),))
        rules = parse_rules(text)
    except GridmapError:
        return Step("rules", "look", (Note("home.rules.broken", {}, is_alarm=True),))
    hours = Note("home.rules.capacity", {"hours": f"{rules.capacity.officer_hours:g}"})
    target = rules.split.target
    count = (
        Note("home.rules.target", {"count": target}) if target else Note("home.rules.fewest", {})
    )
    # Rules that nobody has saved or divided by are those of the template.
    used = plan is not None or can_undo(town / RULES)
    return Step("rules", "done" if used else "ready", (count, hours))


def _split(town: Path | None, plan: Plan | None, path: Path | None) -> Step:
    if plan is None or path is None:
        return Step("split", "todo", (Note("home.split.later", {}),))
    saved = datetime.fromtimestamp(path.stat().st_mtime)
    notes = [
        Note("home.split.made", {"count": len(plan.micro_grids)}),
        Note("home.split.saved", {"time": f"{saved:%Y-%m-%d %H:%M}"}),
    ]
    if town is not None and _rules_changed(town, plan):
        notes.append(Note("home.split.old", {}, is_alarm=True))
    return Step("split", _state(notes), tuple(notes))


def _redraw(plan: Plan) -> Step:
    notes = []
    if len(plan.edits):
        last = plan.edits.iloc[-1]
        when = str(last["time"])[:16].replace("T", " ")
        values = {"count": len(plan.edits), "time": when, "who": str(last["who"])}
        notes.append(Note("home.redraw.edits", values))
    else:
        notes.append(Note("home.redraw.none", {}))
    micro = plan.micro_grids
    over = int((micro["load_h"] > micro["capacity_h"] + EPSILON_H).sum())
    if over:
        notes.append(Note("home.redraw.over", {"count": over}, is_alarm=True))
    state = _state(notes)
    return Step("redraw", "ready" if state == "done" and plan.edits.empty else state, tuple(notes))


def _people(plan: Plan) -> Step:
    if plan.people.empty:
        return Step("people", "look", (Note("home.people.no_roster", {}, is_alarm=True),))
    states = plan.assignments["status"].value_counts()
    filled, vacant, surplus = (int(states.get(key, 0)) for key in ("filled", "vacant", "surplus"))
    notes = [Note("home.people.filled", {"filled": filled, "posts": len(plan.posts)})]
    if vacant:
        notes.append(Note("home.people.vacant", {"count": vacant}, is_alarm=True))
    if surplus:
        notes.append(Note("home.people.surplus", {"count": surplus}))
    return Step("people", _state(notes), tuple(notes))


def _coverage(plan: Plan, path: Path) -> Step:
    figures = town_figures(plan).set_index("key")["value"]
    notes = [Note("home.coverage.share", {"share": f"{100 * figures['covered_share']:.1f}%"})]
    try:
        answers = responses(plan, path)["state"].value_counts()
        still = int((disputes(path)["settled"] == "").sum())
        notes += _boards(plan, path)
    except GridmapError:
        notes.append(Note("home.coverage.unreadable", {}, is_alarm=True))
        return Step("coverage", "look", tuple(notes))
    counts = {key: int(answers.get(key, 0)) for key in ("confirmed", "unconfirmed", "disputed")}
    if counts["confirmed"] + counts["disputed"]:
        notes.append(Note("home.coverage.answers", counts))
    else:
        notes.append(Note("home.coverage.unasked", {}))
    if still:
        notes.append(Note("home.coverage.disputed", {"count": still}, is_alarm=True))
    state, asked = _state(notes), counts["confirmed"] + counts["disputed"]
    return Step("coverage", "ready" if state == "done" and not asked else state, tuple(notes))


def _boards(plan: Plan, path: Path) -> list[Note]:
    """Say how many boards hang, where there are any, and how many of them must be replaced."""
    states = Counter(board_list(plan, path)["state"])
    current, wrong, waiting = states["current"], states["old"] + states["gone"], states["waiting"]
    if not current + wrong + waiting:
        return []
    notes = [Note("home.coverage.boards", {"current": current, "waiting": waiting})]
    alarm = Note("home.coverage.boards_old", {"count": wrong}, is_alarm=True)
    return [*notes, alarm] if wrong else notes


def _handover(plan: Plan) -> Step:
    town = plan.rules.town
    values = {"version": town.version, "date": town.valid_from.isoformat()}
    notes = [Note("home.handover.version", values)]
    errors = int((plan.issues["severity"] == "error").sum())
    if errors:
        notes.append(Note("home.handover.errors", {"count": errors}, is_alarm=True))
        return Step("handover", "look", tuple(notes))
    return Step("handover", "todo", (*notes, Note("home.handover.ready", {})))


def _state(notes: Sequence[Note]) -> State:
    return "look" if any(note.is_alarm for note in notes) else "done"


def _rules_changed(town: Path, plan: Plan) -> bool:
    try:
        return rules_text_of(town) != plan.rules_text
    except GridmapError:
        return False  # told at the step of the rules
