"""The page 方案管理: the plans as a tree, what is done with them, the wastebasket, their history.

Its modules:

    history_player  the history of the open plan as a part of the page: map, bars, slider
    import_part     a division made elsewhere becomes a draft of the open plan
    plans_page      the page itself
    published_asked  the version of a day, who was responsible then, what changed between two
    published_part  what was published of the open plan; publishing; the plan of a day
    plans_rows      what a plan in the tree says, as HTML of escaped texts
"""
