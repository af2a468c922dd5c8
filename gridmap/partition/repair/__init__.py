"""Plans in force: changed as little as possible, and repairs offered for what an edit broke.

Its modules:

    replan             planning again with a plan in force
    plan_in_force      what is locked in a plan, and keeping it
    local_repair       overloads removed with few zones changed
    zone_count_change  officers come or go
    bridge             ways between the parts of a zone
    offers             the few smallest sets of further moves that repair a break
"""
