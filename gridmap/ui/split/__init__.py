"""The page 划分: a town divided in several ways, watched, compared, one of them taken.

Before that rules are tried on the open plan (`trying`), two rule sets are compared (`two_rules`),
and each border says why it is there (`border_part`); nothing of that is saved.

Its modules:

    border_part    a border of the plan clicked: why it is there, what moving it costs
    city_part      what is otherwise for a town of a city: its plan is replaced, and comes back
    desk           the open plan: its ground measured once, estimates kept, drafts of rules
    figures_table  figures of divisions side by side, and what an estimate leaves open
    map_legend     what maps are coloured by, and their legend
    plan_card      picture and figures of the open plan, also for 首页 and 方案管理
    split_compare  trials side by side: picture, figures, what is proven
    split_page     the page itself
    trying         rule values tried, the figures and the map that they give
    two_rules      two rule sets side by side, with the values that differ
    what_if_map    a map of a division, looked into and clicked
"""
