"""The tables of the people page as frames: posts, people, what another roster changes, the log."""

import pandas as pd

from gridmap.edits import history
from gridmap.plan.kinds import kind_name
from gridmap.plan.names import place_names
from gridmap.plan.plan import Plan
from gridmap.rules.roles import MEMBER, OFFICERS, leading_roles, role_title
from gridmap.staffing.hours import hours_of_people, room_of_people
from gridmap.staffing.posts import in_post_order, places_of
from gridmap.staffing.rows import places_of_rows
from gridmap.ui.shell.i18n import Translator

__all__ = [
    "first_posts",
    "group_table",
    "log_table",
    "people_table",
    "post_table",
    "roster_changes",
    "searched",
]

SHOWN_OF_PERSON = [
    *("name", "office", "role", "skills", "home_code", "present_grid", "phone"),
    *("employment", "hours", "roles"),
]


def post_table(plan: Plan, say: Translator) -> pd.DataFrame:
    """Give one row a post, by its id: grid, role, who holds it, load of each there, and why.

    Returns
    -------
    Columns `grid_name` (of the grid, group or object), `role`, `person`, `office`, `state`, `load`,
    `until` (where a term ends), `reason`, `post`, in order of the posts.
    """
    rows = plan.assignments[plan.assignments["post_id"] != ""].set_index("post_id")
    posts = in_post_order(plan.posts)
    rows = rows.reindex(posts.index)
    on_post = rows["status"] == "filled"
    people = plan.people.reindex(rows["person_id"])
    micro = plan.grids["kind"] == "micro"
    each = plan.grids["load_h"].where(micro) / _people_on(plan).reindex(plan.grids.index)
    until = rows["valid_to"].fillna("")
    officers = posts["role"].isin({MEMBER, *leading_roles(plan.rules)})
    table = pd.DataFrame(
        {
            "grid_name": place_names(plan, say.language).reindex(places_of(posts)).to_numpy(),
            "role": [role_title(plan.rules, role, say.language) for role in posts["role"]],
            "person": people["name"].fillna("").to_numpy(),
            "office": people["office"].fillna("").to_numpy(),
            "state": [say("people.filled" if on else "people.vacant") for on in on_post],
            "load": [
                "" if pd.isna(hours) else f"{hours:.1f}"
                for hours in each.reindex(posts["grid_code"].where(officers, ""))
            ],
            "until": until.to_numpy(),
            "reason": rows["reason_zh" if say.language == "zh" else "reason"].fillna("").to_numpy(),
            "post": posts.index,
        },
        index=posts.index,
    )
    return table if until.ne("").any() else table.drop(columns="until")


def first_posts(posts: pd.DataFrame, most: int) -> dict[str, pd.DataFrame]:
    """Give the posts to look at first: vacant ones, and of the grids with most load an officer.

    Parameters
    ----------
    posts
        As `post_table` gives them.
    most
        So many of each at most.

    Returns
    -------
    `vacant` and `load`, rows of the table; one without any row is left out.
    """
    hours = pd.to_numeric(posts["load"]).dropna().sort_values(ascending=False, kind="stable")
    heavy = posts.loc[hours.index].drop_duplicates("grid_name")
    found = {"vacant": posts[posts["person"] == ""].head(most), "load": heavy.head(most)}
    return {part: rows for part, rows in found.items() if len(rows)}


def people_table(plan: Plan, say: Translator) -> pd.DataFrame:
    """Give one row a person of the roster, by id: who it is, the post held or why there is none.

    Phones are not in it.
    """
    rows = plan.assignments[plan.assignments["person_id"] != ""]
    people, mark = plan.people, say("mark.list")
    names = place_names(plan, say.language)
    told = rows.assign(
        place=names.reindex(places_of_rows(rows)).fillna("").to_numpy(),
        why=rows["reason_zh" if say.language == "zh" else "reason"],
    )
    held = told.groupby("person_id").agg(
        {"post_id": mark.join, "place": lambda one: mark.join(dict.fromkeys(one)), "why": " ".join}
    )
    held = held.reindex(people.index)
    table = pd.DataFrame(
        {
            "person": people["name"],
            "office": people["office"],
            "role": [
                mark.join(
                    role_title(plan.rules, one, say.language) for one in [role, *_words(more)]
                )
                for role, more in zip(people["role"], people["roles"], strict=True)
            ],
            "employment": [
                say(f"people.employment.{one}") if one else "" for one in people["employment"]
            ],
            "hours": _hours_told(plan, say),
            "skills": [
                mark.join(kind_name(key, say.language) for key in _words(text))
                for text in people["skills"]
            ],
            "post": held["post_id"].fillna(""),
            "grid_name": held["place"].fillna(""),
            "reason": held["why"].fillna(""),
            "id": people.index,
        },
        index=people.index,
    )
    empty = [one for one in ("employment", "hours") if (table[one] == "").all()]
    return table.drop(columns=empty)


def _hours_told(plan: Plan, say: Translator) -> list[str]:
    """Hours that each person's posts take, of those given; "" where nobody tells any hours."""
    if not (plan.people["hours"] > 0).any() and not (plan.posts["hours"] > 0).any():
        return [""] * len(plan.people)
    own = hours_of_people(plan.people, rules=plan.rules)
    taken = own - room_of_people(plan)
    return [
        say("people.hours_of", taken=f"{used:g}", own=f"{given:g}")
        for used, given in zip(taken, own, strict=True)
    ]


def group_table(plan: Plan, say: Translator) -> pd.DataFrame:
    """Give one row a group, by id: what it is, its members, and who is on its posts.

    Returns
    -------
    Columns `group`, `type`, `members` (names of those that there are), `count`, `lost` (members
    that the plan does not have) and `person`.
    """
    names, mark = place_names(plan, say.language), say("mark.list")
    there = {*names.index, *plan.posts.index}
    rows = plan.assignments[plan.assignments["status"] == "filled"]
    people = rows["person_id"].map(plan.people["name"]).groupby(places_of_rows(rows)).agg(mark.join)
    table = []
    for key, kind in zip(plan.groups.index, plan.groups["type"], strict=True):
        own = plan.members.loc[plan.members["group_id"] == key, "member_id"]
        known = own[own.isin(there)]
        shown = [str(names.get(one, one)) or str(one) for one in known]
        table.append(
            {
                "group": str(names.get(key, "")) or key,
                "type": say(f"people.group.{kind}"),
                "count": len(known),
                "members": mark.join(shown),
                "lost": mark.join(own[~own.isin(there)]),
                "person": str(people.get(key, "")),
            }
        )
    columns = ["group", "type", "count", "members", "lost", "person"]
    frame = pd.DataFrame(table, columns=columns, index=plan.groups.index)
    return frame if frame["lost"].ne("").any() else frame.drop(columns="lost")


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
    rows = plan.assignments
    own = rows["role"].isin({*OFFICERS, *leading_roles(plan.rules)})
    return rows.loc[(rows["status"] == "filled") & own, "grid_code"].value_counts()


def _words(text: str) -> list[str]:
    return [word for word in text.split(";") if word]
