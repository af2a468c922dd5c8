"""A first town from dropped files: what each is, what it holds, and a plan at the end.

`dropped` takes the files in, `findings` looks at all of them together, `questions` lists what a
person has to say, `settle` makes a town of it.

Its modules:

    choices         what a person has decided, kept beside the files
    column_kinds    what a column holds, told by its cells
    column_roles    which column is which, by header and cells
    division        boundaries of grids that the town has already, of which its plan is made
    drafts          where a town is put together before it is one
    dropped         files in any mixture made inputs: unpacked, grouped, rightly named
    finding         one layer: what it is taken for and where it lies
    findings        all files together: the picture before the plan
    guess           what a dropped file is, how sure that is, and why
    land            the land placed and classified
    land_codes      the system of land-use codes, and the classes found
    land_names      Chinese names of land-use classes
    looking         one layer or sheet as it was read
    questions       what the files cannot say
    roster/         rosters repaired, each repair with before and after
    settle          findings made a town
    trees/          the hierarchy put together from what files say
"""
