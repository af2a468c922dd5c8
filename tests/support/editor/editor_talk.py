"""Questions to the map editor's Python as the browser asks them, and answers as it gets them."""

import json

import redraw_plan

from gridmap.ui.redraw.redraw_answer import answer
from gridmap.ui.redraw.redraw_map import make_sheet
from gridmap.ui.redraw.redraw_session import EditSession, handle
from gridmap.ui.shell.i18n import Translator

__all__ = ["EN", "ZH", "asked", "session", "told"]

ZH, EN = Translator("zh"), Translator("en")


def session(**plan_tables):
    """Open the drawn plan of `redraw_plan`, with other tables where given."""
    return EditSession(redraw_plan.draw().with_tables(**plan_tables))


def asked(before, kind, **fields):
    """Ask for one change."""
    return handle(before, {"kind": kind, "seq": "1", "limit": "", **fields})


def told(now, say=ZH):
    """Give the answer as the browser gets it: through JSON."""
    return json.loads(json.dumps(answer(now, make_sheet(now.plan), say)))
