"""What comes of the runs of one kind in the benchmark of durability."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["MISLEADING", "SIDE", "Tally"]

SIDE = 4  # micro-grids of a side of the plan: small, so that the killing strikes everywhere
MISLEADING = ("anew", "重新生成")  # advice that would lose edits


@dataclass
class Tally:
    """What came of the runs of one kind."""

    runs: int = 0
    struck: int = 0  # killed before they ended, or corruptions that changed the content
    refused: int = 0  # in words: open in another program, damaged
    lost: int = 0
    silent: int = 0
    misleading: int = 0
    debris: int = 0
    told: list[str] = field(default_factory=list)  # of everything that should not be

    def fault(self, kind: str, text: str) -> None:
        """Count a fault and keep its words."""
        setattr(self, kind, getattr(self, kind) + 1)
        self.told.append(f"{kind}: {text}")
