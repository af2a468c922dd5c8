"""Aids for who works with the keyboard or hears the page: what Streamlit leaves out.

Its modules:

    aids  the language of the document, the way past the top, Chinese names of Streamlit's buttons
"""
