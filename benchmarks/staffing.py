"""Staffing of a county: time and memory of the whole assignment, and of the solver beside peers.

``python -m benchmarks.staffing`` prints three tables: people on the posts of 14,000 grids by way of
`assign_cadres`, beside SciPy's matching of a full table where that is within 2 GB; the same costs
solved by OR-Tools' assignment (if ``requirements.txt`` is installed) or SciPy, which must give the
same total; and people with hours, several posts each, with the gap to the bound. ``--quick`` leaves
the county out. Each county runs in a process of its own, so that the memory told is its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.optimize import linear_sum_assignment

from benchmarks import peers
from benchmarks.report import Report, timed
from gridmap.rules import Rules, parse_rules
from gridmap.staffing.affinity import make_affinity
from gridmap.staffing.assign import assign_cadres
from gridmap.staffing.posts import posts_of
from gridmap.staffing.solver.request import Request
from gridmap.staffing.solver.solve import solve_staffing
from layers.contract.categories import CATEGORY_KEYS
from layers.contract.columns import GRIDS, PEOPLE, with_dtypes

PER_VILLAGE = 17.75  # micro-grids of a village in Zheng'an
SIDE_M = 400.0  # of a micro-grid, 16 ha
LARGEST_TABLE = 2e9 / 8
RULES = """
[town]
code = "410122106"
name = "County"
crs = "EPSG:4547"
valid_from = 2026-01-01
[hierarchy]
file = "grids.gpkg"
[[layers]]
file = "ground.gpkg"
category = "farmland"
[load.default]
hectare = 1.0
[capacity]
officer_hours = 40
"""


def county(people: int, grids: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame, Rules]:
    """Draw a county: villages of square micro-grids, and people with homes, skills, some a post."""
    rng = np.random.default_rng(seed)
    villages = max(1, round(grids / PER_VILLAGE))
    across = int(np.ceil(np.sqrt(villages)))
    own = np.sort(rng.integers(0, villages, grids))
    nth = np.arange(grids) - np.searchsorted(own, own)
    x = (own % across) * 5 * SIDE_M + nth % 5 * SIDE_M
    y = (own // across) * 5 * SIDE_M + nth // 5 * SIDE_M
    squares = shapely.box(x, y, x + SIDE_M, y + SIDE_M)
    top = [f"{number:05d}" for number in range(villages)]
    codes = [f"{one:05d}{number:03d}" for one, number in zip(own, nth + 1, strict=True)]
    corner = np.arange(villages)
    ground = shapely.box(
        corner % across * 5 * SIDE_M, corner // across * 5 * SIDE_M,
        (corner % across + 1) * 5 * SIDE_M, (corner // across + 1) * 5 * SIDE_M,
    )  # fmt: skip
    table = pd.DataFrame(
        {
            "level": np.repeat([2, 3], [villages, grids]),
            "parent_code": [""] * villages + [top[one] for one in own],
            "kind": np.repeat(["base", "micro"], [villages, grids]),
            "category": [""] * villages + list(rng.choice(list(CATEGORY_KEYS), grids)),
            "load_h": np.concatenate([np.zeros(villages), rng.uniform(10, 40, grids)]),
            "name": "", "name_en": "", "subclass": "", "officers": 1,
        },
        index=pd.Index([*top, *codes], name="grid_code", dtype="str"),
    )  # fmt: skip
    frame = gpd.GeoDataFrame(table, geometry=np.concatenate([ground, squares]), crs="EPSG:4547")
    held = np.where(rng.random(people) < 0.3, rng.choice(codes, people), "")
    skills = rng.choice([*CATEGORY_KEYS, ""], people)
    roster = pd.DataFrame(
        {
            "role": "cadre", "skills": skills, "home_code": rng.choice(top, people),
            "present_grid": held, "name": "", "office": "",
        },
        index=pd.Index([f"P{number:06d}" for number in range(people)], name="person_id"),
    )  # fmt: skip
    for column, kind in PEOPLE.items():
        if column not in roster and column != roster.index.name:
            roster[column] = 0 if "int" in kind or "float" in kind else ""
    for column, kind in GRIDS.items():
        if column not in frame and column not in ("geometry", "grid_code"):
            frame[column] = 0 if "int" in kind or "float" in kind else ""
    return with_dtypes(roster, PEOPLE), frame, parse_rules(RULES)


def peak_mb() -> float:
    """Most memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def whole(people: int, grids: int) -> None:
    """Assign a county and print: filled, cost, CPU seconds, memory before and at most."""
    roster, frame, rules = county(people, grids)
    posts = posts_of(frame, frame["officers"], rules=rules)
    before = peak_mb()
    rows, cpu = timed(lambda: assign_cadres(posts, roster, frame, rules=rules))
    on_micro = rows[rows["grid_code"].str.len() == 8]
    filled = int((on_micro["status"] == "filled").sum())
    print(
        filled, round(float(rows["cost"].sum()), 3), round(cpu, 1), round(before), round(peak_mb())
    )


