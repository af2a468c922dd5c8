"""Every key of a rules file: what may stand there, its unit, its default and where that comes from.

Limits, choices and defaults are read from the models of `gridmap.rules`, so that the form, the page
of the documentation and the check of a file can never disagree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from gridmap.rules import Rules

__all__ = ["ANY_KIND", "FORM_SECTIONS", "RuleField", "rule_fields"]

Form = Literal["text", "number", "whole", "switch", "choice", "choices", "texts", "date", "pair"]
ANY_KIND = "*"  # in a key: a kind of ground or a role, such as load.farmland.hectare

# Sections that the form offers, in its order; `precedence` stands alone in the file.
FORM_SECTIONS = ("town", "load", "capacity", "split", "household_grids", "exclusive", "contiguity",
                 "borders", "residual", "tiling", "numbering", "households", "assignment",
                 "roles", "pins", "service", "duties", "publish")  # fmt: skip
_SHOWN_WITH = {"precedence": "tiling"}

# Unit of a key, by its last part or by the whole key.
_UNITS = {
    "area_km2_declared": "km2", "officer_hours": "hours", "officers_min": "officers",
    "officers_max": "officers", "points_per_hour": "points", "load_index_max": "times",
    "target": "grids", "min_area_ha.*": "ha",
    "min_area_ha_default": "ha", "warn_area_ha": "ha", "warn_purity": "share",
    "area_ha": "ha", "width_min_m": "m", "compactness_min": "share",
    "min_border_m": "m", "max_gap_m": "m", "near_m": "m",
    "sliver_width_m": "m", "sliver_area_m2": "m2",
    "sliver_area_by_kind_m2.*": "m2",
    "micro_digits": "digits", "hectare": "hours", "patch": "hours", "household": "hours",
    "road": "times", "river": "times", "track": "times", "parcel": "times", "nothing": "times",
    "object": "hours", "case": "hours", "keep_months": "months",
    "*.skill": "", "*.hours": "hours",  # of a role
    "skill": "cost", "home": "cost", "change": "cost",
    "distance_km": "cost",
    "minutes": "minutes", "walk_kmh": "kmh", "bicycle_kmh": "kmh", "detour": "times",
    "proposals": "stations",
}  # fmt: skip

# Where a default comes from: P a published standard or practice, S the newspaper report, C computed
# from its figures, A an assumption for each town to change; and the rule of the field it follows.
_SOURCES: Mapping[str, tuple[str, str]] = {
    "precedence": ("A", "registers before status of supply before land cover"),
    "capacity.officer_hours": ("A", "one day a week a cadre in the sample"),
    "capacity.officers_min": ("P", "ASSIGN-2"),
    "capacity.officers_max": ("A", "ASSIGN-2"),
    "capacity.load_index_max": ("A", "ASSIGN-7"),
    "household_grids.households": ("P", "CAP-3"),
    "split.min_area_ha_default": ("A", "CAP-5"),
    "split.warn_area_ha": ("A", "CAP-5"),
    "split.bands.*.area_ha": ("A", "CAP-5"),
    "split.bands.*.households": ("A", "CAP-5"),
    "split.bands.*.objects": ("A", "CAP-5"),
    "split.width_min_m": ("A", "CAP-11"),
    "split.compactness_min": ("A", "CAP-11"),
    "split.warn_purity": ("A", "CAT-1"),
    "tiling.sliver_width_m": ("P", "COV-5"),
    "tiling.sliver_area_m2": ("A", "COV-6 asks for 400 m² and more"),
    "numbering.micro_digits": ("P", "CODE-2"),
    "borders.near_m": ("A", "half the width of a road and its verge"),
    "town.area_km2_declared": ("S", "the figure that the town reports"),
    "split.target": ("S", "142 in the sample town"),
    "service.minutes": ("S", "the ten-minute circles of the report"),
    "service.walk_kmh": ("A", "an adult without luggage"),
    "service.bicycle_kmh": ("A", "a shared bicycle with stops at crossings"),
    "service.detour": ("A", "about 1.2 in towns by Newell 1980, more on foot"),
    "duties.*": ("S", "the five duties of the report"),
    "publish.names_public": ("A", "PUB-4, docs/publishing.md"),
    "publish.source_classification": ("P", "PUB-5, docs/publishing.md"),
    "publish.keep_months": ("A", "PIPL art. 19 names no number"),
}


@dataclass(frozen=True)
class RuleField:
    """One key of a rules file."""

    key: str  # dotted; `*` stands for a kind of ground, `[]` for an entry of a list
    section: str  # under which the form shows it
    form: Form
    unit: str  # key of the words `rules.unit.…`; "" for none
    default: Any  # None: nothing, or the file has to say
    required: bool
    least: float | None = None
    above: float | None = None  # as `least`, but the value itself is not allowed
    most: float | None = None
    choices: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()  # what `*` may stand for; none: any name
    mark: str = "A"  # of the default: S, P, C or A
    source: str = ""

    @property
    def is_of_file(self) -> bool:
        """Whether it says how a file is read; the form leaves those to the page of the data."""
        return self.section not in FORM_SECTIONS or self.key.startswith("contiguity.barriers.")

    @property
    def is_on_form(self) -> bool:
        """Whether the form shows it; three bands for each of nineteen kinds would hide the rest."""
        return not (self.is_of_file or self.key.startswith("split.bands."))

    @property
    def name(self) -> str:
        """Key of its words: `rules.capacity.officer_hours`, `rules.file.encoding`."""
        return (
            f"rules.file.{self.key.rpartition('.')[2]}" if self.is_of_file else f"rules.{self.key}"
        )

    def at(self, kind: str) -> str:
        """Give the key in the file for a kind of ground."""
        return self.key.replace(ANY_KIND, kind)


@cache
def rule_fields() -> tuple[RuleField, ...]:
    """Give every key of a rules file, those of the form first, in the order of the form."""
    schema = Rules.model_json_schema()
    found = [field for name in schema["properties"] for field in _section(name, schema)]
    order = list(dict.fromkeys([*FORM_SECTIONS, *schema["properties"]]))
    return tuple(sorted(found, key=lambda field: order.index(field.section)))


def _section(name: str, schema: Mapping[str, Any]) -> Iterator[RuleField]:
    required = name in schema.get("required", ())
    part = _resolved(schema["properties"][name], schema)
    if "properties" in part:
        yield from _table(name, part, schema, section=name)
    elif part.get("type") == "array" and "properties" in _items(part, schema):
        yield from _table(f"{name}[]", _items(part, schema), schema, section=name)
    elif "additionalProperties" in part:
        yield from _by_kind(name, part, schema, section=name)
    else:
        yield _field(name, part, schema, section=_SHOWN_WITH[name], required=required)


def _table(
    prefix: str, part: Mapping[str, Any], schema: Mapping[str, Any], *, section: str
) -> Iterator[RuleField]:
    for name, given in part["properties"].items():
        inner = _resolved(given, schema)
        key = f"{prefix}.{name}"
        if "properties" in inner:  # a file inside a section, such as contiguity.barriers
            yield from _table(key, inner, schema, section=section)
        elif "additionalProperties" in inner:
            yield from _by_kind(key, inner, schema, section=section)
        else:
            yield _field(key, inner, schema, section=section,
                         required=name in part.get("required", ()))  # fmt: skip


def _by_kind(
    key: str, part: Mapping[str, Any], schema: Mapping[str, Any], *, section: str
) -> Iterator[RuleField]:
    kinds = _kinds(key)
    inner = _resolved(part["additionalProperties"], schema)
    if "properties" in inner:
        for name, given in inner["properties"].items():
            yield _field(f"{key}.{ANY_KIND}.{name}", _resolved(given, schema), schema,
                         section=section, kinds=kinds)  # fmt: skip
    else:
        yield _field(f"{key}.{ANY_KIND}", inner, schema, section=section, kinds=kinds)


def _kinds(key: str) -> tuple[str, ...]:
    """Give the kinds that a table by kind may name; a schema does not tell them, the models do."""
    here: Any = Rules
    for part in key.split("."):
        here = here.model_fields[part].annotation
    return _words(get_args(here)[0])


def _words(annotation: Any) -> tuple[str, ...]:
    parts = get_args(annotation)
    return tuple(
        word for part in parts for word in ((part,) if isinstance(part, str) else _words(part))
    )


def _field(
    key: str,
    part: Mapping[str, Any],
    schema: Mapping[str, Any],
    *,
    section: str,
    required: bool = False,
    kinds: tuple[str, ...] = (),
) -> RuleField:
    mark, source = _SOURCES.get(key, ("A", ""))
    last = key.rpartition(".")[2]
    unit = next((_UNITS[one] for one in (key.partition(".")[2], last) if one in _UNITS), "")
    default = part.get("default")
    return RuleField(
        key=key,
        section=section,
        form=_form(part, schema),
        unit=unit,
        default=tuple(default) if isinstance(default, list) else default,
        required=required,
        least=part.get("minimum"),
        above=part.get("exclusiveMinimum"),
        most=part.get("maximum"),
        choices=_choices(part, schema),
        kinds=kinds,
        mark=mark,
        source=source,
    )


def _form(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Form:
    if part.get("type") == "array":
        if "prefixItems" in part:
            return "pair"
        return "choices" if _choices(part, schema) else "texts"
    if _choices(part, schema):
        return "choice"
    if part.get("format") == "date":
        return "date"
    by_type: dict[str, Form] = {"integer": "whole", "number": "number", "boolean": "switch"}
    return by_type.get(str(part.get("type")), "text")


def _choices(part: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[str, ...]:
    if part.get("type") == "array":
        items = _items(part, schema)
        return () if "prefixItems" in part else _choices(items, schema)
    several = part.get("anyOf", [part])
    return tuple(
        str(one)
        for entry in several
        for one in entry.get("enum", [entry["const"]] if "const" in entry else [])
    )


def _items(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return _resolved(part.get("items", {}), schema) if isinstance(part.get("items"), dict) else {}


def _resolved(part: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Follow references, and take what is there of a value that may be absent."""
    whole = dict(part)
    entries = [one for one in whole.get("anyOf", ()) if one.get("type") != "null"]
    if "anyOf" in whole and len(entries) == 1:
        whole = {**whole, **entries[0]}
        whole.pop("anyOf")
    if "$ref" in whole:
        name = whole.pop("$ref").rpartition("/")[2]
        whole = {**schema["$defs"][name], **whole}
    return whole
