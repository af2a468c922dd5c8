"""Light and dark: what the system prefers or the user has chosen, for all that the app shows.

There is one question, `matchMedia("(prefers-color-scheme: dark)")`: Streamlit, the parts of pages
and the maps in frames ask it, and hear when the answer changes. A script in the head of the page,
`head.js`, gives the user's choice as the answer; it is kept in the browser. What styles of ours
need are the variables of `colours.css` of the maps.

Its modules:

    head       puts the script into the page that Streamlit sends
    map_style  Leaflet in the colours of the app
    no_page    what stands where there is no page to see
    switch     the choice on top of a page, beside the language
"""
