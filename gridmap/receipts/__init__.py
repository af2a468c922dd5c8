"""Answers about posts that are on no grid, all receipts in the assignments, what is forgotten.

Receipts of grids are answers of cadres (`gridmap.access.answers`); these stand in the same record
beside the plan.

Its modules:

    assignments  on which day people confirmed their posts, written into the assignments
    by_phone     what came with disputes from phone pages: photo, time, whether the page was old
    forgetting   links and answers of people who are no longer named
    photos       photos kept beside a plan, drawn anew: of boards, and of what is disputed
    place_posts  posts of a person on groups and objects, with the receipts and disputes of them
"""
