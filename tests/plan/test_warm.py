import subprocess
import sys

from project import ROOT

COUNT = (
    "import sys; sys.path[:0] = ['.', 'tests', 'tests/support', 'tests/support/worlds']\n"
    "from numba.core.dispatcher import Dispatcher\n"
    "import gc\n"
    "from gridmap.warm import warm_up\n"
    "from gridmap.workflow.workflow import plan_town\n"
    "from random_town import random_town\n"
    "def compiled():\n"
    "    found = [one for one in gc.get_objects() if isinstance(one, Dispatcher)]\n"
    "    ours = [one for one in found if one.py_func.__module__.split('.')[0] in ROOMS]\n"
    "    return {(one.py_func.__module__, one.py_func.__name__, str(kinds))\n"
    "            for one in ours for kinds in one.signatures}\n"
    "ROOMS = ('gridmap', 'boundaries')\n"
    "warm_up()\n"
    "before = compiled()\n"
    "import numpy as np\n"
    "from gridmap.split.household_zones import household_zones\n"
    "plan_town(random_town(3, officer_hours=3.0)); plan_town(random_town(4, target=60))\n"
    # Of 310 and 200 households one is too few for a grid, and with another they are too many.
    "row = np.column_stack([np.arange(19), np.arange(1, 20)])\n"
    "load = np.array([310.0, 60, 200, 310] * 5)\n"
    "household_zones(load, row, np.ones(19), band=(330, 500), effort='fast')\n"
    "print(len(before) > 5, sorted(compiled() - before))\n"
)


def test_a_plan_finds_every_kernel_compiled_ahead():
    done = subprocess.run(
        [sys.executable, "-c", COUNT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "True []", done.stderr
