"""Offers that repair what an edit breaks: the few smallest sets of further moves.

Every offer is tried before it is made: it leaves nothing broken that was whole before, keeps
locked micro-grids and given grids, and carries the totals it would lead to.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridmap.edits.moves.edit import Edit, with_moves
from gridmap.edits.moves.repairs import Faults, Situation, find_faults, ways_to_repair

__all__ = ["Offer", "find_offers"]

MOST_OFFERS = 4  # buttons beside a fault; more is a list to study


@dataclass(frozen=True)
class Offer:
    """One click: the whole edit with what repairs it, and where it leads."""

    edit: Edit
    title: str
    title_zh: str
    patches: tuple[str, ...]  # that move besides, or stay behind
    before: pd.DataFrame  # totals of all micro-grids it touches
    after: pd.DataFrame


def find_offers(edit: Edit, situation: Situation) -> tuple[Offer, ...]:
    """Find ways to repair an edit, least ground first; none when nothing is newly broken."""
    before = find_faults(situation, situation.before)
    if _no_worse(find_faults(situation, situation.after), before):
        return ()
    seen: set[bytes] = set()
    offers = []
    for title, title_zh, label in ways_to_repair(situation, before):
        key = "\x1f".join(label).encode()
        if key in seen or (label == situation.before).all():
            continue
        seen.add(key)
        if _no_worse(find_faults(situation, label), before):
            offers.append(_offer(edit, situation, title, title_zh, label))
    offers.sort(key=lambda offer: (len(offer.patches), offer.title))
    return tuple(offers[:MOST_OFFERS])


def _no_worse(faults: Faults, before: Faults) -> bool:
    return all(
        parts <= before.get(code, (1, 0.0))[0] and over <= before.get(code, (1, 0.0))[1] + 1e-6
        for code, (parts, over) in faults.items()
    )


def _offer(edit: Edit, situation: Situation, title: str, title_zh: str, label: np.ndarray) -> Offer:
    ground = situation.ground
    rows = np.flatnonzero(label != situation.after)
    token = dict(zip(situation.fresh, situation.fresh_tokens, strict=True)) | situation.tokens
    moves = {str(ground.ids[row]): token.get(label[row], label[row]) for row in rows.tolist()}
    changed = (label != situation.before) | (situation.after != situation.before)
    codes = set(situation.before[changed]) | set(label[changed]) | set(situation.after[changed])
    return Offer(
        with_moves(edit, moves),
        title,
        title_zh,
        tuple(moves),
        situation.count(situation.before, codes),
        situation.count(label, codes),
    )
