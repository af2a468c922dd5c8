"""The page 调整: the map editor for micro-grids. Its scripts and styles are in `editor/`.

Its modules:

    redraw_answer   what the editor is told after each request
    redraw_border   a border explained by the draft: why it is there, what moving it costs
    redraw_find     what can be searched for: grids, people, objects
    redraw_frozen   a frozen plan: to look at, with the way out
    redraw_kept     the pending list of a session and the one on the disk are the same
    redraw_map      the ground as one small binary file
    redraw_page     the page itself
    redraw_remarks  comments and disputes: pinned, answered, opened as ready edits, settled
    redraw_script   the editor's scripts and styles as one script
    redraw_session  each tool of the editor (move, split, cut …) as an edit; changes not accepted
"""
