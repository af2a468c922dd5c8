"""The solver of staffing: arrays of people, posts and costs in, who takes which post out.

It knows no frames and no words. One post a person is a matching, exact at any size; where hours and
lines let a person hold several it is an integer programme with a bound.

Its modules:

    alternatives  the staffing with somebody on another post, and who would move
    costs         costs of people on posts, given block by block
    integer       staffing where hours, targets or lines bind, as an integer programme
    lines         posts that one person may not hold together
    matching      exact matching on sparse pairs, posts in order of need
    pairs         matching of many people on many posts by the few pairs that matter
    request       what is asked, and what is answered
    solve         the staffing of least cost
    ties          which of several equal staffings
    vacancies     what would fill a vacant post, tried
    vacant        why posts are vacant, as codes
"""
