"""What is proven about a division, a sentence each: for the split page and the certificate."""

from collections.abc import Sequence

from gridmap.coverage.load_shares import IDLE_SHARE
from gridmap.split.certificate import Proof
from gridmap.words import Language, say

__all__ = ["proof_lines"]

LISTED = 8  # codes that a sentence names


def proof_lines(proof: Proof, language: Language, *, advice: bool = True) -> list[str]:
    """Say what is certain about a division, a sentence each.

    Parameters
    ----------
    proof
        What is proven.
    language
        Of the sentences.
    advice
        Whether capacity that is little used comes with advice on what to change.
    """

    def told(key: str, **values: object) -> str:
        return say(f"split.{key}", language, **values)

    key = "proof.gap" if proof.gap > 0 else "proof.fewest"
    lines = [
        told(key, count=proof.micro_grids, lower=proof.lower_bound, gap=f"{100 * proof.gap:.1f}"),
        told("proof.use", use=f"{100 * proof.use:.1f}"),
    ]
    if advice and proof.use < IDLE_SHARE:
        lines.append(told("proof.idle"))
    if not proof.over_capacity and not proof.broken:
        lines.append(told("proof.sound"))
    heavy = tuple(place.zh if language == "zh" else place.en for place in proof.heavy)
    listed = {"over": proof.over_capacity, "broken": proof.broken, "tight": proof.tight,
              "heavy": heavy}  # fmt: skip
    for name, codes in listed.items():
        if codes:
            shown = _codes(codes, language)
            lines.append(told(f"proof.{name}", count=len(codes), codes=shown))
    if proof.limits:
        mark = say("mark.list", language)
        why = mark.join(told(f"limit.{key}", count=count) for key, count in proof.limits)
        lines.append(told("proof.limits", why=why))
    return lines


def _codes(codes: Sequence[str], language: Language) -> str:
    listed = say("mark.list", language).join(codes[:LISTED])
    return say("split.more", language, codes=listed) if len(codes) > LISTED else listed
