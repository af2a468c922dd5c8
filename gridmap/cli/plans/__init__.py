"""Commands that make plans and keep them.

Its modules:

    build      commands that make plans: plan, assign, close, demo
    file       commands on a plan file: verify, recover, log
    tree       the command on whole plans: their tree, names, drafts, freezing, deleting
"""
