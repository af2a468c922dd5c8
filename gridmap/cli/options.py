"""Options that mean the same in every command."""

from pathlib import Path
from typing import Annotated

import typer

from gridmap.words import Language

__all__ = ["Json", "Lang", "Overwrite", "PlanFile"]

Json = Annotated[
    bool, typer.Option("--json", help="Print the answer as JSON for machines, and nothing else.")
]
Lang = Annotated[
    Language | None,
    typer.Option(
        "--lang", help="Language of the answer. Default: Chinese in a Chinese locale, else English."
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace the output file if it exists.")
]
PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", help="Plan file, *.gridmap.gpkg.", show_default=False)
]
