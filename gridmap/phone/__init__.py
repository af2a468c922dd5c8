"""A cadre's own grids as one file for a phone: works without a signal, and hands answers on signed.

The page keeps what somebody confirms or disputes on the phone and hands it on as a signed file, or
to the address of the app where that answers; the planner's side takes each answer in once.

Its modules:

    answer_file  the signed file of answers: read strictly, believed when signed
    link         the keys of a page, which follow from its link and the secret beside the plan
    making       a person's page with its link and receipts
    own_map      the map of the own grids, also of the page in the app
    page         the page as one HTML file
    serving      the page as the app serves it, to be installed, and the address for answers
    sheet        what a cadre is told of a grid, as plain texts, also of the page in the app
    take_in      taking answers in: each once, refused with the reason
    values       what the page is given
"""

from gridmap.phone.link import PhoneLink, phone_link
from gridmap.phone.making import link_of_person, make_page
from gridmap.phone.page import phone_page
from gridmap.phone.take_in import Taken, TakenAnswer, take_in

__all__ = [
    "PhoneLink",
    "Taken",
    "TakenAnswer",
    "link_of_person",
    "make_page",
    "phone_link",
    "phone_page",
    "take_in",
]
