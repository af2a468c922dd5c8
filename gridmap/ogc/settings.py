"""What whoever runs the app has chosen for programs: the public let in, other sites, how often.

They are variables of the environment of the server, so that no file of a plan can open anything.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["CORS_VARIABLE", "PUBLIC_VARIABLE", "RATE_VARIABLE", "Settings", "settings_of"]

PUBLIC_VARIABLE = "GRIDMAP_OGC_PUBLIC"  # "1": who does not log in gets the public copy
CORS_VARIABLE = "GRIDMAP_OGC_CORS"  # origins of pages that may ask, with spaces; "*" for all
RATE_VARIABLE = "GRIDMAP_OGC_PER_MINUTE"  # requests of one client a minute
PER_MINUTE = 1200
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


@dataclass(frozen=True)
class Settings:
    """What was chosen; without a choice nobody but those of the house is let in.

    Attributes
    ----------
    is_public
        Whether who does not say who it is gets the copy for the public.
    origins
        Of pages in browsers that may ask; "*" for all.
    per_minute
        Requests that one client may make in a minute.
    """

    is_public: bool = False
    origins: frozenset[str] = frozenset()
    per_minute: int = PER_MINUTE

    def allows(self, origin: str) -> bool:
        """Whether a page of an origin may read answers."""
        return "*" in self.origins or origin.lower() in self.origins


def settings_of(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the choices; what cannot be read is not chosen."""
    rate = environment.get(RATE_VARIABLE, "").strip()
    origins = environment.get(CORS_VARIABLE, "").split()
    return Settings(
        environment.get(PUBLIC_VARIABLE, "").strip() == "1",
        frozenset(one.lower() for one in origins if one == "*" or _is_origin(one)),
        int(rate) if rate.isascii() and rate.isdigit() and int(rate[:9]) > 0 else PER_MINUTE,
    )


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    plain = parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" == text
    return plain and _HOST.fullmatch(parts.netloc) is not None
