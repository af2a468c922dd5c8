"""Answers about posts that are on no grid, all receipts in the assignments, what is forgotten.

Receipts of grids are answers of cadres (`gridmap.access.answers`); these stand in the same record
beside the plan.

Its modules:

    assignments  on which day people confirmed their posts, written into the assignments
    forgetting   links and answers of people who are no longer named
    place_posts  posts of a person on groups and objects, with the receipts and disputes of them
"""
