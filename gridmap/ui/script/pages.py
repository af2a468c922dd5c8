"""The script that Streamlit runs for every visitor: `app.py` names it. Everything is in `start`."""

from gridmap.ui.start import places, run

__all__: list[str] = []

run(*places())
