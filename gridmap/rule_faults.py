"""Faults of a rules file in plain words: which key, what was found, what is allowed."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

__all__ = ["rule_faults"]

_WORDS = {
    "string_type": "must be a text in quotes",
    "int_type": "must be a whole number without quotes",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number without quotes",
    "bool_type": "must be true or false, without quotes",
    "date_from_datetime_parsing": "must be a date such as 2026-01-01",
    "date_type": "must be a date such as 2026-01-01",
    "finite_number": "must be a finite number",
    "tuple_type": "must be a list in [brackets]",
    "dict_type": "must be a table of key = value",
    "model_type": "must be a table of key = value",
    "missing": "is missing",
}


def rule_faults(
    error: ValidationError, given: Mapping[str, Any], model: type[BaseModel]
) -> list[str]:
    """Say every fault that pydantic found as one sentence, in the order of the file's sections.

    Parameters
    ----------
    error
        What validating the rules raised.
    given
        The file as read, to name a layer or a register by its file.
    model
        What it was validated against, to list the keys that are allowed.
    """
    sentences: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for fault in error.errors():
        # A key out of two lists gives a fault for each list: they are said as one.
        where = _place(fault["loc"], given)
        sentences.setdefault((where, fault["type"]), []).append(fault)
    return [_sentence(where, faults, model) for (where, _), faults in sentences.items()]


def _place(loc: Sequence[Any], given: Any) -> str:
    """Name a place in the file: `capacity.officer_hours`, `layers 2 ('roads.gpkg').codes`."""
    words: list[str] = []
    here = given
    for part in loc:
        if isinstance(part, int):
            here = here[part] if isinstance(here, list) and part < len(here) else None
            file = here.get("file") if isinstance(here, Mapping) else None
            words[-1:] = [
                f"{words[-1] if words else ''} {part + 1}" + (f" ({file!r})" * bool(file))
            ]
        elif str(part) != "[key]" and not str(part).startswith(("literal[", "union[")):
            here = here.get(part) if isinstance(here, Mapping) else None
            words.append(str(part))
    return ".".join(words) or "the file"


def _sentence(where: str, faults: Sequence[Mapping[str, Any]], model: type[BaseModel]) -> str:
    fault = faults[0]
    kind, found = fault["type"], fault["input"]
    shown = f" Found {found!r}." if isinstance(found, (str, int, float, bool)) else ""
    if kind == "extra_forbidden":
        return f"{where}: unknown key. {_known_keys(fault['loc'], model)}"
    if kind == "literal_error":
        allowed = ", ".join(dict.fromkeys(_choices(faults)))
        name = "unknown key" if "[key]" in fault["loc"] else "is not allowed"
        return f"{where}: {name}. Allowed: {allowed}.{shown}"
    if kind == "string_pattern_mismatch":
        return f"{where}: must be 1 to 20 digits or Latin letters.{shown}"
    text = _WORDS.get(kind) or fault["msg"].removeprefix("Value error, ")
    return f"{where}: {text.replace('Input should be', 'must be')}.{shown}"


def _choices(faults: Sequence[Mapping[str, Any]]) -> list[str]:
    expected = [fault["ctx"]["expected"].replace(" or ", ", ") for fault in faults]
    return [word for text in expected for word in text.split(", ")]


def _known_keys(loc: Sequence[Any], model: type[BaseModel]) -> str:
    """List the keys that the section of an unknown key knows, the nearest one first."""
    keys = sorted(_fields(model, loc[:-1]))
    near = difflib.get_close_matches(str(loc[-1]), keys, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return f"{hint}Allowed here: {', '.join(keys)}."


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
