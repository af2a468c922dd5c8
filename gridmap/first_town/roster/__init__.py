"""A roster repaired before it is used: each repair is shown with before and after.

Its modules:

    cells   names, phones and ids as they should be
    posts   leaders and home villages told from the words of office and post
    repair  all repairs of a roster, and the copy with those that are wanted
"""
