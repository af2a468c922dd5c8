"""The page of a cadre as one HTML file, for a phone that has no network: nothing is beside it.

It opens from a file manager or a chat. Its policy lets it reach nothing but the address of the app
that it was made for, and without an address nothing at all.
"""

import html
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

from gridmap.maps.leaflet import leaflet_style
from gridmap.maps.page import asset, for_script, policy
from gridmap.phone.link import PhoneLink
from gridmap.phone.own_map import map_script, own_asset
from gridmap.phone.values import Values, phone_values
from gridmap.plan.plan import Plan
from gridmap.words import LANGUAGES, Language, say

__all__ = ["page_of", "phone_page"]

# Before anything is drawn: the theme that the phone prefers.
THEME = (
    "{const dark = matchMedia('(prefers-color-scheme: dark)');"
    "const root = document.documentElement;"
    "const set = () => { root.dataset.theme = dark.matches ? 'dark' : 'light'; };"
    "dark.addEventListener('change', set); set();}"
)
SCRIPTS = ("sign", "photo", "kept", "hand", "parts", "answering", "waiting", "install", "phone")


def phone_page(
    plan: Plan, person_id: str, *, printed: date, language: Language = "zh",
    link: PhoneLink | None = None, confirmed: Mapping[str, str] | None = None,
) -> bytes:  # fmt: skip
    """Write the page of a person's own grids.

    Parameters
    ----------
    plan
        The plan as `gridmap.publish.release` gives it for the house.
    person_id
        Whose page it is.
    printed
        Day it is made.
    language
        Language that it opens in; it has both.
    link
        By which the person answers (`gridmap.phone.phone_link`): whoever has the page may answer
        for the person until the link ends. None for a page to look at.
    confirmed
        Day on which a grid, group or object was confirmed as it is, by its code or id.

    Returns
    -------
    The file. The same arguments give the same bytes.

    Raises
    ------
    PlanError
        If the person is not on the roster, or on no post.
    """
    values = phone_values(
        plan, person_id, language=language, printed=printed, link=link, confirmed=confirmed or {}
    )
    return page_of(values)


def page_of(values: Values, *, head: str = "", more: str = "") -> bytes:
    """Write the page of values.

    Parameters
    ----------
    values
        What `phone_values` gives.
    head, more
        What the app adds when it serves the page: tags of the head, and rules of the policy.
    """
    language: Language = values["language"]
    address = values["link"]["address"] if values["link"] else ""
    if address and not more:
        parts = urlsplit(address)
        more = f"; connect-src {parts.scheme}://{parts.netloc}"
    town = values["town"][language] or values["town"]["zh"]
    title = html.escape(f"{say('my_grids.title', language)} · {town}")
    styles = "".join(
        [leaflet_style(), asset("colours.css"), asset("leaflet_parts.css"),
         own_asset("own_map.css"), own_asset("phone.css")]
    )  # fmt: skip
    scripts = "\n".join(
        [map_script(), asset("elements.js"), *(own_asset(f"{name}.js") for name in SCRIPTS)]
    )
    body = own_asset("phone.html").replace("<!-- map -->", own_asset("own_map.html"))
    unread = "".join(
        f'<p class="phone-warn">{html.escape(say("phone.no_script", one))}</p>' for one in LANGUAGES
    )
    body = body.replace("<!-- noscript -->", unread)
    page = (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head>'
        f'<meta charset="utf-8">{policy(fetches=False, pictures=bool(head), more=more)}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="format-detection" '
        f'content="telephone=no"><title>{title}</title>{head}'
        f"<script>{THEME}</script><style>{styles}</style></head>"
        f"<body>{body}<script>{{\n{scripts}\ngmPhone.start({for_script(values)});\n}}"
        "</script></body></html>\n"
    )
    return page.encode()
