"""One town of a city, as the pages of a single town work on it.

Its modules:

    dividing     the process that tries divisions of a town, and puts one in place
    placing      a division that was tried becomes the plan of its town, and is taken back
    rules_files  the rules of a town and those that all share, as files that are changed
"""
