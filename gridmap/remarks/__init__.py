"""What people say about a place of the map: comments of planners and viewers, disputes of cadres.

A remark can be opened as a ready edit; when the edit is accepted the remark is done, when it is
undone the remark is open again.

Its modules:

    board     comments and disputes as one list, and what follows from the log for them
    comments  comments pinned on the map, answered and closed, kept beside the plan
    suggest   the ready edit for a place: which patch would go to which micro-grid
"""
