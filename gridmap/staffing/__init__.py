"""Cadres on posts: what posts there are, what each asks for, and who takes which.

The exact solver is a folder of its own, `solver`. Its modules:

    affinity       what it costs to put a person on a post
    assign         the exact least-cost assignment of cadres to posts
    candidates     who could take a post, the most fitting first
    case           what is asked of the solver for a plan
    comparison     who holds other posts in one plan than in another
    eligibility    who may take which post: roles, pins and bans
    explanations   why posts are vacant, what would help, why X is here and not there
    hours          what people give and posts ask for, and who has room for one more
    places         what posts are on, with ground and village
    posts          how many officers every grid needs, and the posts of roles
    reasons        why a person has a post, why a post is vacant, why somebody is left over
    rows           rows of assignments as a frame, in order, by place, as on a day
    shared_people  people who are on the rosters of several towns
    table          who is on which post as a table for others
    why            why somebody is here and not there, why a post is vacant and what helps
"""
