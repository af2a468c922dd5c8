"""How long boards and cards take, how large they are, and other PDF engines: `benchmarks.paper`.

    python -m benchmarks.paper                     the sample towns, made from data/
    python -m benchmarks.paper A.gridmap.gpkg B…   plans that exist: the first 142 boards of the
                                                   first, 400 boards of the second
    python -m benchmarks.paper --engines           and the same pages by other engines, those that
                                                   are installed (benchmarks/requirements.txt)

What is promised: 142 boards in less than 20 s, 400 in less than 60 s.
"""

import argparse
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.paper_engines import ENGINES, recorded, text_of
from gridmap import Plan, load_plan, make_plan
from gridmap.boards.board import Board
from gridmap.boards.numbers import number_of
from gridmap.maps.pdf import map_pdf
from gridmap.paper import MadePaper, boards_pdf, cards_pdf, default_template
from gridmap.publish import release

__all__ = ["main"]

TOWNS = ("zhengan", "xihua")
DAY = date(2026, 11, 30)
MANY, MOST = 142, 400
PROMISED = {MANY: 20.0, MOST: 60.0}  # seconds
PAGES = 12  # drawn by every engine


def main() -> None:
    """Print tables in Markdown."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("plans", nargs="*", type=Path, help="two plan files; none: sample towns")
    options.add_argument("--engines", action="store_true", help="compare with other engines")
    asked = options.parse_args()
    plans = [load_plan(path) for path in asked.plans]
    plans = plans or [make_plan(Path("data") / town) for town in TOWNS]
    first, last = (_open_to_all(plan) for plan in (plans[0], plans[-1]))
    print("| what | pages | CPU s | s | promised s | MB |\n|" + " --- |" * 6)
    micro = list(first.micro_grids.index)
    _row("the map of the town, A3", lambda: MadePaper(map_pdf(first, printed=DAY).pdf, 1, ()))
    _row(f"boards of {MANY} grids", lambda: _boards(first, micro, MANY), MANY)
    grids = list(last.grids.index)
    _row(f"{MOST} boards of {len(grids)} grids", lambda: _boards(last, grids, MOST), MOST)
    _row("cards of all micro-grids", lambda: cards_pdf(first, micro, printed=DAY))
    _row("one board", lambda: _boards(first, micro[:1], 1))
    if asked.engines:
        _engines(first, micro[:PAGES])


def _open_to_all(plan: Plan) -> Plan:
    """Give the copy for the public, with names."""
    publish = plan.rules.publish.model_copy(update={"names_public": True})
    rules = plan.rules.model_copy(update={"publish": publish})
    return release(plan.with_tables(rules=rules), public=True)


def _boards(plan: Plan, codes: list[str], count: int) -> MadePaper:
    template = default_template().model_copy(update={"hotline": "0371-6000 0000"})
    boards = [
        Board(number_of([str(number)]), grid_code=codes[number * len(codes) // count])
        for number in range(count)
    ]
    return boards_pdf(plan, printed=DAY, template=template, places=boards)


def _row(what: str, make: Callable[[], MadePaper], promised: int = 0) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    made = make()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    most = f"{PROMISED[promised]:.0f}" if promised else ""
    size = len(made.pdf) / 1e6
    print(f"| {what} | {made.pages} | {cpu:.1f} | {wall:.1f} | {most} | {size:.2f} |", flush=True)


def _engines(plan: Plan, codes: list[str]) -> None:
    pages, words = recorded(plan, codes, DAY)
    count = sum(len(one.shapes) for page in pages for one in page)
    print(f"\n{len(pages)} boards of {count:,} areas, lines and texts, each drawn anew.\n")
    print("| engine | CPU s | / ours | kB a page | texts found again |\n|" + " --- |" * 5)
    base = 0.0
    for name, draw in ENGINES.items():
        start = time.process_time()
        try:
            pdf = draw(pages)
        except ImportError as error:
            print(f"| {name} | not installed: {error.name} | | | |")
            continue
        cpu = time.process_time() - start
        base = base or cpu
        text = text_of(pdf)
        found = sum(word in text for word in words)
        print(f"| {name} | {cpu:.2f} | {cpu / base:.1f} | {len(pdf) / 1000 / len(pages):.0f} | "
              f"{found} of {len(words)} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
