"""Published versions of towns in a PostGIS.

Its modules:

    content     what of a published version goes into a database
    publishing  a plan, or all towns of a city, written to a database town by town
    remembered  what of each town was written last, so that it is not worked out again
"""

from gridmap.postgis.content import Content, content_of
from gridmap.postgis.publishing import Outcome, publish_to, withdraw_from

__all__ = ["Content", "Outcome", "content_of", "publish_to", "withdraw_from"]
