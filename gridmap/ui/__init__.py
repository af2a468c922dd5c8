"""The pages of the app: a thin skin over plans that are already made.

`start` puts the pages together, each page is a module. Nothing is worked out here that the command
line does not have as well.
"""
