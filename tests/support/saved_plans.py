"""Plans drawn by hand and saved once: a copy of the file is the same plan, at once."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from gridmap.plan.plan import Plan
from gridmap.store import save_plan

__all__ = ["put_plan"]


def put_plan(draw: Callable[[], Plan], place: Path) -> None:
    """Put the saved file of a drawn plan at a place; each call gives a file of its own."""
    place.write_bytes(_saved(draw))


@cache
def _saved(draw: Callable[[], Plan]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.gridmap.gpkg"
        save_plan(draw(), path)
        return path.read_bytes()
