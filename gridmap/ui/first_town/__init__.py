"""The page 新建乡镇: from dropped files to a plan in four steps, each guess shown and changeable.

Its modules:

    begin_page     the page itself: the steps, and which one is shown
    division_part  grids that the town has already, of which the plan is made
    import_fields  fields of a division made elsewhere; the page 方案管理 asks them too
    step_files     the files: dropped, named by what they are, changed by a click
    step_land      the classes of land on a coloured map, and the hierarchy over it
    step_people    the roster, each repair with before and after
    step_plan      the last questions, and the plan as it is made
    wizard_state   the folder that is worked on, what was decided, what was found
"""
