"""The app: `streamlit run app.py`. Everything is in gridmap.ui."""

from gridmap.ui.start import run

run()
