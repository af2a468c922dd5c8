"""Land-use codes to categories: tables of prefix and target, of which the longest prefix wins.

The same digits mean different things in different systems (0601 is industry in GB/T 21010 and a
country road in the classes of 2023), so the system is always declared, never guessed. Codes that
contradict the declared edition (111 is a river in that of 2007) are refused.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from layers.contract.categories import CATEGORY_KEYS, RESIDUAL
from layers.contract.errors import LayerSchemaError, quoted
from layers.contract.identifiers import code_of
from layers.contract.text import narrow
from layers.landuse.code_tables import read_code_table

__all__ = ["classify", "full_code", "short_prefixes", "unmatched_prefixes"]

_OLD, _NEW = "gbt21010_2007", "gbt21010"
_EVEN_SYSTEMS = (_NEW, "yongdi_yonghai_2023")
# How many second-level classes the first nine classes of GB/T 21010-2017 have.
_CLASSES = {"1": 3, "2": 4, "3": 7, "4": 4, "5": 8, "6": 4, "7": 2, "8": 10, "9": 6}
_STEM = re.compile(r"\d*")
# From this share of codes on that only the old edition has, a layer is of the old edition.
_TOO_MANY = 0.05
_ANY = "*"
_BETWEEN = re.compile("[、,;/+|]")  # two codes of one parcel
_NUMBERED = re.compile(r"\s*\d+[A-Za-z]?\s*")
_DAY = re.compile(r"\d{1,2}[-.]\d{1,2}|\d{1,2}月\d{1,2}日?")  # what a spreadsheet makes of 3-1


def classify(codes: pd.Series, system: str | Path) -> pd.DataFrame:
    """Say what each land-use code is: a category, or residual ground of a sub-class.

    Parameters
    ----------
    codes
        Codes as text. In the built-in systems of digits a lost leading zero (`102` for `0102`,
        which spreadsheets do) is put back: their codes have an even number of digits, or three.
        For `osm` the value is `key=value`, or the value alone in a column named after the key.
    system
        `"gbt21010"`, `"gbt21010_2007"`, `"yongdi_yonghai_2023"`, `"osm"`, or the path of a CSV with
        the columns `prefix` and `target` (or 编码 and 类别); a prefix `*` there stands for every
        other code, and a target may be written by its Chinese or English name.

    Returns
    -------
    A frame on the index of `codes` with the columns `category` (one of the seven or `residual`),
    `subclass` (of residual ground, else ""), `candidate` (category that the ground may have when a
    list of the town says so, such as idle land that may be developable; else "") and `matched`
    (the prefix that decided; "" for a code that the system does not know, which becomes
    `other_land`).

    Raises
    ------
    LayerFileError, LayerSchemaError
        If the table cannot be read or names an unknown target, or the codes are of another edition
        than the declared one.
    """
    table = read_code_table(system)
    texts = codes.astype("str").where(codes.notna(), "")
    if str(system) == _NEW:
        _require_new(texts)
    key = str(codes.name or "")
    number, known = pd.factorize(texts)
    found = [_decided(text, table, system, key) for text in known]
    rows = [(*_kind(table[prefix] if prefix is not None else ""), prefix or "") for prefix in found]
    columns = ["category", "subclass", "candidate", "matched"]
    frame = pd.DataFrame(rows, columns=columns).astype("str")
    return frame.take(number).set_axis(codes.index)


def unmatched_prefixes(
    codes: pd.Series, matched: pd.Series, table: Mapping[str, str]
) -> dict[str, str]:
    """Find the prefixes of a table that match no code, and the code that may have been meant.

    Parameters
    ----------
    codes
        Codes of a layer, as text.
    matched
        What decided each of them, from `classify`.
    table
        The table.

    Returns
    -------
    By prefix a code that only `*` or nothing matches and that is the prefix but for zeros that a
    spreadsheet takes away, capitals or blanks; "" when there is none.
    """
    given = {code_of(text) for text in codes.unique()}
    left = sorted({code_of(text) for text in codes[matched.isin(["", _ANY])].unique()} - {""})
    used = set(matched.unique()) | {
        text for text in table if any(one.startswith(text) for one in given)
    }
    bare = {text: _bare(text) for text in left}
    return {
        prefix: next((text for text in left if bare[text].startswith(_bare(prefix))), "")
        if _bare(prefix)
        else ""
        for prefix in table
        if prefix != _ANY and prefix not in used
    }


def short_prefixes(
    codes: pd.Series, matched: pd.Series, table: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Find prefixes that may have lost a zero in front and take the codes of others for it.

    Parameters
    ----------
    codes, matched, table
        As in `unmatched_prefixes`.

    Returns
    -------
    By prefix a code that it decides about (1006 by 1), and one that is left to `*` or nothing and
    would be decided by the prefix with its zero (0102 by 01).
    """
    plain = codes.map({text: code_of(text) for text in codes.unique()})
    left = sorted(set(plain[matched.isin(["", _ANY])]))
    found = {}
    for prefix in sorted(
        set(matched) & {text for text in table if len(text) % 2 and text.isdigit()}
    ):
        lost = next((text for text in left if text.startswith(f"0{prefix}")), "")
        taken = min(plain[(matched == prefix).to_numpy()])
        if lost and len(_digits(taken)) == len(_digits(lost)):
            found[prefix] = (taken, lost)
    return found


