"""OGC API – Features: published versions of plans for GIS and programs, read-only.

The texts of features are made once a version; a request finds them by an index and puts them
together. docs/ogc.md says what is served and how to connect. Its modules:

    answering     one request answered, from the address to the finished answer
    catalogue     what is served of a plan: versions, collections, what they cover
    documents     landing page, conformance and collections
    entry         who asks: account, link, start-up key, or the public; how often
    feature_file  the file of ready features beside a plan
    finding       a page of features, one of them, and how many there are
    items         features as answers
    messages      requests, answers, their form, and why there is none
    openapi       the definition of the interface
    pages         answers as pages for people, without anything from elsewhere
    parameters    the question that an address asks, read strictly
    queryables    collections, and what their features are found by
    serving       requests as a server gives them, and the threads that answer
    settings      what whoever runs the app has chosen for programs
    systems       coordinate systems of boxes and answers
    texts         the features of a version as ready texts
"""

from gridmap.ogc.answering import Service, answer
from gridmap.ogc.messages import Answer, Request
from gridmap.ogc.settings import Settings, settings_of

__all__ = ["Answer", "Request", "Service", "Settings", "answer", "settings_of"]
