"""What people write to each other beside a plan: one line of plain signs, and not endless."""

import unicodedata

from layers.contract.errors import UsageError

__all__ = ["LONGEST_SENTENCE", "said"]

LONGEST_SENTENCE = 500  # characters; says what is wrong, and is no letter


def said(text: str, *, may_be_empty: bool = False) -> str:
    """Give a sentence without signs that a screen or a terminal would obey.

    Line breaks become spaces. Texts are hostile until escaped all the same.

    Raises
    ------
    UsageError
        If it is empty or too long.
    """
    plain = "".join(
        " " if sign.isspace() else sign
        for sign in text
        if sign.isspace() or unicodedata.category(sign)[0] != "C"
    )
    sentence = " ".join(plain.split())
    if len(sentence) > LONGEST_SENTENCE or not (sentence or may_be_empty):
        raise UsageError(
            f"The sentence has {len(sentence)} signs. Write 1 to {LONGEST_SENTENCE}.",
            f"说明有 {len(sentence)} 个字。请写 1 到 {LONGEST_SENTENCE} 个字。",
        )
    return sentence
