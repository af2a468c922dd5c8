"""A drawn city: towns of one drawing under different codes, and an executor that runs in place."""

from concurrent.futures import Executor, Future
from contextlib import contextmanager

from drawn_town import TOWN_CODE, draw_hierarchy, draw_roster, rules_text, write_town

__all__ = ["in_place", "town_rules", "write_city", "write_city_town"]

SETTINGS = """\
[city]
code = "410100"
name = "测试市"

[[levels]]
key = "city"
name = "市"
name_en = "city"

[[levels]]
key = "county"
name = "县"
name_en = "county"

[[areas]]
code = "410121"
name = "甲县"
level = "county"

[[areas]]
code = "410122"
name = "乙县"
level = "county"
"""


def town_rules(code):
    return rules_text().replace(TOWN_CODE, code)


def write_city_town(folder, code):
    """Write a town under another code; its villages and leaders follow."""
    grids = draw_hierarchy()
    for column in ("code", "parent_code"):
        grids[column] = grids[column].str.replace(TOWN_CODE, code)
    people = draw_roster()
    for column in ("家庭村", "现任网格"):
        people[column] = people[column].str.replace(TOWN_CODE, code)
    return write_town(folder, hierarchy=grids, roster=people, rules=town_rules(code))


def write_city(folder, codes):
    """Write a city with a town for each name and code."""
    for name, code in codes.items():
        write_city_town(folder / "towns" / name, code)
    (folder / "city.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


class InPlace(Executor):
    """Works at once, in this process; notes what it was given."""

    def __init__(self):
        self.given = []

    def submit(self, fn, /, *args, **kwargs):
        self.given.append(args[0].town)
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def in_place(monkeypatch):
    """Let runs of cities go on in this process while a block lasts; give what they worked on."""
    executor = InPlace()

    @contextmanager
    def opened(_workers, _scheduler, _warm):
        yield executor, 1

    with monkeypatch.context() as patch:
        patch.setattr("gridmap.city.running.open_executor", opened)
        yield executor.given
