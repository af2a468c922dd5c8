"""The page 我的网格 of a cadre on a phone, and what planners see of it: links, answers, audit.

Its modules:

    answers        who has confirmed, and what is disputed
    audit_table    who logged in, who tried, who changed what
    board_door     where the code of a board leads: to the board, or to what anybody may learn
    boards_part    boards: which hang, and noting one as hung
    grid_map       the map of a grid: it draws a view and tells the place chosen
    grid_sheet     facts, duties, places, neighbours and people of a grid
    links          the dialog for personal links
    my_grids_page  the page itself
    phone_files    pages for phones to download, and their files of answers taken in
    place_posts    posts on groups and objects, with receipts, and who has not confirmed
    subordinates   for leaders: the grids below, their people, vacancies, objects and receipts
"""
