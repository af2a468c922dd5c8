"""The words of all screens: each is there in both languages, and none is mixed."""

import re

from gridmap.words import WORDS

# The switch to the other language, and columns of a file that are called so in both.
NAMES_OF_THE_OTHER_LANGUAGE = {"map.other_language", "people.roster_columns"}
NOT_WORDS = re.compile(
    r"\{[^}]+\}|gridmap|\.[a-z]+|gpkg|HTTPS|GeoJSON|GeoPackage|QGIS|Windows|Python"
    r"|Excel|TOML|python -m \w+.*|Shapefile|FlatGeobuf|GeoParquet|TopoJSON|PMTiles|EPSG"
)


def test_every_word_is_there_in_both_languages_and_screens_are_not_mixed():
    for key, (zh, en) in WORDS.items():
        if key in NAMES_OF_THE_OTHER_LANGUAGE:
            continue
        assert not re.search(r"[\u4e00-\u9fff，。：（）、]", en), key
        assert not re.search(
            r"[A-Za-z]{4,}",
            NOT_WORDS.sub("", zh),
        ), key
        assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)), key
