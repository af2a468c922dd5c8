"""The script that Streamlit runs for every visitor, in a folder of its own.

Streamlit puts the folder of its script among those that modules are imported from.
"""
