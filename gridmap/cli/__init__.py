"""The command line: one module a group of commands, a thin skin over the workflow.

`program` holds the list of commands and turns errors into words and exit codes. Commands import the
rooms that they need when they run, so that `--help` is quick.
"""

from gridmap.cli.program import COMMANDS, app, main

__all__ = ["COMMANDS", "app", "main"]
