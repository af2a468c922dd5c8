"""The page 规则: a form over the rules file of a town, or the file itself.

Its modules:

    roles_form    the roles, the pins and bans: a card for each
    rules_draft   what was changed on the form and not saved yet
    rules_form    a widget for every key, with limits, source, default and faults
    rules_page    the page itself
    shared_rules  whose rules are shown in a city, and the question before those of all change
"""
