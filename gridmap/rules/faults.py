"""Faults of a rules file in plain words: which key, what was found, what is allowed.

Every fault is said in English and Chinese; the kinds are those that pydantic tells apart.
"""

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.phrases import few_texts

__all__ = ["RuleFault", "faulty_file", "placed_faults", "rule_faults"]

_TOLD = 40  # faults named in an error; the others are counted


class RuleFault(ValueError):
    """A value that the rules themselves refuse, said in English and Chinese."""

    def __init__(self, message: str, zh: str) -> None:
        super().__init__(message)
        self.zh = zh


_DATE = Named("must be a date such as 2026-01-01", "须为日期，如 2026-01-01")
_TABLE = Named("must be a table of key = value", "须为“键 = 值”的表")
_NO_TEXT = Named("must not be empty", "不得为空")
# {…} stands for what pydantic says about the bound.
_WORDS: Mapping[str, Named] = {
    "string_type": Named("must be a text in quotes", "须为加引号的文字"),
    "int_type": Named("must be a whole number without quotes", "须为不加引号的整数"),
    "int_from_float": Named("must be a whole number", "须为整数"),
    "float_type": Named("must be a number without quotes", "须为不加引号的数字"),
    "bool_type": Named("must be true or false, without quotes", "须为 true 或 false，不加引号"),
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_type": _DATE,
    "finite_number": Named("must be a finite number", "须为有限的数字"),
    "greater_than": Named("must be greater than {gt:g}", "须大于 {gt:g}"),
    "greater_than_equal": Named("must be greater than or equal to {ge:g}", "须大于或等于 {ge:g}"),
    "less_than_equal": Named("must be less than or equal to {le:g}", "须小于或等于 {le:g}"),
    "string_too_short": _NO_TEXT,
    "too_short": Named("must have {min_length} or more entries", "至少要有 {min_length} 项"),
    "too_long": Named("must have {max_length} entries at most", "最多 {max_length} 项"),
    "string_pattern_mismatch": Named(
        "must be 1 to 20 digits or Latin letters", "须为 1 至 20 位数字或拉丁字母"
    ),
    "tuple_type": Named("must be a list in [brackets]", "须为 [方括号] 中的列表"),
    "dict_type": _TABLE,
    "model_type": _TABLE,
    "missing": Named("is missing", "缺少此项"),
}


def faulty_file(
    error: ValidationError, given: Mapping[str, Any], model: type[BaseModel], file: Named
) -> LayerSchemaError:
    """Give the error that lists what is wrong in a file of settings, the first of it by words.

    Parameters
    ----------
    error, given, model
        As for `rule_faults`.
    file
        What the file is, at the beginning of the sentence.
    """
    faults = rule_faults(error, given, model)
    listed = few_texts(faults, _TOLD, lines=True)
    many = "s" if len(faults) != 1 else ""
    return LayerSchemaError(
        f"{file} has {len(faults)} fault{many}:\n{listed.en}",
        f"{file.zh}有 {len(faults)} 处错误：\n{listed.zh}",
    )


def rule_faults(
    error: ValidationError, given: Mapping[str, Any], model: type[BaseModel]
) -> list[Named]:
    """Say every fault that pydantic found as one sentence, in the order of the file's sections.

    The sentences are English and Chinese.

    Parameters
    ----------
    error
        What validating the rules raised.
    given
        The file as read, to name a layer or a register by its file.
    model
        What it was validated against, to list the keys that are allowed.
    """
    return [
        Named(f"{where}: {said}", f"{where.zh}：{said.zh}")
        for where, _, said in _said(error, given, model)
    ]


def placed_faults(
    error: ValidationError, given: Mapping[str, Any], model: type[BaseModel]
) -> list[tuple[str, Named]]:
    """Say the same faults each with its dotted key beside it and not in the sentence.

    The key is that of a section when a section as a whole is at fault, "" for the whole file.
    """
    return [(key, said) for _, key, said in _said(error, given, model)]


def _said(
    error: ValidationError, given: Mapping[str, Any], model: type[BaseModel]
) -> list[tuple[Named, str, Named]]:
    """Give place, dotted key and sentence of every fault."""
    sentences: dict[tuple[Named, str, str], list[Mapping[str, Any]]] = {}
    for fault in error.errors():
        # A key out of two lists gives a fault for each list: they are said as one.
        where = Named(_place(fault["loc"], given), _place_zh(fault["loc"], given))
        key = ".".join(str(part) for part in fault["loc"] if _is_key(part))
        sentences.setdefault((where, key, fault["type"]), []).append(fault)
    return [(where, key, _sentence(faults, model)) for (where, key, _), faults in sentences.items()]


