"""What the engine is asked and what it answers: request, graph, bounds, result. Arrays only.

Its modules:

    types       names of the types that all modules share
    request     a request checked, and its loads as whole numbers
    graph       the graph of patches in compressed sparse rows
    components  the graph cut into its connected components
    links       links not allowed yet that would help, to name as a remedy
    bound       lower bounds on the number of zones
    random      seeded random numbers for compiled code
    matching    which new zone carries on which old one
    reasons     which rule fails where and by how much, in sentences
    result      a plan as labels
"""
