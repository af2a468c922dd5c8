"""What the files of a first town cannot say: each question with an answer to go on with."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gridmap.first_town.choices import Choices
from gridmap.first_town.findings import Findings
from gridmap.first_town.land_codes import guess_system
from gridmap.first_town.trees.codes import PLACEHOLDER

__all__ = ["Question", "loser_of_overlap", "questions_of"]

QuestionKind = Literal["crs", "datum", "codes", "overlap", "name", "code", "hours", "target"]
HOURS = 8.0


@dataclass(frozen=True)
class Question:
    """One thing to be asked."""

    kind: QuestionKind
    key: str  # of the layer, or of the answer
    values: tuple[tuple[str, str], ...]  # what the words of the question hold
    options: tuple[str, ...]  # to choose among; empty for a text
    default: str  # what is taken when nobody answers
    needed: bool = False  # a plan cannot be made without an answer


def questions_of(findings: Findings, choices: Choices) -> list[Question]:
    """List what has to be asked about findings, the most pressing first.

    Parameters
    ----------
    findings, choices
        What there is, and what was decided.
    """
    return [*_places(findings), *_codes(findings), *_maps(findings, choices),
            *_town(findings, choices)]  # fmt: skip


def loser_of_overlap(findings: Findings, choices: Choices) -> str:
    """Give the map of land use that gives way to another one on the same ground; "" for none."""
    for one, other, _ in findings.overlaps:
        winner = choices.answers.get(f"overlap {one} {other}", _larger(findings, one, other))
        return other if winner == one else one
    return ""


def _places(findings: Findings) -> Iterator[Question]:
    for one in findings.found:
        if one.asks_crs:
            file = one.looked.file
            likely = dict.fromkeys([one.crs, one.looked.found.crs, findings.crs])
            options = tuple(crs for crs in likely if crs.startswith("EPSG:"))
            # What the numbers tell and no other file contradicts needs no answer to go on.
            yield Question("crs", one.key, (("file", file),), options, one.crs, needed=not one.crs)
        if one.shift is not None:
            values = (("file", one.looked.file), ("metres", f"{one.shift.distance_m:,.0f}"))
            yield Question("datum", one.key, values, ("gcj02", "bd09", "cgcs2000"), one.datum)


def _codes(findings: Findings) -> Iterator[Question]:
    for one in findings.of_role("layer"):
        column = str(one.guess.values.get("code_column", ""))
        if one.chosen or not one.guess.values.get("codes") or column not in one.looked.cells:
            continue
        names = one.looked.columns_of("land_name")
        beside = one.looked.cells[names[0]] if names else None
        guess = guess_system(one.looked.cells[column], beside)
        if guess.system and not guess.sure:
            options = (guess.system, *guess.others)
            yield Question("codes", one.key, (("file", one.looked.file),), options, guess.system)


def _maps(findings: Findings, choices: Choices) -> Iterator[Question]:
    files = {one.key: one.looked.file for one in findings.found}
    for one, other, hectares in findings.overlaps[:1]:
        values = (("one", files[one]), ("other", files[other]), ("hectares", f"{hectares:,.1f}"))
        default = _larger(findings, one, other)
        yield Question("overlap", f"overlap {one} {other}", values, (one, other), default)


def _larger(findings: Findings, one: str, other: str) -> str:
    areas = findings.classes.groupby("key")["area_ha"].sum()
    return one if areas.get(one, 0.0) >= areas.get(other, 0.0) else other


def _town(findings: Findings, choices: Choices) -> Iterator[Question]:
    tree = findings.tree
    if tree is None:
        return
    top = tree.grids[tree.grids["level"] == 1].iloc[0]
    yield Question("name", "name", (), (), str(top["name"]))
    invented = str(top["code"]) == PLACEHOLDER or bool(choices.answers.get("code"))
    if invented:
        yield Question("code", "code", (), (), str(top["code"]))
    yield Question("hours", "hours", (), (), f"{HOURS:g}")
    yield Question("target", "target", (), (), "")
