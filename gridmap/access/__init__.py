"""Who may see what: personal links of cadres, accounts of planners, and what a link opens.

`links` makes and checks links, `view` says what one of them opens, `answers` keeps what cadres
answer, `accounts` knows planners and viewers. Nothing of it is in the plan itself: it lies beside.

Its folder `scope` knows which towns an account is for. Its modules:

    accounts      accounts of planners and viewers: who may log in, and as what
    answers       what cadres answer: receipts and disputes, kept beside the plan and never lost
    attempts      slowing down whoever guesses passwords, without keeping out who knows one
    audit         who logged in, who tried, who changed what, from where
    behalf        on whose behalf something is written, asked again just before
    entrance      where the app may be reached without accounts, and by which start-up key
    leader_view   what a leader sees of the grids below: people, vacancies, objects, receipts
    link_key      what signs the links of a plan, and the machine on which they open
    links         links of cadres, and links to look at: made, checked, revoked
    machine       what this machine remembers, whatever becomes of the files
    network       the office network: whether the app listens there, and this machine's addresses
    passwords     which passwords are refused: short ones, and those that a guesser tries first
    place         where a cadre disputes a border: degrees, brought into the work CRS
    sheet         a sheet of personal links to print and to cut
    sidecar       files beside a plan that are nobody else's to read
    view          what one cadre may see: the own grids, and of others only names
"""