def full_table(people: int, grids: int) -> None:
    """Match the same costs as a full table by SciPy and print: cost, CPU seconds, memory."""
    roster, frame, rules = county(people, grids)
    posts = posts_of(frame, frame["officers"], rules=rules)
    micro = posts[posts["grid_code"].str.len() == 8]
    before = peak_mb()

    def match() -> float:
        affinity = make_affinity(roster, micro, frame, rules=rules)
        cost = affinity.block(np.arange(people), np.arange(len(micro)))
        cost -= affinity.leaving[:, None]
        rows, columns = linear_sum_assignment(cost.astype(np.float64))
        return float(cost[rows, columns].sum() + affinity.leaving.sum()) / 1000

    total, cpu = timed(match)
    print(len(micro), round(total, 3), round(cpu, 1), round(before), round(peak_mb()))


def run(kind: str, people: int, grids: int) -> list[str]:
    """Run one of them in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.staffing", f"--{kind}", str(people), str(grids)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def counties(report: Report, sizes: list[tuple[int, int]]) -> None:
    """Print the whole assignment of counties beside a full table."""
    report.table(
        "People on the posts of a county",
        "`assign_cadres`, costs included, and SciPy's matching of a full table of the same costs; "
        "CPU s, and peak MB above what the input takes. Both are exact, so the totals must agree.",
        ("people", "posts", "filled", "points", "CPU s", "MB", "full table: points", "CPU s", "MB"),
    )
    for people, grids in sizes:
        filled, cost, cpu, before, peak = run("whole", people, grids)
        other = ["-", "-", "-"]
        if people * grids <= LARGEST_TABLE:
            _, total, taken, start, top = run("table", people, grids)
            other = [total, taken, str(int(top) - int(start))]
        report.row(people, grids, filled, cost, cpu, int(peak) - int(before), *other)


def with_hours(report: Report, sizes: list[tuple[int, int]]) -> None:
    """Print people who hold several posts within their hours, and CP-SAT on the same request."""
    report.table(
        "Several posts a person, within hours",
        "Posts of 4, 8, 12 or 20 hours, people of 20 to 40; one post a target. Points of the best "
        "found and its bound; CP-SAT on the same, 60 s on one core, where it is installed.",
        ("people", "posts", "filled", "points", "bound", "status", "CPU s", "CP-SAT", "CPU s"),
    )
    for people, posts in sizes:
        request = hours_request(people, posts)
        found, cpu = timed(lambda request=request: solve_staffing(request))
        other, taken = ("-", 0.0)
        if peers.installed("ortools"):
            other, taken = timed(lambda request=request: by_cp_sat(request))
        report.row(
            people, posts, sum(found.filled), found.cost / 1000, found.lower_bound / 1000,
            found.status, f"{cpu:.1f}", other, f"{taken:.1f}",
        )  # fmt: skip


def hours_request(people: int, posts: int, seed: int = 0) -> Request:
    """Draw a request in which hours bind."""
    rng = np.random.default_rng([seed, people, posts])
    home, place = rng.uniform(0, 20, (people, 2)), rng.uniform(0, 20, (posts, 2))
    way = np.hypot(*(home[:, None] - place[None]).transpose(2, 0, 1))
    lacks = rng.integers(0, 4, people)[:, None] != rng.integers(0, 4, posts)[None]
    return Request(
        cost=np.rint(1000 * (3 + way + 10 * lacks)).astype(np.int64),
        leaving=6000 * rng.integers(0, 2, people),
        hours_of_person=rng.choice([20.0, 30.0, 40.0], people),
        hours_of_post=rng.choice([4.0, 8.0, 12.0, 20.0], posts),
        target=np.arange(posts) // 2,
    )


def by_cp_sat(request: Request) -> str:
    """Solve a request in which every post can be filled with CP-SAT; the total and its bound."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    people, posts = request.people, request.posts
    takes = [[model.new_bool_var("") for _ in range(posts)] for _ in range(people)]
    idle = [model.new_bool_var("") for _ in range(people)]
    for post in range(posts):
        model.add_exactly_one(takes[person][post] for person in range(people))
    for person in range(people):
        own = int(request.minutes_of_person[person])
        minutes = request.minutes_of_post
        model.add(sum(int(minutes[k]) * takes[person][k] for k in range(posts)) <= own)
        model.add_bool_or([*takes[person], idle[person]])
        for target in np.unique(request.targets):
            model.add_at_most_one(
                takes[person][k] for k in np.flatnonzero(request.targets == target)
            )
    cost = np.asarray(request.cost)
    model.minimize(
        sum(int(cost[i, k]) * takes[i][k] for i in range(people) for k in range(posts))
        + sum(int(request.leaving[i]) * idle[i] for i in range(people))
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = 60
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return "none"
    return f"{solver.objective_value / 1000:g} ({solver.best_objective_bound / 1000:g})"


def main() -> None:
    """Print the tables, or run one county."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave the county out")
    parser.add_argument("--whole", nargs=2, type=int, help=argparse.SUPPRESS)
    parser.add_argument("--table", nargs=2, type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.whole:
        whole(*chosen.whole)
    elif chosen.table:
        full_table(*chosen.table)
    else:
        report = Report()
        county_sizes = [] if chosen.quick else [(20_000, 14_000), (10_000, 14_000)]
        counties(report, [(211, 142), (2_000, 1_400), (6_000, 4_200), *county_sizes])
        with_hours(report, [(20, 50), (60, 140), (60, 180), (150, 350)])


if __name__ == "__main__":
    main()
