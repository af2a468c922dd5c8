"""Commands for what goes out of the house.

Its modules:

    boards      the command on public boards: which hang, what to replace, what became of them
    delta       the command that tells what became of the boundaries between two plans
    export      commands that give a plan to people and other systems: map (also as a PDF), export
    handover    the command that makes several files in one go: handover
    published   commands on published versions: publish, published
    publishing  commands on what may go out, and who stays: classify, redact, retain
"""