def _bare(code: str) -> str:
    return re.sub(r"\s", "", code).lstrip("0").lower()


def _require_new(texts: pd.Series) -> None:
    """Refuse codes of the edition of 2007 under the name of that of 2017."""
    filled = texts[texts.str.strip() != ""]
    old = filled.map({text: _is_old(text) for text in filled.unique()}).astype("bool")
    if not len(filled) or old.mean() < _TOO_MANY:
        return
    some = list(dict.fromkeys(filled[old]))[:6]
    raise LayerSchemaError(
        f"The codes {', '.join(map(repr, some))} have three digits: they are of GB/T 21010-2007 "
        f"(the second national survey), declared is {_NEW!r}, the edition of 2017. Declare codes = "
        f"{_OLD!r} for the layer in rules.toml.",
        f"编码{quoted(*some)}为三位，属 GB/T 21010-2007（二调），而声明的 {_NEW} 是 2017 年版"
        f'（三调），两者含义不同。请在 rules.toml 中将该图层的 codes 改为 "{_OLD}"。',
    )


def _is_old(text: str) -> bool:
    """Tell a code that only the edition of 2007 has: 011, or 111 where there is no 0111."""
    code = _digits(text)
    if len(code) != 3:
        return False
    return code[0] == "0" or not 1 <= int(code[1:]) <= _CLASSES[code[0]]


def _digits(text: str) -> str:
    found = _STEM.match(narrow(text).removesuffix(".0"))
    return found[0] if found else ""


def full_code(text: str, system: str | Path, key: str) -> str:
    """Write a code as its system does; "" for one that cannot be of it.

    Parameters
    ----------
    text
        The code as found.
    system
        Code system, as in `classify`.
    key
        For `osm`: the key of a value that stands alone, the name of its column.
    """
    code = code_of(text)
    if str(system) in (*_EVEN_SYSTEMS, _OLD):
        code = code.removesuffix(".0").upper()
        if _DAY.fullmatch(code):
            return ""
        digits = len(_digits(code))
        if str(system) == _OLD:
            return code.zfill(len(code) + 3 - digits) if 2 <= digits <= 3 else ""
        # One that begins with a zero has not lost it.
        return f"0{code}" if digits % 2 and (digits == 1 or code[0] != "0") else code
    if str(system) == "osm" and code and "=" not in code:
        return f"{key}={code}"
    return code


def _decided(text: str, table: Mapping[str, str], system: str | Path, key: str) -> str | None:
    """Find the prefix that decides about a text; of several codes in it only when they agree."""
    code = full_code(text, system, key)
    parts = [] if str(system) == "osm" or code in table else _BETWEEN.split(code_of(text))
    # Words of an own table have such signs too: Private College, University.
    if len(parts) < 2 or not all(_NUMBERED.fullmatch(part) for part in parts):
        return _find(code, table, system)
    found = [_find(full_code(part, system, key), table, system) for part in parts]
    targets = {None if prefix is None else table[prefix] for prefix in found}
    return found[0] if len(targets) == 1 else None


def _find(code: str, table: Mapping[str, str], system: str | Path) -> str | None:
    """Find the longest prefix of a code that the table has; OSM values count only as a whole."""
    if str(system) == "osm":
        anything = f"{code.partition('=')[0]}={_ANY}"
        return code if code in table else anything if anything in table else None
    for length in range(len(code), 0, -1):
        if code[:length] in table:
            return code[:length]
    return _ANY if _ANY in table and code else None


def _kind(target: str) -> tuple[str, str, str]:
    """Give category, sub-class and candidate of a target; an unknown code is other land."""
    if target.endswith("?"):
        return RESIDUAL.key, "other_land", target.removesuffix("?")
    if target in CATEGORY_KEYS:
        return target, "", ""
    return RESIDUAL.key, target or "other_land", ""
