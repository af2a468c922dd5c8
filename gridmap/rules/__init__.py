"""The rules of a town: read strictly, changed without losing a comment, shown as a form.

`schema` says what there is and refuses the rest; `text` and `entries` change the file, `history`
keeps what it was; a form and the page of rules are made of `fields`, `words` and `sources`.
"""

from gridmap.rules.schema import Rules, load_rules, parse_rules

__all__ = ["Rules", "load_rules", "parse_rules"]
