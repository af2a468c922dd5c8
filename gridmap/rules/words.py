"""Rules in the words of the screens: names, limits, values and sources of keys, in one language."""

import math
import re
from collections.abc import Mapping
from typing import Any

from gridmap.rules.fields import ANY_KIND, RuleField, rule_fields
from gridmap.rules.sources import Source
from gridmap.words import WORDS, Language, say
from layers.contract.categories import CATEGORIES, SUBCLASSES
from layers.registers.classes import CLASSES

__all__ = [
    "choice_name",
    "field_of",
    "key_name",
    "kind_name",
    "label",
    "limits",
    "named_fault",
    "note_text",
    "place_name",
    "source_text",
    "value_text",
]

_KINDS = {kind.key: kind for kind in (*CATEGORIES, *SUBCLASSES)}
ROLE_PLACES = "roles.*.on"
_LATIN_WORD = re.compile("[a-z]{4}")
_ENTRY = re.compile(r"^(layers|registers|context|units)\b.*?(?:\.(\w+))?$")


def field_of(key: str) -> tuple[RuleField, str] | None:
    """Find the field of a dotted key, and the kind of ground in it ("" for none)."""
    parts = key.split(".")
    for field in rule_fields():
        wanted = field.key.split(".")
        if len(wanted) != len(parts):
            continue
        kinds = [part for one, part in zip(wanted, parts, strict=True) if one == ANY_KIND]
        same = all(one in (ANY_KIND, part) for one, part in zip(wanted, parts, strict=True))
        if same and all(kind in field.kinds or not field.kinds for kind in kinds):
            return field, "".join(kinds)
    return None


def kind_name(kind: str, language: Language) -> str:
    """Name a kind of ground; `default` is all others."""
    if kind == "default":
        return say("rules.default_kind", language)
    found = _KINDS.get(kind)
    if found is None:  # a role, by its key
        return kind
    return found.zh if language == "zh" else found.en


def label(field: RuleField, language: Language, *, kind: str = "") -> str:
    """Name a field with its unit; with the kind of ground in place of its own name."""
    if kind:  # the unit stands once over all kinds
        of_load = field.section == "load"
        return say(field.name, language) if of_load else kind_name(kind, language)
    name = say(field.name, language)
    if not field.unit:
        return name
    return say(
        "rules.labelled", language, name=name, unit=say(f"rules.unit.{field.unit}", language)
    )


def key_name(key: str, language: Language, *, roles: Mapping[str, str] | None = None) -> str:
    """Name a dotted key as a planner knows it: section, kind of ground or role, and name.

    Parameters
    ----------
    key
        As in the file.
    language
        Of the screen.
    roles
        Names of the roles of the town by their keys.
    """
    found = field_of(key)
    if found is None:
        entry = _ENTRY.match(key)
        section, _, role = (entry[1] if entry else key).partition(".")
        word = f"rules.section.{section}"
        if roles and section == "roles" and role in roles:
            section = say(word, language)
            return say("rules.of_section", language, section=section, name=roles[role])
        return say(word, language) if word in WORDS else key
    field, kind = found
    section = say(f"rules.section.{field.section}", language)
    name = say(field.name, language)
    if kind:
        kind = (roles or {}).get(kind) or kind_name(kind, language)
        return say("rules.of_kind", language, section=section, kind=kind, name=name)
    return say("rules.of_section", language, section=section, name=name)


def limits(field: RuleField, language: Language) -> str:
    """Say what values a number may have; "" when any may stand."""
    if field.above is not None:
        text = say("rules.limit.above", language, above=field.above)
    elif field.most is not None:
        text = say("rules.limit.between", language, least=field.least, most=field.most)
    elif field.least is not None:
        text = say("rules.limit.least", language, least=field.least)
    elif field.form == "pair":
        text = say("rules.limit.least", language, least=0)
    else:
        return ""
    return say("rules.limit.whole", language, limits=text) if field.form == "whole" else text


def value_text(field: RuleField | None, value: Any, language: Language) -> str:
    """Say a value of a field."""
    if value is None or value == "" or value == ():
        return say("rules.value.none", language)
    if isinstance(value, bool):
        return say("rules.value.yes" if value else "rules.value.no", language)
    if isinstance(value, (list, tuple)):
        if field is not None and field.form == "pair":
            return "–".join(value_text(None, one, language) for one in value)
        if any(isinstance(one, Mapping) for one in value):
            return say("rules.value.entries", language, count=len(value))
        named = place_name if field is not None and field.key == ROLE_PLACES else None
        said = [named(str(one), language) if named else value_text(field, one, language)
                for one in value]  # fmt: skip
        return say("mark.list", language).join(said)
    if isinstance(value, (int, float)):
        return f"{value:.12g}" if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return "…"
    return choice_name(str(value), language) if field is not None and field.choices else str(value)


def choice_name(value: str, language: Language) -> str:
    """Name one of the values that a field may have."""
    if value in _KINDS:
        return kind_name(value, language)
    word = f"rules.choice.{value}"
    return say(word, language) if word in WORDS else value


def place_name(place: str, language: Language) -> str:
    """Name a kind of places that roles have posts on, such as group:alliance."""
    kind, _, more = place.partition(":")
    if kind == "group" and more:
        return say("rules.place.group", language, kind=say(f"people.group.{more}", language))
    if kind == "object" and more in CLASSES:
        own = CLASSES[more]
        return say("rules.place.object", language, kind=own.zh if language == "zh" else own.en)
    if kind == "base" and more:
        return say("rules.place.base_level", language, level=more)
    word = f"rules.place.{place}"
    return say(word, language) if word in WORDS else place


def source_text(source: Source | None, language: Language) -> str:
    """Say where a value comes from; a note stands beside it where the language can show it."""
    mark = source.mark if source is not None else ""
    said = say(f"rules.source.{mark or 'none'}", language)
    note = note_text(source, language)
    if not note:
        return said
    return say("rules.source_note", language, source=said, note=note)


def note_text(source: Source | None, language: Language) -> str:
    """Give the part of the note beside a value that is in the language.

    Notes of the samples say it in Chinese and then in English; a rule such as CAP-5 reads in both.
    """
    note = source.note if source is not None else ""
    found = re.search("[\u4e00-\u9fff].*[\u4e00-\u9fff]", note)
    if found is None:
        return note if language == "en" or not _LATIN_WORD.search(note) else ""
    before, rest = note[: found.start()], note[found.end() :].strip()
    if language == "en":
        return rest if re.search("[A-Za-z]{2}", rest) else ""
    return found[0] if _LATIN_WORD.search(before) else before + found[0]


def named_fault(text: str, key: str, language: Language) -> str:
    """Put the names of the screens in the place of keys in a sentence about a section."""

    def name(match: re.Match[str]) -> str:
        found = field_of(f"{key}.{match[0]}" if key else match[0])
        return say(found[0].name, language) if found else match[0]

    return re.sub(r"\b[a-z]+(?:_[a-z0-9]+)+\b", name, text)
