"""What all pages share: who is asking, the language, the town and plan open, and the server.

Its folder `memory` keeps what is worked out of plans for all. Its modules:

    auth         who is asking: a cadre with a link, a planner, a viewer, or nobody yet
    context      what every page is given, and the choice of town and plan behind it
    guard        the check at every way into the pages: run, callback, fragment, dialog
    header       the top of every page
    i18n         the language of a session
    jobs         long work on a page: its progress, and a button to end it
    markdown     texts of data for places that read Markdown
    media_url    large data for a page, by address on this server
    phone_route  the addresses of phone pages: the page of a link, and where answers are taken
    plan_map     the map of a plan in a page
    plans        finding and opening plans
    server       what is asked of every request before Streamlit sees it
    steps        where a town stands between data and hand-over
    streamlit_private  what is used of Streamlit and is not public
    tables       micro-grids, issues and figures as frames in one language
    towns        the user's own towns
"""
