"""The command line: one module a group of commands, a thin skin over the workflow.

`program` holds the list of commands and turns errors into words and exit codes. Commands import the
rooms that they need when they run, so that `--help` is quick.

Its modules:

    build      commands that make plans: plan, assign, close, demo
    export     commands that give a plan to people and other systems: map (also as a PDF), export
    lookup     commands on places: who is in charge (locate, who, meet), why a border (explain)
    options    options that mean the same in every command, and what --public gives
    pages      the command that shows the pages: app
    people     commands about who may see what: user (planners and viewers), link (cadres), audit
    plan_file  commands on a plan file: verify, recover, log; publish, redact, retain
    plans      the command on whole plans: their tree, names, drafts, freezing, deleting
    program    all commands with their examples, and how a command ends
    query      commands that look into files and plans as a whole: inspect, check, coverage
    screen     tables, progress and colours of the terminal
    service    commands about service in the town: stations, cases, business
    staffing   commands about people on posts: why, staffing, rosters
    summary    the figures that a command shows of a plan at a glance
    usage      usage errors, in Chinese above the English of the library
    words      the words of the command line, Chinese and English side by side
"""

from gridmap.cli.program import COMMANDS, app, main

__all__ = ["COMMANDS", "app", "main"]
