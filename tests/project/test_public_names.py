import re
import subprocess
import sys
from inspect import get_annotations, getdoc, isfunction, signature
from types import ModuleType

import pytest
from project import ROOT

import boundaries
import gridmap
import layers

ROOMS = (layers, boundaries, gridmap)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_every_public_name_is_there_and_is_no_module(room):
    assert room.__all__ == list(dict.fromkeys(room.__all__))
    for name in room.__all__:
        value = getattr(room, name)
        assert callable(value) or not isinstance(value, ModuleType), name
        assert name in dir(room)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_every_public_function_tells_its_parameters_and_what_it_returns(room):
    lacking = []
    for name in room.__all__:
        function = getattr(room, name)
        if not isfunction(function):
            continue
        told = getdoc(function)
        lacking += [
            f"{name}: {parameter}"
            for parameter in signature(function).parameters
            if not re.search(rf"^(?:\w+, )*\**{parameter}(?:, \w+)*$", told, re.MULTILINE)
        ]
        if get_annotations(function)["return"] is not None and "\nReturns\n---" not in told:
            lacking.append(f"{name}: what it returns")

    assert lacking == []


def test_asking_for_nothing_loads_nothing():
    """The command line answers --help at once because the rooms are loaded only when asked for."""
    heavy = "{'geopandas', 'numba', 'pypinyin', 'streamlit'}"
    rooms = "layers, boundaries, gridmap, gridmap.lookup.readings"  # which has a dictionary
    program = f"import sys, {rooms}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_a_name_that_is_not_there_is_an_attribute_error(room):
    assert not hasattr(room, "no_such_function")


def test_scripts_from_outside_find_the_drawn_town():
    """Whoever shows a fault with a script of their own builds a town so."""
    program = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]\n"
        "from drawn_town import TOWN_CODE, draw_roster, rules_text, write_town\n"
        "print(TOWN_CODE)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip()


def test_the_engine_is_called_by_the_name_of_its_room():
    program = (
        "from gridmap import partition, locate\n"
        "import gridmap.partition.api, gridmap.partition.model\n"
        "from gridmap import partition as again\n"
        "from gridmap.lookup.locate import locate as there\n"
        "print(locate is there, type(again([1.0, 2.0], [[0, 1]], [3.0], capacity=5.0)).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "Partition"]


FORMER = [
    ("layers.errors", "layers.contract.errors", "GridmapError"),
    ("layers.ground", "layers.landuse.ground", "read_ground"),
    ("layers.roster", "layers.registers.roster", "read_roster"),
    ("layers.reading", "layers.reading.features", "read_features"),
    ("layers.inspect", "layers.inspect.file", "inspect_file"),
    ("gridmap.town", "gridmap.town.town", "load_town"),
    ("gridmap.workflow", "gridmap.workflow.workflow", "make_plan"),
    ("gridmap.coverage", "gridmap.coverage.metrics", "coverage"),
    ("gridmap.ui.town_files", "gridmap.ui.data.town_files", "put_in"),
]


def test_scripts_written_before_the_folders_still_find_their_names():
    """Each as the first import of ours: what an earlier one has loaded is forgotten."""
    program = (
        "import sys\n"
        f"for former, present, name in {FORMER}:\n"
        "    for loaded in list(sys.modules):\n"
        "        if loaded.split('.')[0] in ('layers', 'boundaries', 'gridmap'):\n"
        "            del sys.modules[loaded]\n"
        "    exec(f'from {former} import {name}\\nfrom {present} import {name} as today\\n'\n"
        "         f'print({name} is today)')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["True"] * len(FORMER), done.stderr
