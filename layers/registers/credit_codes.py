"""Credit codes of firms and institutions (统一社会信用代码): their last sign proves the others.

GB 32100-2015: 17 signs of an alphabet of 31 (no I, O, S, V, Z), and a check sign. Position i weighs
3^(i-1) modulo 31; the check sign brings the sum to a multiple of 31.
"""

import pandas as pd

from layers.contract.identifiers import listed
from layers.contract.issues import Issue
from layers.contract.phrases import counted

__all__ = ["check_sign", "doubtful_credit_codes", "is_credit_code"]

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH = 18


def check_sign(code: str) -> str:
    """Work out the last sign of a credit code from its first 17; "" where one is not allowed."""
    first = code[: _LENGTH - 1]
    values = [_ALPHABET.find(sign) for sign in first]
    if len(first) < _LENGTH - 1 or min(values) < 0:
        return ""
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values))
    return _ALPHABET[-total % 31]


def is_credit_code(code: str) -> bool:
    """Tell whether a code has the form of a credit code and its check sign is right."""
    return len(code) == _LENGTH and code[-1] == check_sign(code)


def doubtful_credit_codes(codes: pd.Series, *, file: str, name: str) -> list[Issue]:
    """Name the credit codes that a slip of the pen may have changed, and those that come twice.

    Parameters
    ----------
    codes
        The codes by row of the file, in capitals; "" where none is given.
    file, name
        Name of the file and of the column.

    Returns
    -------
    A READ-20 issue for codes whose form or check sign is wrong, and one for codes of two objects. A
    few codes given out before 2015 do not follow the standard, so nothing is left out.
    """
    given = codes[codes != ""]
    sound = {code: is_credit_code(code) for code in given.unique()}
    wrong = given[~given.map(sound).astype(bool)]
    doubled = given[given.duplicated(keep=False)]
    found = []
    if len(wrong):
        shown, shown_zh = listed(wrong.index)
        found.append(
            Issue(
                "READ-20",
                "warning",
                f"{file!r}, column {name!r}: {counted(len(wrong), 'credit code', 'credit codes')} "
                f"whose check digit does not fit (row {shown}: {wrong.iloc[0]!r}). Compare them "
                "with the licence; a few codes from before 2015 break the rule and are right.",
                f"“{file}”的{name}列：{len(wrong)} 个统一社会信用代码的校验位不符"
                f"（第 {shown_zh} 行：“{wrong.iloc[0]}”）。请与营业执照核对；"
                "2015 年以前发放的个别代码不合规则而有效。",
                code=file,
            )
        )
    if len(doubled):
        shown, shown_zh = listed(doubled.index)
        found.append(
            Issue(
                "READ-20",
                "warning",
                f"{file!r}, column {name!r}: {counted(len(doubled), 'object', 'objects')} with a "
                f"credit code that another one has (rows {shown}: {doubled.iloc[0]!r}). Perhaps "
                "one firm stands in the register twice.",
                f"“{file}”的{name}列：{len(doubled)} 个对象的统一社会信用代码与其他对象相同"
                f"（第 {shown_zh} 行：“{doubled.iloc[0]}”）。可能同一企业登记了两次。",
                code=file,
            )
        )
    return found
