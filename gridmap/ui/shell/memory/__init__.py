"""What the pages of all who look keep in memory together.

Its modules:

    collector  what is kept for long is kept from the collector of garbage
    kept       what is worked out of plan files, within bounds of size
"""
