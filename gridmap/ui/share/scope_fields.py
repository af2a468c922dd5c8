"""The counties and towns that an account is for: chosen in two lists, and said in words."""

from pathlib import Path

import streamlit as st

from gridmap.access.scope import EVERYTHING, NOTHING, Scope, TownAt, areas_known, towns_known
from gridmap.ui.shell.i18n import Translator

__all__ = ["has_choice", "scope_fields", "scope_words"]

MOST_SHOWN = 4  # names in a cell of the table


def has_choice(folder: Path) -> bool:
    """Whether there is more than one town or area to choose: else an account is for all."""
    return len(towns_known(folder)) > 1 or len(areas_known(folder)) > 1


def scope_fields(folder: Path, say: Translator, *, key: str, before: Scope = EVERYTHING) -> Scope:
    """Show the two lists; gives what is chosen, everything where nothing is.

    Who was for some towns is not made to be for everything by taking the last one off: that is
    ticked on its own, and `NOTHING` is given until then.

    Parameters
    ----------
    folder
        Of plans and accounts.
    say
        Words.
    key
        Before the keys of the lists.
    before
        What is chosen at first; what it names and is not here any more stays to be chosen.
    """
    areas, towns = areas_known(folder), _towns(folder)
    lists = (("areas", areas, sorted(before.areas)), ("towns", towns, sorted(before.towns)))
    chosen = {}
    for (what, known, now), column in zip(lists, st.columns(2), strict=True):
        chosen[what] = column.multiselect(
            say(f"share.{what}"),
            list(dict.fromkeys([*known, *now])),
            default=now,
            format_func=lambda code, known=known: _shown(known.get(code, ""), code),
            placeholder=say("share.scope_all" if before.everything else "share.scope_none"),
            help=say("share.scope_help") if what == "areas" else None,
            key=f"{key}-{what}",
        )
    if any(chosen.values()):
        return Scope.named(**chosen)
    if before.everything or st.checkbox(say("share.scope_tick"), key=f"{key}-all"):
        return EVERYTHING
    return NOTHING


def scope_words(scope: Scope, folder: Path, say: Translator) -> str:
    """Say a scope by names, with the codes of what has none here."""
    if scope.everything:
        return say("share.scope_all")
    names = areas_known(folder) | _towns(folder)
    told = [names.get(code) or code for code in scope.codes]
    more = f" … +{len(told) - MOST_SHOWN}" if len(told) > MOST_SHOWN else ""
    return say("mark.list").join(told[:MOST_SHOWN]) + more


def _towns(folder: Path) -> dict[str, str]:
    """Name the towns by what an account keeps of them: the code, or the folder without one."""
    return {_kept(town): town.name or town.folder for town in towns_known(folder)}


def _kept(town: TownAt) -> str:
    return town.code or town.folder


def _shown(name: str, code: str) -> str:
    return f"{name} {code}" if name and name != code else code
