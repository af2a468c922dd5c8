"""Who may see what: personal links of cadres, accounts of planners, and what a link opens.

`links` makes and checks links, `view` says what one of them opens, `answers` keeps what cadres
answer, `accounts` knows planners and viewers. Nothing of it is in the plan itself: it lies beside.
"""
