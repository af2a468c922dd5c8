"""Commands that make plans and keep them.

Its modules:

    build      commands that make plans: plan, assign, close
    demo       the command demo: both sample towns side by side
    file       commands on a plan file: verify, recover, log
    taking     the command that takes in a division made elsewhere: import
    tree       the command on whole plans: their tree, names, drafts, freezing, deleting
"""
