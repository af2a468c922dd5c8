"""Two states of a town's boundaries as the commands delta and crosswalk are asked for them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.terminal.options import release_for
from gridmap.cli.terminal.screen import Screen
from layers.contract.errors import UsageError

if TYPE_CHECKING:
    from gridmap.plan.plan import Plan

__all__ = ["FromVersion", "Licence", "ToVersion", "is_plan", "open_state", "require_two"]

FromVersion = Annotated[
    str,
    typer.Option(
        "--from-version", help="Published version of OLD, by number, instead of its file."
    ),
]
ToVersion = Annotated[
    str,
    typer.Option("--to-version", help="Published version of NEW, or of OLD without NEW."),
]

Licence = Annotated[
    str, typer.Option("--licence", help="Licence of the data, for the head of the file.")
]


def require_two(new: Path | None, from_version: str, to_version: str) -> None:
    """Refuse a command that names one state alone.

    Raises
    ------
    UsageError
        With what to name.
    """
    if new is None and not from_version and not to_version:
        raise UsageError(
            "Only one state is named. Name a second file, or a published version of the plan with "
            "--from-version, --to-version or both.",
            "只给出了一个状态。请再给出一个文件，或用 --from-version、--to-version "
            "给出该方案已发布的版本。",
        )


def is_plan(path: Path) -> bool:
    """Whether a name is that of a plan file."""
    from gridmap.store import SUFFIX

    return path.name.lower().endswith(SUFFIX)


def open_state(
    screen: Screen, path: Path, number: str, *, public: bool
) -> tuple["Plan", dict[str, Any]]:
    """Read a plan, or a published version of it, as it may go out."""
    from gridmap.publications import plan_of
    from gridmap.store import load_plan

    plan = plan_of(path, number) if number else load_plan(path)
    return release_for(screen, plan, public=public)
