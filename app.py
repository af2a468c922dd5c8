"""The app: `streamlit run app.py`. Everything is in gridmap.ui."""

from streamlit.starlette import App

from gridmap.ui import server, start

app = App("gridmap/ui/script/pages.py", **server.door(start.OUT, start.ADDRESSES))
