"""What the pages of all who look keep in memory together.

Its modules:

    kept  what is worked out of plan files, within bounds of size
"""
