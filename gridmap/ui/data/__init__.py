"""The page 数据: a town's folder put together from files, each inspected and then declared.

Its modules:

    crs_choice       choosing a coordinate system by name or number
    data_file        one file: what was found in it, on a map, and what it is
    data_map         the compact map of outlines and issues
    data_page        the page itself
    data_put         putting files into a town
    data_rows        the list of files
    data_tables      what was found in a file, as tables
    data_town        choosing the town
    data_undo        the last change, and the button that takes it back
    declare          the form that says what a file is
    declare_registered  registers, sites, groups, boards, cases and business areas
    declare_columns  which column is which, where the headers do not say it
    inspection       what is in the files, and what the user has to be asked
    town_files       files put in, put aside and brought back
"""
