"""The page 共享: colleagues log in, the office network opens, links go out. No command line.

Its modules:

    accounts_step  step 1: accounts of planners and viewers
    links_step     step 3: personal links, links to look at, and how many have answered
    network_step   step 2: the office network, this machine's addresses, the firewall
    scope_fields   the counties and towns that an account is for, chosen and in words
    share_page     the page itself
"""
