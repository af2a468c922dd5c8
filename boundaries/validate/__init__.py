"""Validation of a plan: one catalogue of rules, and the faults that they find, as rows.

Its modules:

    catalogue        all rules with their ids, and the one call that checks a plan
    tables           the tables of a plan as rules see them, with the facts they share
    post_hours       officer-hours that posts ask for, where they do not say it
    limits           the limits of the rules, each with the source of its default
    topology_checks  gaps, overlaps, unmatched edges and overhang of finished grids
    rules_codes      CODE: unique codes that say where a grid belongs
    rules_tree       TREE: one tree, micro-grids made of patches
    rules_ground     COV: the grids of a level share out the ground above them
    rules_load       CAP and CAT: what a micro-grid may hold, and what ground it is
    rules_exclusive  CAP-7: how many people of a unit one grid takes
    rules_size       CAP-5 and CAP-11: usual sizes and shapes by kind of ground
    rules_people     ASSIGN: everywhere somebody is in charge
    rules_publishing  PUB: what has to be known before anything leaves the house
    rules_roles      ASSIGN-6 and 9 to 11: teams, roles, hours and terms
    rules_groups     GROUP: members of groups that are there
    rules_roster     ASSIGN-8 and PEOPLE: posts, roster and assignments agree
"""
