"""The app: `streamlit run app.py`. Everything is in gridmap.ui."""

from streamlit.starlette import App

from gridmap.ui import start
from gridmap.ui.shell import server

app = App("gridmap/ui/script/pages.py", **server.door(start.places()[0], start.ADDRESSES))
start.read_ahead()
