"""Commands about people on posts: why, staffing (two plans compared), rosters (several towns)."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridmap.cli.terminal.options import Json, Lang, Overwrite, PlanFile, release_for
from gridmap.cli.terminal.screen import Screen

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["rosters", "staffing", "why"]


def why(
    plan_file: PlanFile,
    first: Annotated[
        str,
        typer.Argument(
            metavar="PERSON|POST",
            help="Id of a person of the roster; or a post or place.",
            show_default=False,
        ),
    ],
    place: Annotated[
        str,
        typer.Argument(
            metavar="[POST|GRID]",
            help="Post, grid, group or object that the person is asked about.",
            show_default=False,
        ),
    ] = "",
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Say why a person is on a post or not, or why a post is vacant and what would fill it.

    What would have to change is solved again with the rules of the plan, and said with its cost.
    """
    from gridmap.staffing.why import posts_on, why_not, why_post
    from gridmap.store import load_plan

    screen = Screen.start(lang, json)
    plan = load_plan(plan_file)
    if place:
        answers = [why_not(plan, first, place)]
    elif first in plan.people.index:
        rows = plan.assignments[plan.assignments["person_id"] == first]
        filled = rows[rows["post_id"] != ""]
        answers = [why_post(plan, str(post)) for post in filled["post_id"]]
        for text, text_zh in zip(rows["reason"], rows["reason_zh"], strict=True):
            if filled.empty:
                screen.line(screen.pick(text_zh, text))
    else:
        answers = [why_post(plan, str(post)) for post in posts_on(plan, first).index]
    for one in answers:
        screen.line(screen.pick(one.sentence_zh, one.sentence))
    screen.emit(
        {
            "answers": [
                {
                    "post": one.post,
                    "text": one.sentence,
                    "text_zh": one.sentence_zh,
                    "cost": one.cost,
                    "ways": [vars(way) for way in one.ways],
                    "moves": [
                        {"name": name, "before": old, "after": new} for name, old, new in one.moves
                    ],
                }
                for one in answers
            ]
        }
    )


def staffing(
    before: Annotated[
        Path, typer.Argument(metavar="BEFORE", help="A plan file.", show_default=False)
    ],
    after: Annotated[
        Path | None,
        typer.Argument(metavar="[AFTER]", help="Another plan file.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="CSV file of all posts with their people; never phones."),
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write who is on which post as a table, or compare two plans with the same posts.

    For plans that were divided anew, compare them on the page of coverage.
    """
    from gridmap.receipts.assignments import with_all_receipts
    from gridmap.staffing.comparison import compare_staffing
    from gridmap.staffing.table import staffing_csv
    from gridmap.store import load_plan
    from layers.contract.errors import UsageError
    from layers.files.atomic import check_free, write_atomically

    screen = Screen.start(lang, json)
    if out is None and after is None:
        raise UsageError(
            "Nothing is to be done. Name a file with --out for the table of posts, or a second "
            "plan to compare with.",
            "没有指定要做的事。请用 --out 指定岗位表文件，或给出另一个方案进行比较。",
        )
    if out is not None:
        check_free(out, overwrite=overwrite, endings=(".csv",))
    one = load_plan(before)
    said: dict[str, object] = {}
    if out is not None:
        told, said = release_for(screen, with_all_receipts(one, before))
        # It holds names of people: only its owner may read it.
        write_atomically(
            out, staffing_csv(told, screen.language), overwrite=overwrite, private=True
        )
        screen.line(screen.say("file.made", path=out))
    if after is None:
        counts_of_one = _counts(one.assignments)
        screen.emit({"posts": len(one.posts), "out": str(out), **counts_of_one, **said})
        return
    two = load_plan(after)
    table = compare_staffing(one, two)
    heads = [screen.say(f"head.{key}") for key in ("person", "name", "state", "before", "after")]
    cells = [
        [
            str(person),
            row["name"],
            screen.say(f"staffing.{row['state']}"),
            row["before"].replace(";", " "),
            row["after"].replace(";", " "),
            f"{row['cost_after'] - row['cost_before']:+g}",
        ]
        for person, row in table.iterrows()
    ]
    screen.table([*heads, ">" + screen.say("head.points_more")], cells)
    counts = [_counts(plan.assignments) for plan in (one, two)]
    for word, count in zip(("before", "after"), counts, strict=True):
        screen.line(screen.say("staffing.counts", which=screen.say(f"head.{word}"), **count))
    screen.emit(
        {
            "before": counts[0],
            "after": counts[1],
            "people": table.reset_index().to_dict("records"),
            "out": str(out) if out else None,
        }
    )


def _counts(rows: "pd.DataFrame") -> dict[str, float]:
    states = rows["status"].value_counts()
    found: dict[str, float] = {
        key: int(states.get(key, 0)) for key in ("filled", "vacant", "surplus")
    }
    return found | {"cost": round(float(rows["cost"].sum()), 3)}


def rosters(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help="Plans (.gpkg) or rosters (.xlsx, .csv) of several towns.",
            show_default=False,
        ),
    ],
    json: Json = False,
    lang: Lang = None,
) -> None:
    """List the people who are on the rosters of several towns.

    Somebody is the same person with the same id and name, or the same name and phone. Ends with 1
    when there is anybody.
    """
    from gridmap.staffing.shared_people import find_shared_people
    from gridmap.store import load_plan
    from layers.contract.errors import UsageError
    from layers.registers.roster import read_roster

    screen = Screen.start(lang, json)
    if len(files) < 2:
        raise UsageError(
            "'rosters' compares several files. Give two or more plans or rosters.",
            "rosters 用于比较多个文件。请给出两个以上的方案或花名册。",
        )
    named = {
        str(path): load_plan(path).people if path.suffix.lower() == ".gpkg" else read_roster(path)
        for path in files
    }
    table = find_shared_people(named)
    heads = [screen.say(f"head.{key}") for key in ("name", "known_by", "rosters", "ids")]
    screen.table(
        heads,
        [
            [
                row["name"],
                screen.say(f"rosters.{row['known_by']}"),
                row["rosters"].replace(";", " "),
                row["ids"].replace(";", " "),
            ]
            for _, row in table.iterrows()
        ],
    )
    key = "rosters.shared" if len(table) else "rosters.none"
    screen.line(screen.say(key, count=len(table), files=len(named)))
    screen.emit({"shared": table.to_dict("records"), "rosters": list(named)})
    raise typer.Exit(int(len(table) > 0))
