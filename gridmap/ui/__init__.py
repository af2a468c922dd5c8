"""The pages of the app: a thin skin over plans that are already made.

`start` puts the pages together; each page is a folder (home a module), `shell/` is what all share.
Nothing is worked out here that the command line does not have as well.

Its modules:

    home_page  where the town stands, and the one thing to do next
    start      the frame around all pages: who is asking, language, navigation
"""
