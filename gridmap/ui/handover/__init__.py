"""The page 交付: what a plan gives to others, chosen, looked at, and made in one go.

Its modules:

    audience       for whom: the house or the public, and what is asked before
    handover_page  the page itself: the checks, what is ordered on the left, how it looks beside
    making         files made in a process of their own, how far they are, and what came of it
    options        which grids or people, and what else the chosen files want to know
    pictures       small pictures of what each kind of file is
    preview_card   the first page of what is chosen, before it is made
    receivers      how other systems want the boundaries: format, coordinates, layout
    template_form  how boards and cards look, to be changed and saved as the town's own
    what           the kinds of files as cards to be chosen
"""
