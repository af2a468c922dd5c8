"""What is chosen for a wall screen, kept in its address: so a bookmark opens it as it was set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

__all__ = ["LEAST_S", "MOST_S", "PACE_S", "WallSettings"]

LEAST_S, PACE_S, MOST_S = 5, 20, 120  # seconds that a scene stays
AUDIENCE, NAMES, LOOK, PACE = "wall-for", "wall-names", "wall-look", "wall-pace"


@dataclass(frozen=True)
class WallSettings:
    """The choices for one screen.

    Attributes
    ----------
    public
        Whether the public stands before it: then it shows what files for the public show.
    names
        Whether people are named.
    light
        Whether the ground is light; a screen that glows all day is better dark.
    pace_s
        Seconds that a scene stays.
    """

    public: bool = False
    names: bool = True
    light: bool = False
    pace_s: int = PACE_S

    @classmethod
    def read(cls, address: Mapping[str, str], *, named: bool) -> Self:
        """Read the settings of an address; what it does not say is as usual.

        Parameters
        ----------
        address
            The parameters of the address, which anybody may have typed.
        named
            Whether people are named when the address does not say.
        """
        pace = str(address.get(PACE, ""))
        wanted = int(pace) if pace.isascii() and pace.isdigit() and len(pace) < 5 else PACE_S
        names = address.get(NAMES, "")
        return cls(
            public=address.get(AUDIENCE) == "public",
            names=names == "1" if names in ("0", "1") else named,
            light=address.get(LOOK) == "light",
            pace_s=min(max(wanted, LEAST_S), MOST_S),
        )

    def written(self) -> dict[str, str]:
        """Give the settings as parameters of an address."""
        return {
            AUDIENCE: "public" if self.public else "house",
            NAMES: "1" if self.names else "0",
            LOOK: "light" if self.light else "dark",
            PACE: str(self.pace_s),
        }
