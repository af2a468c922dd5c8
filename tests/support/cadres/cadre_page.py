"""The cadre's page and the planner's list of answers without a browser, over the drawn plan."""

from datetime import date, datetime, timedelta
from pathlib import Path

import drawn_plan
from app_pages import turn_to
from pyproj import Transformer
from streamlit.testing.v1 import AppTest

from gridmap.access.links import make_link
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.plan_map import WANTED

__all__ = [
    "CODE",
    "EN",
    "HOSTILE",
    "NOW",
    "PASSWORD",
    "PERSON",
    "TODAY",
    "ZH",
    "inner_point",
    "page",
    "said",
    "token_for",
]

SECONDS = 60
CODE = f"{drawn_plan.WEST_1}01"
PERSON, PASSWORD = "P008", "tea lamp river nine"
HOSTILE = '<img src=x onerror="alert(1)">**b**'
TODAY = date.today()
NOW = datetime(2026, 11, 20, 9, 30)
ZH, EN = Translator("zh"), Translator("en")


def token_for(path, person=PERSON, days=30, made=TODAY):
    """Make the link of a cadre, and give what opens it."""
    _, token = make_link(path, person, expires=made + timedelta(days=days), today=made)
    return token


def page(folder: Path, token: str | None = None, **query: str) -> AppTest:
    """Open the cadre's page by a link, or without one the answers as the planner sees them."""
    app = AppTest.from_string(
        f"from pathlib import Path\nfrom gridmap.ui.start import run\nrun(Path({str(folder)!r}))\n",
        default_timeout=SECONDS,
    )
    if token is not None:
        app.query_params["t"] = token
    else:
        turn_to(app, "coverage")
        app.session_state[WANTED] = "answers"  # the tab that opens first
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    """All the text of a page that is not its style."""
    shown = []
    for element in app.main:
        for name in ("label", "placeholder", "value", "body", "help"):
            text = getattr(element, name, None)
            if isinstance(text, str):
                shown.append(text)
        markup = getattr(element.proto, "body", "") if element.type == "html" else ""
        shown.append(markup if isinstance(markup, str) else "")
    return "\n".join(text for text in shown if not text.lstrip().startswith(("<style", "/*")))


def inner_point():
    """Give longitude and latitude of a place in the grid."""
    outline = drawn_plan.draw_plan().grids.geometry[CODE]
    to_degrees = Transformer.from_crs(outline_crs(), "EPSG:4326", always_xy=True)
    return to_degrees.transform(outline.centroid.x, outline.centroid.y)


def outline_crs():
    return drawn_plan.draw_plan().crs
