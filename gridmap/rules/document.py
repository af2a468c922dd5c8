"""The page `docs/rules.md`: every key of a rules file with meaning, unit, limits and source.

Written by `python -m gridmap.rules.document > docs/rules.md` from the models and the words of the
form; a test holds the page to it.
"""

from collections.abc import Iterator

from gridmap.rules.fields import RuleField, rule_fields
from gridmap.rules.words import limits
from gridmap.words import WORDS, say
from layers.contract.categories import CATEGORIES, SUBCLASSES

__all__ = ["rules_document"]

_HEAD = """\
# The rules of a town: rules.toml

One TOML file beside the layers contains everything that a town can decide. It is read strictly:
an unknown key, a wrong type or an impossible value is rejected, with the key and what is allowed.
The page 规则 of the app is a form for the same file; it writes only changed values and keeps
comments and order. Each save keeps the previous text in the hidden folder `.rules` beside the file,
so that it can be undone.

This page is generated: `python -m gridmap.rules.document > docs/rules.md`.

## Where a value comes from

A comment after a value, or on the heading of its section, may begin with a mark. The form shows it
as 来源 beside the field:

| mark | 来源 | meaning |
| --- | --- | --- |
| `[S]` | 报道 | a figure of a report on the town |
| `[P]` | 标准或公开做法 | a published standard or practice |
| `[C]` | 由已知数字推算 | computed from such figures |
| `[A]` | 假设 | an assumption, for each town to change |

The last column of the tables below gives the source of the built-in default in the same way, with
the validation rule that it follows (CAP, COV, ASSIGN, CODE, CAT: see [checks.md](checks.md)). Loads
are in officer-hours a week throughout.

`*` in a key stands for a kind of ground, listed at the end; `default`, where allowed, means all
others. `[]` stands for an entry of a list of tables, such as `[[layers]]`.
"""

_ALLOWED = {
    "switch": "`true`, `false`",
    "date": "a date",
    "texts": "list of texts",
    "text": "text",
}


def rules_document() -> str:
    """Write the page."""
    sections = list(dict.fromkeys(field.section for field in rule_fields()))
    parts = [_HEAD, *(_section(section) for section in sections), _kinds()]
    return "\n".join(parts)


def _section(section: str) -> str:
    fields = [field for field in rule_fields() if field.section == section]
    word, about = f"rules.section.{section}", f"rules.about.{section}"
    name = say(word, "zh") if word in WORDS else section
    lines = [f"## {section} {name}\n"]
    if about in WORDS:
        lines.append(f"{say(about, 'en')}\n")
    lines.append("| key | 名称 | meaning | unit | limits | default | source |")
    lines.append("| --- | --- | --- | --- | --- | --- | --- |")
    lines += [f"| {' | '.join(_cells(field))} |" for field in fields]
    return "\n".join(lines) + "\n"


def _cells(field: RuleField) -> Iterator[str]:
    yield f"`{field.key}`"
    yield say(field.name, "zh") if field.name in WORDS else ""
    yield say(f"{field.name}.help", "en") if f"{field.name}.help" in WORDS else ""
    yield say(f"rules.unit.{field.unit}", "en") if field.unit else ""
    yield _allowed(field)
    yield _default(field)
    yield f"[{field.mark}] {field.source}".strip() if _has_source(field) else ""


def _has_source(field: RuleField) -> bool:
    """Names and files are the town's own; nobody asks where they come from."""
    return bool(field.source) or not (field.is_of_file or field.form in ("text", "date"))


def _allowed(field: RuleField) -> str:
    if len(field.choices) > 6 and "farmland" in field.choices:
        return "kinds of ground"
    if field.choices:
        return ", ".join(f"`{choice}`" for choice in field.choices)
    fixed = {
        "switch": "`true`, `false`",
        "date": "a date",
        "texts": "list of texts",
        "text": "text",
    }
    return limits(field, "en") or fixed.get(field.form, "")


def _default(field: RuleField) -> str:
    value = field.default
    if field.required:
        return "must be given"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{value}`" if value != "" else "empty"


def _kinds() -> str:
    lines = ["## Kinds of ground\n", "| key | 名称 | name | |", "| --- | --- | --- | --- |"]
    lines += [f"| `{kind.key}` | {kind.zh} | {kind.en} | category |" for kind in CATEGORIES]
    lines += [f"| `{kind.key}` | {kind.zh} | {kind.en} | other ground |" for kind in SUBCLASSES]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(rules_document(), end="")
