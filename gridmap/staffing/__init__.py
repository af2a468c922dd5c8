"""Cadres on posts: what posts there are, what each asks for, and who takes which.

The exact solver is a folder of its own, `solver`. Its modules:

    affinity      what it costs to put a person on a post
    assign        the exact least-cost assignment of cadres to posts
    candidates    who could take a post, the most fitting first
    explanations  why posts are vacant, what would help, why X is here and not there
    posts         how many officers every grid needs
    reasons       why a person has a post, why a post is vacant, why somebody is left over
"""