def _place(loc: Sequence[Any], given: Any) -> str:
    """Name a place in the file: `capacity.officer_hours`, `layers 2 ('roads.gpkg').codes`."""

    def entry(number: int, file: object) -> str:
        return f" {number}" + (f" ({file!r})" if file else "")

    return _path(loc, given, entry) or "the file"


def _place_zh(loc: Sequence[Any], given: Any) -> str:
    def entry(number: int, file: object) -> str:
        return f" 第 {number} 项" + (f"（{quoted(file)}）" if file else "")

    return _path(loc, given, entry) or "文件"


def _path(loc: Sequence[Any], given: Any, entry: Callable[[int, Any], str]) -> str:
    words: list[str] = []
    here = given
    for part in loc:
        if isinstance(part, int):
            here = here[part] if isinstance(here, list) and part < len(here) else None
            file = here.get("file") if isinstance(here, Mapping) else None
            words[-1:] = [f"{words[-1] if words else ''}{entry(part + 1, file)}"]
        elif _is_key(part):
            here = here.get(part) if isinstance(here, Mapping) else None
            words.append(str(part))
    return ".".join(words)


def _is_key(part: object) -> bool:
    """Whether a part of a place stands in the file; the others name a way of the models."""
    return str(part) != "[key]" and not str(part).startswith(("literal[", "union["))


def _sentence(faults: Sequence[Mapping[str, Any]], model: type[BaseModel]) -> Named:
    fault = faults[0]
    kind, found = fault["type"], fault["input"]
    if kind == "extra_forbidden":
        keys = _known_keys(fault["loc"], model)
        return Named(f"unknown key. {keys}", f"没有这个键。{keys.zh}")
    shown, shown_zh = "", ""
    if isinstance(found, (str, int, float, bool)):
        plain = quoted(found) if isinstance(found, str) else f" {str(found).lower()}"
        shown, shown_zh = f" Found {found!r}.", f"现为{plain}。"
    if kind == "literal_error":
        allowed = list(dict.fromkeys(_choices(faults)))
        allowed_zh = quoted(*(word.strip("'") for word in allowed))
        is_key = "[key]" in fault["loc"]
        name, name_zh = ("unknown key", "没有这个键") if is_key else ("is not allowed", "取值不对")
        return Named(
            f"{name}. Allowed: {', '.join(allowed)}.{shown}",
            f"{name_zh}。可填：{allowed_zh}。{shown_zh}",
        )
    text = _words_of(fault)
    return Named(f"{text}.{shown}", f"{text.zh}。{shown_zh}")


def _words_of(fault: Mapping[str, Any]) -> Named:
    """Say a fault that one sentence of the table, or of the rules themselves, is about."""
    context = fault.get("ctx", {})
    own = context.get("error")
    if isinstance(own, RuleFault):
        return Named(str(own), own.zh)
    words = _WORDS.get(fault["type"])
    if words is None:
        said = fault["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
        return Named(said, f"取值不对（{said}）")
    return Named(words.en.format(**context), words.zh.format(**context))


def _choices(faults: Sequence[Mapping[str, Any]]) -> list[str]:
    expected = [fault["ctx"]["expected"].replace(" or ", ", ") for fault in faults]
    return [word for text in expected for word in text.split(", ")]


def _known_keys(loc: Sequence[Any], model: type[BaseModel]) -> Named:
    """List the keys that the section of an unknown key knows, the nearest one first."""
    keys = sorted(_fields(model, loc[:-1]))
    near = difflib.get_close_matches(str(loc[-1]), keys, n=1)
    hint, hint_zh = "", ""
    if near:
        hint, hint_zh = f"Did you mean {near[0]!r}? ", f"是否想写{quoted(near[0])}？"
    return Named(
        f"{hint}Allowed here: {', '.join(keys)}.", f"{hint_zh}此处可用：{'、'.join(keys)}。"
    )


def _fields(model: type[BaseModel], loc: Sequence[Any]) -> list[str]:
    """Follow a place through the models to the section it lies in."""
    here = model
    for part in loc:
        if not isinstance(part, str) or part not in here.model_fields:
            continue
        inner = _models(here.model_fields[part].annotation)
        here = inner[0] if inner else here
    return list(here.model_fields)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models(part)]
