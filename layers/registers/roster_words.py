"""The words of a roster and what they mean: roles, employment, skills and names.

A role of the rules is known by its key and its names; the words of a town come before ours.
"""

import re
from collections.abc import Container, Mapping

from layers.contract.categories import CATEGORIES, RESIDUAL, SUBCLASSES
from layers.contract.text import narrow

__all__ = [
    "EMPLOYMENT_WORDS",
    "ROLE_WORDS",
    "SKILL_WORDS",
    "is_nobody",
    "name_of",
    "names_several",
    "plain_word",
    "role_words",
    "words_of",
]

# Roles that every town has: whoever is posted on micro-grids, and standing leaders of given grids.
ROLE_WORDS: Mapping[str, str] = {
    "cadre": "cadre",
    "干部": "cadre",
    "下沉干部": "cadre",
    "leader": "leader",
    "网格长": "leader",
}
EMPLOYMENT_WORDS: Mapping[str, str] = {
    word: key
    for key, words in {
        "full": ("full", "full-time", "专职", "全职", "在编", "专职网格员"),
        "part": ("part", "part-time", "兼职", "兼任", "志愿", "志愿者", "兼职网格员"),
        "detached": ("detached", "抽调", "借调", "下沉", "派驻", "选派"),
    }.items()
    for word in words
}
SKILL_WORDS: Mapping[str, str] = {
    word.lower(): kind.key for kind in (*CATEGORIES, RESIDUAL, *SUBCLASSES) for word in kind.words
}
_SEPARATORS = re.compile("[;；、，,/／|｜\n]")
# What stands for a name where a post is vacant, or the name is one row above.
_NOBODY = re.compile(
    r"(?:无|暂无|待定|待补|待补充|待配|空缺|缺|暂缺|未定|未配备|同上|〃|拟任|姓名|某某|xxx?|none|n/a|tbd|vacant)"
    r"|[\d\W_]+",
    re.IGNORECASE,
)
_HAN = "[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
# A single sign beside a blank belongs to what is behind it; between longer parts the blank stays,
# as in names that are written in parts: 阿依 古丽.
_BLANK = re.compile(rf"(?<=(?<!{_HAN}){_HAN})\s+(?={_HAN})|(?<={_HAN})\s+(?={_HAN}(?!{_HAN}))")
_BLANKS = re.compile("[ \t]+")
# The dot of a name such as 买买提·阿不都, in all the widths and heights that keyboards have.
_DOT = re.compile(rf"(?<={_HAN})\s*[·•∙⋅‧・･●.．]\s*(?={_HAN})")
_SEVERAL = re.compile(rf"{_HAN}{{2,4}}(?:\s*[、，,;；/／|\n]\s*{_HAN}{{2,4}})+")
# What stands behind a name and is none: 李四、副镇长, 王五，汉族.
_NO_NAME = re.compile(".*(?:长|员|主任|书记|干部|会计|文书|助理|族)")


def name_of(text: str) -> str:
    """Write a name without the blanks that set it wide (张　三), and with one kind of dot in it."""
    plain = _BLANKS.sub(" ", text.replace("\u3000", " ").replace("\xa0", " "))
    return _DOT.sub("·", _BLANK.sub("", plain))


def is_nobody(name: str) -> bool:
    """Tell a name that is none: 待定, 空缺, a number or a dash."""
    return _NOBODY.fullmatch(narrow(name)) is not None


def names_several(name: str) -> bool:
    """Tell a cell with the names of several people: 张三、李四."""
    if _SEVERAL.fullmatch(name.strip()) is None:
        return False
    return not any(_NO_NAME.fullmatch(word) for word in words_of(name)[1:])


def plain_word(text: str) -> str:
    """Write a word as it is looked up: narrow, small letters, no blanks."""
    return "".join(narrow(text).lower().split())


def words_of(text: str, known: Container[str] = ()) -> list[str]:
    """Give the words of a cell that may hold several, as they are looked up.

    Parameters
    ----------
    text
        The cell.
    known
        Words that count as a whole, whatever signs are in them.
    """
    if (whole := plain_word(text)) in known:
        return [whole]
    return [word for part in _SEPARATORS.split(text) if (word := plain_word(part))]


def role_words(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the key of a role by each word for it; those of the town come before ours."""
    return {**ROLE_WORDS, **{plain_word(word): key for word, key in (given or {}).items()}}
