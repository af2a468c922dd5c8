"""The page 人员: who is on which post, posting by hand, another roster, and undoing it.

Its modules:

    people_page    the page itself
    people_tables  posts, people, roster changes and the log as frames
"""
