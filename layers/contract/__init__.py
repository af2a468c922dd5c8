"""What all rooms share: errors, columns, categories, rows of issues, and texts as cells hold them.

Its modules:

    categories   the seven categories of land and the sub-classes of residual ground
    collecting   how often a process looks for objects that nobody can reach
    columns      the columns of every frame that passes between rooms
    counts       numbers of households and people as offices write them
    dates        dates as offices write them, as ISO text
    door         the public names of a room, fetched from their modules when first asked for
    errors       the errors of gridmap: what is wrong, where, what was found, what to do
    identifiers  ids, codes and records: the same digits are the same id
    issues       rows for faults found in data
    kernel       compiling kernels, with a cache that knows when they have changed
    phones       texts without phones
    phrases      parts of sentences: counts, shortened lists, words that may have been meant
    sentence     what people write beside a plan: one line of plain signs, not endless
    terms        the terms of assignments: who is on a post on a day
    text         cells as text: codes keep their zeros, invisible signs go
    unchanged    answers that are kept while the frames they were computed from stay as they are
"""
