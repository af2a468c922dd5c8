"""Cells of a roster as they should be: names without blanks, phones as digits, an id for each."""

import re

import pandas as pd

from layers.contract.errors import Named
from layers.contract.identifiers import find_lost_digits
from layers.contract.text import narrow, without_invisible

__all__ = ["clean_person", "made_ids", "plain_phone"]

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BLANKS = re.compile(r"\s+")
_NOT_DIGITS = re.compile(r"[^\d]")
_NOT_IN_NAMES = re.compile(r"[*＊]+$")


def clean_person(name: str) -> str:
    """Write a name as it is called: 张 三 is 张三; blanks in Latin names stay."""
    plain = _NOT_IN_NAMES.sub("", without_invisible(name)).strip()
    return _BLANKS.sub("", plain) if _CHINESE.search(plain) else _BLANKS.sub(" ", plain)


def plain_phone(text: str) -> str:
    """Write a phone number as digits; "" for one that has lost some, others stay as they are.

    Parameters
    ----------
    text
        A cell: 13812345678.0, +86 138-1234-5678, 1.38123E+10, two numbers.
    """
    plain = narrow(text).strip()
    if not plain or bool(find_lost_digits(pd.Series([plain])).iloc[0]):
        return ""
    digits = _NOT_DIGITS.sub("", plain.removesuffix(".0"))
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 15 and digits.startswith("0086"):
        digits = digits[4:]
    if len(digits) == 11 and digits[0] == "1":
        return digits
    return plain  # a landline with its code, or two numbers: left to a person


def made_ids(ids: pd.Series, names: pd.Series) -> dict[object, tuple[str, Named]]:
    """Make ids for people who have none, or the same as somebody else.

    Parameters
    ----------
    ids, names
        Of the rows, as texts.

    Returns
    -------
    New id and reason by row. Rows of one name and one id are one person with several posts.
    """
    taken = {one for one in ids if one}
    owner: dict[str, str] = {}
    made: dict[object, tuple[str, Named]] = {}
    number = 0
    for row, given, name in zip(ids.index, ids, names, strict=True):
        if given and owner.setdefault(given, name) == name:
            continue
        number += 1
        while (new := f"P{number:03d}") in taken:
            number += 1
        taken.add(new)
        why = Named("no id in the file: numbered in order", "文件中没有编号，按顺序编写")
        if given:
            other = owner[given]
            why = Named(f"{other} has this id already", f"该编号已属于{other}")
        made[row] = (new, why)
    return made
