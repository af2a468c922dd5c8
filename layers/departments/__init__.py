"""What departments and other systems give a town: case counts, and divisions of their own.

Its modules:

    business      a department's own division of the ground
    case_numbers  numbers of cases, kept as they are written
    cases         tables of case counts of other systems
    divisions     any other division, with codes and names of its own
"""
