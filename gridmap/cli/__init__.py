"""The command line: one module a group of commands, a thin skin over the workflow.

`program` holds the list of commands and turns errors into words and exit codes. Commands import the
rooms that they need when they run, so that `--help` is quick.

Its modules:

    city       the command on many towns under one catalogue; what it shows is city_tables
    city_cut   what is handed out of what many towns share: parcels, people
    city_settle  a border between two of many towns settled
    city_answers  what is found by name or code in many towns, and towns compared
    city_tables  states, figures, borders and people of many towns
    city_tiles  vector tiles of the map of many towns
    lookup     commands on places: who is in charge (locate, who, meet), why a border (explain)
    pages      the command that shows the pages: app
    people     commands about who may see what: user (planners and viewers), link (cadres), audit
    phone      the command about pages for phones: phone makes them and takes their answers in
    program    all commands with their examples, and how a command ends
    query      commands that look into files and plans as a whole: inspect, check, coverage
    service    commands about service in the town: stations, cases, business
    staffing   commands about people on posts: why, staffing, rosters

and its folders, the bottom first:

    terminal/  what all commands share: options, tables and progress, words
    plans/     commands that make plans and keep them
    out/       commands for what goes out of the house
"""

from gridmap.cli.program import COMMANDS, app, main

__all__ = ["COMMANDS", "app", "main"]
