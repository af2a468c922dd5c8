"""Previews of edits find every kernel compiled ahead, as plans do."""

import subprocess
import sys

from project import ROOT

COUNT = """
import gc, sys
sys.path[:0] = ['.', 'tests', 'tests/support', 'tests/support/worlds']
from numba.core.dispatcher import Dispatcher
from gridmap import edits
from gridmap.warm import warm_up
import redraw_plan

def compiled():
    found = [one for one in gc.get_objects() if isinstance(one, Dispatcher)]
    rooms = ('gridmap', 'boundaries')
    ours = [one for one in found if one.py_func.__module__.split('.')[0] in rooms]
    return {(one.py_func.__name__, str(kinds)) for one in ours for kinds in one.signatures}

warm_up()
before = compiled()
plan = redraw_plan.draw()
edits.preview(plan, edits.move_patches(plan, ['P20', 'P21', 'P31'], redraw_plan.W1))
edits.preview(plan, edits.merge_grids(plan, [redraw_plan.W1, redraw_plan.W2]))
edits.preview(plan, edits.divide_grid(plan, redraw_plan.W2, 3))
print(len(before) > 5, sorted(compiled() - before))
"""


def test_a_preview_finds_every_kernel_compiled_ahead():
    done = subprocess.run(
        [sys.executable, "-c", COUNT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "True []", done.stderr
