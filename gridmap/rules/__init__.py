"""The rules of a town: read strictly, changed without losing a comment, shown as a form.

`schema` says what there is and refuses the rest; `text` and `entries` change the file, `history`
keeps what it was; a form and the page of rules are made of `fields`, `words` and `sources`.

Its modules:

    changes     changes of rules by key: written into the text of the file, checked, and told apart
    document    writes the page `docs/rules.md`
    entries     what the rules say about the files of a town, and what is still missing
    faults      faults of a rules file in plain words: which key, what was found, what is allowed
    fields      every key: what may stand there, its unit, default and source
    files       the files that a town's rules name: what each is, and what it does not say itself
    governance  what the rules say about units, roles, groups, boards and cases
    history     saving: checked first, whole or not at all; older texts are kept
    publishing  what may go out of the house, and to whom
    roles       the roles of a town: where each is needed, what it is called
    schema      the rules of a town: one TOML file, read strictly
    sources     where the values of a rules file come from, as the comments beside them say
    tables      rules files read table by table, what many say word for word only once
    text        values changed in the text of rules.toml; comments and layout stay
    town        the town itself: name, code, place on earth, office
    words       names, limits and values of keys in one language
"""

from gridmap.rules.schema import Rules, check_rules, load_rules, parse_rules

__all__ = ["Rules", "check_rules", "load_rules", "parse_rules"]
