import subprocess
import sys
from pathlib import Path

import gridmap

ROOT = Path(__file__).parent.parent


def test_every_public_name_is_there_and_is_no_module():
    for name in gridmap.__all__:
        assert callable(getattr(gridmap, name)), name


def test_asking_for_nothing_loads_nothing():
    """The command line answers --help at once because the rooms are loaded only when asked for."""
    heavy = "{'geopandas', 'numba', 'streamlit'}"
    program = f"import sys, gridmap; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_name_that_is_not_there_is_an_attribute_error():
    assert not hasattr(gridmap, "no_such_function")
