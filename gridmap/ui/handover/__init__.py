"""The page 交付: what a plan gives to others, checked before it goes out.

Its modules:

    audience       for whom: the house or the public, and what is asked before
    handover_page  the page itself
    print_card     the map as PDF, for paper and scale as chosen
"""
