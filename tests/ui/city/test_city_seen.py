"""What of a city is shown to whom: as `city.toml` says today, whatever the catalogue still has."""

import pytest
from drawn_city import SETTINGS

from gridmap.access.scope import NOTHING
from gridmap.city import open_city
from gridmap.city.catalogue import write_catalogue
from gridmap.ui.city.choice import step_into
from gridmap.ui.city.city_data import city_data
from gridmap.ui.city.city_tables import towns_table
from gridmap.ui.city.seen_part import seen_part
from gridmap.ui.shell.i18n import Translator

SAY = Translator("zh")


@pytest.fixture
def city(tmp_path):
    """A catalogue of two towns, each in a county of its own; none is planned."""
    for name, code in (("a", "410121001"), ("b", "410122001")):
        place = tmp_path / "towns" / name
        place.mkdir(parents=True)
        text = f'[town]\nname = "{name}"\ncode = "{code}"\n'
        (place / "rules.toml").write_text(text, encoding="utf-8")
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "catalogue").mkdir()
    write_catalogue(open_city(tmp_path))
    return tmp_path


def test_an_account_that_sees_no_town_has_a_page_with_none(city):
    part = seen_part(city_data(city), NOTHING)
    assert part.towns_in(part.top).empty
    assert list(towns_table(part, part.top, SAY)["name"]) == []
