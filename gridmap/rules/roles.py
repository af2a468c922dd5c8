"""The roles of a town: those that every plan has, and those of its rules.

A standing leader has a given grid, cadres are posted on micro-grids; whatever else there is (cadres
of enterprises, police officers, service officers …) the rules name under `[roles]`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import count

import pandas as pd

from gridmap.rules.schema import Rules
from gridmap.words import WORDS, Language, say
from layers.contract.phrases import capital

__all__ = [
    "CADRE",
    "LEADER",
    "MEMBER",
    "OFFICERS",
    "Role",
    "kinds_of_grids",
    "leading_roles",
    "new_role_key",
    "role_name",
    "role_title",
    "role_word_keys",
    "roles_of",
    "takes",
    "town_names",
]

LEADER, MEMBER, CADRE = "leader", "member", "cadre"
OFFICERS = (LEADER, MEMBER)  # roles of the posts that every plan has


@dataclass(frozen=True)
class Role:
    """One role: what it is called, where it is needed, and what a post of it asks for."""

    key: str
    name: str
    name_en: str
    leads: bool = False
    on: tuple[str, ...] = ()
    number: int = 1
    hours: float = 0.0  # officer-hours a week; 0: as capacity.officer_hours
    skill: str = ""
    duties: tuple[str, ...] = ()
    optional: bool = False
    standing: bool = False  # only whoever holds it in the roster takes it


_OWN = {
    LEADER: Role(LEADER, "网格长", "leader", leads=True, standing=True),
    MEMBER: Role(MEMBER, "网格员", "member"),
    CADRE: Role(CADRE, "干部", "cadre"),
}


def roles_of(rules: Rules) -> dict[str, Role]:
    """Give every role of a town by its key: leader, member and cadre first, then its own."""
    found = dict(_OWN)
    for key, given in rules.roles.items():
        made = Role(
            key=key,
            name=given.name,
            name_en=given.name_en,
            leads=given.leads,
            on=given.on,
            number=given.number,
            hours=given.hours,
            skill=given.skill,
            duties=given.duties,
            optional=given.optional,
            standing=given.standing,
        )
        if key in _OWN:  # its name, hours and duties may be the town's; what it is stays
            own = _OWN[key]
            made = replace(made, leads=own.leads, standing=own.standing)
        found[key] = made
    return found


def new_role_key(letters: str, taken: Collection[str]) -> str:
    """Make a key for a new role: its name in Latin letters, with a number where that is taken.

    Parameters
    ----------
    letters
        Small letters and digits of its name.
    taken
        Keys that there are.
    """
    plain = letters.lstrip("0123456789")[:30] or "role"
    ways = (plain if number == 1 else f"{plain}_{number}" for number in count(1))
    return next(key for key in ways if key not in taken and key not in _OWN)


def leading_roles(rules: Rules) -> frozenset[str]:
    """Name the roles whose people answer for the place of their post."""
    return frozenset(key for key, role in roles_of(rules).items() if role.leads)


def role_name(rules: Rules, key: str, language: Language) -> str:
    """Name a role in one language; a role that the rules do not know by its key."""
    role = roles_of(rules).get(key)
    if role is not None and key in rules.roles:
        return role.name if language == "zh" else role.name_en or role.name
    word = "people.cadre" if key == CADRE else f"role.{key}"
    return say(word, language) if word in WORDS else key


def role_title(rules: Rules, key: str, language: Language) -> str:
    """Name a role as `role_name`, with a capital: it stands alone, in a table or over a name."""
    return capital(role_name(rules, key, language))


def role_word_keys(rules: Rules) -> dict[str, str]:
    """Give the key of each role of the rules by the words that a roster may have for it."""
    return {
        word: role.key
        for role in roles_of(rules).values()
        if role.key in rules.roles
        for word in (role.key, role.name, role.name_en)
        if word
    }


def town_names(rules: Rules) -> tuple[str, ...]:
    """Say what the town is called, for rosters that name the town of each person."""
    town = rules.town
    return tuple(name for name in (town.name, town.name_en, town.code) if name)


def kinds_of_grids(grids: pd.DataFrame) -> list[frozenset[str]]:
    """Say what each grid is for the `on` of a role.

    Parameters
    ----------
    grids
        Grids by code with `kind`; `family`, `level` and `parent_code` where there are any.

    Returns
    -------
    For each grid base and base:LEVEL, exclusive or subgrid, micro and perhaps household.
    """
    kinds = grids["kind"].to_numpy()
    exclusive = set(grids.index[kinds == "exclusive"])
    blank = [""] * len(grids)
    families, parents = grids.get("family", blank), grids.get("parent_code", blank)
    levels = grids.get("level", [0] * len(grids))
    found = []
    for kind, family, parent, level in zip(kinds, families, parents, levels, strict=True):
        if kind == "micro":
            found.append(frozenset({"micro", *(["household"] if family == "household" else [])}))
        elif kind == "exclusive":
            found.append(frozenset({"subgrid" if parent in exclusive else "exclusive"}))
        else:
            found.append(frozenset({"base", f"base:{int(level)}"}))
    return found


def takes(roles: Mapping[str, Role], own: str, more: str) -> frozenset[str]:
    """Say which roles of posts a person can take: that of the roster and the further ones.

    Parameters
    ----------
    roles
        As `roles_of` gives them.
    own, more
        `role` and `roles` of the person.

    Returns
    -------
    Keys of roles; `cadre` stands for the officers of micro-grids, `leader` for a standing leader.
    """
    named = [own, *(one for one in more.split(";") if one)]
    return frozenset(CADRE if one == MEMBER else one for one in named if one in roles)
