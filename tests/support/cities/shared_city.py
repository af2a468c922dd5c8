"""A drawn city whose towns share rules: town `a` is planned, town `b` is not."""

from drawn_city import SETTINGS, in_place, town_rules, write_city

from gridmap.city import open_city, plan_city

__all__ = ["CODES", "shared_city"]

CODES = {"a": "410121001", "b": "410122001"}
FIRST_SHARED = "[load]"  # from here on the rules of a drawn town are those of all


def shared_city(folder, monkeypatch):
    """Write the city and plan its first town; give its folder."""
    write_city(folder, CODES)
    for name, code in CODES.items():
        own, mark, shared = town_rules(code).partition(FIRST_SHARED)
        (folder / "towns" / name / "rules.toml").write_text(own, encoding="utf-8")
    (folder / "common.toml").write_text(mark + shared, encoding="utf-8")
    told = SETTINGS.replace('name = "测试市"\n', 'name = "测试市"\nrules = "common.toml"\n')
    (folder / "city.toml").write_text(told, encoding="utf-8")
    with in_place(monkeypatch):
        plan_city(open_city(folder), only=["a"])
    return folder
