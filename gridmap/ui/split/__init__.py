"""The page 划分: a town divided in several ways, watched, compared, one of them taken.

Its modules:

    split_compare  trials side by side: picture, figures, what is proven
    split_page     the page itself
"""
