"""The tables of the people page as frames: posts, people, what another roster changes, the log."""

import pandas as pd

from gridmap.edits import history
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_name
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.tables import kind_name, names_of

__all__ = ["log_table", "people_table", "post_table", "roster_changes", "searched"]

SHOWN_OF_PERSON = ["name", "office", "role", "skills", "home_code", "present_grid", "phone"]


def post_table(plan: Plan, say: Translator) -> pd.DataFrame:
    """Give one row a post, by its id: grid, role, who holds it, load of each there, and why.

    Returns
    -------
    Columns `grid_name`, `role`, `person`, `office`, `state`, `load`, `reason`, `post`, in order of
    grid and number.
    """
    rows = plan.assignments[plan.assignments["post_id"] != ""].set_index("post_id")
    posts = plan.posts.sort_values(["grid_code", "number"], kind="stable")
    rows = rows.reindex(posts.index)
    on_post = rows["status"] == "filled"
    people = plan.people.reindex(rows["person_id"])
    micro = plan.grids["kind"] == "micro"
    each = plan.grids["load_h"].where(micro) / _people_on(plan).reindex(plan.grids.index)
    return pd.DataFrame(
        {
            "grid_name": names_of(plan.grids, say.language).reindex(posts["grid_code"]).to_numpy(),
            "role": [role_name(plan.rules, role, say.language) for role in posts["role"]],
            "person": people["name"].fillna("").to_numpy(),
            "office": people["office"].fillna("").to_numpy(),
            "state": [say("people.filled" if on else "people.vacant") for on in on_post],
            "load": [
                "" if pd.isna(hours) else f"{hours:.1f}"
                for hours in each.reindex(posts["grid_code"])
            ],
            "reason": rows["reason_zh" if say.language == "zh" else "reason"].fillna("").to_numpy(),
            "post": posts.index,
        },
        index=posts.index,
    )


def people_table(plan: Plan, say: Translator) -> pd.DataFrame:
    """Give one row a person of the roster, by id: who it is, the post held or why there is none.

    Phones are not in it.
    """
    rows = plan.assignments[plan.assignments["person_id"] != ""]
    rows = rows.drop_duplicates("person_id").set_index("person_id").reindex(plan.people.index)
    people, mark = plan.people, say("mark.list")
    names = names_of(plan.grids, say.language)
    return pd.DataFrame(
        {
            "person": people["name"],
            "office": people["office"],
            "role": [
                say("role.leader" if role == "leader" else "people.cadre")
                for role in people["role"]
            ],
            "skills": [
                mark.join(kind_name(key, say.language) for key in _words(text))
                for text in people["skills"]
            ],
            "post": rows["post_id"].fillna(""),
            "grid_name": names.reindex(rows["grid_code"]).fillna("").to_numpy(),
            "reason": rows["reason_zh" if say.language == "zh" else "reason"].fillna(""),
            "id": people.index,
        },
        index=people.index,
    )


def roster_changes(plan: Plan, roster: pd.DataFrame, say: Translator) -> pd.DataFrame:
    """Give one row a person who is new, gone or described otherwise in another roster."""
    old, new = plan.people[SHOWN_OF_PERSON], roster[SHOWN_OF_PERSON]
    both = old.index.intersection(new.index).sort_values()
    other = both[(old.loc[both] != new.loc[both]).any(axis=1)]
    rows = [
        *(("new", one, new) for one in new.index.difference(old.index)),
        *(("gone", one, old) for one in old.index.difference(new.index)),
        *(("changed", one, new) for one in other),
    ]
    return pd.DataFrame(
        [
            {
                "kind": kind,
                "change": say(f"people.change_{kind}"),
                "id": one,
                "person": frame.at[one, "name"],
                "office": frame.at[one, "office"],
            }
            for kind, one, frame in rows
        ],
        columns=["kind", "change", "id", "person", "office"],
    )


def log_table(plan: Plan, say: Translator) -> pd.DataFrame:
    """Give one row an entry of the log, the newest first."""
    told = history(plan).iloc[::-1]
    return pd.DataFrame(
        {
            "when": told["time"].str.slice(0, 16).str.replace("T", " "),
            "who": told["who"],
            "what": told["what_zh" if say.language == "zh" else "what"],
            "log_why": told["why"],
            "in_force": [say("people.yes" if one else "people.no") for one in told["in_force"]],
        },
        index=told.index,
    )


def searched(table: pd.DataFrame, text: str) -> pd.DataFrame:
    """Keep the rows in which a text stands, in their id too, without regard to case."""
    sought = text.strip().casefold()
    if not sought:
        return table
    texts = table.select_dtypes("str").assign(id=table.index.astype("str"))
    whole = texts.agg("\n".join, axis=1)
    return table[whole.str.casefold().str.contains(sought, regex=False)]


def _people_on(plan: Plan) -> pd.Series:
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    return filled["grid_code"].value_counts()


def _words(text: str) -> list[str]:
    return [word for word in text.split(";") if word]
