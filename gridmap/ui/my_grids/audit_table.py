"""The audit on a page: who logged in, who tried, who changed what, for planners."""

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import streamlit as st

from gridmap.access.audit import audit_events
from gridmap.access.behalf import seen_events
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import show_frame
from layers.contract.errors import GridmapError

__all__ = ["audit_table", "open_dialog"]

DAYS, MOST_ROWS = 30, 1000
TABLE_HEIGHT_PX = 420
FACTS = ("name", "role", "scope", "town", "file", "person", "serial", "count")


def open_dialog(folder: Path, say: Translator) -> None:
    """Open the dialog with the audit of a folder of plans."""

    @guard.dialog(say("audit.open"), width="large")
    def audit() -> None:
        try:
            table = audit_table(folder, say)
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return
        if table.empty:
            st.info(say("audit.none"))
            return
        show_frame(
            table,
            hide_index=True,
            height=TABLE_HEIGHT_PX if len(table) > 10 else "content",
            column_config={name: say(f"audit.{name}") for name in table.columns},
            key="audit-table",
            alt=say("audit.open"),
        )
        st.caption(say("audit.note", days=DAYS))

    audit()


def audit_table(folder: Path, say: Translator) -> pd.DataFrame:
    """Give one row an event of the last days, the newest first: time, who, address, what.

    Whoever is for some towns sees what was done in them, and by themselves.
    """
    since = datetime.now().astimezone() - timedelta(days=DAYS)
    rows = [
        (
            event["time"].replace("T", " ")[:19],
            event["who"],
            event["address"],
            " ".join(
                [
                    say(f"audit.{event['event']}"),
                    *(str(event[key]) for key in FACTS if key in event),
                ]
            ),
        )
        for event in seen_events(audit_events(folder), folder)
        if datetime.fromisoformat(event["time"]).astimezone() >= since
    ]
    return pd.DataFrame(rows[:MOST_ROWS], columns=["time", "who", "address", "what"], dtype="str")
