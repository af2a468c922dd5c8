"""What the rules of a town say about what may go out of the house."""

from typing import Annotated, Literal

from pydantic import Field

from gridmap.rules.files import Section

__all__ = ["Publish"]


class Publish(Section):
    """What may go out of the house, and to whom (docs/publishing.md)."""

    source_classification: Literal["public", "internal", "secret"] | None = Field(
        None, description="whether the layers are published, for internal use, or state secrets"
    )
    audit_number: str = Field(
        "", max_length=60, description="number under which the map was reviewed, printed on it"
    )
    licence: str = Field(
        "", max_length=120, description="licence of the boundaries: what readers may do with them"
    )
    names_public: bool = Field(
        False, strict=True, description="whether files for the public name the people on post"
    )
    board_page: bool = Field(
        False, strict=True, description="whether anybody who scans a board is told if it is right"
    )
    sensitive_records: tuple[str, ...] = Field(
        (), description="records, or file:record, that no file for the public may show"
    )
    keep_months: Annotated[int, Field(ge=0, le=1200, strict=True)] | None = Field(
        None, description="months for which people are kept after their last assignment ended"
    )

    @property
    def is_secret(self) -> bool:
        """Whether nothing made of the layers may go out."""
        return self.source_classification == "secret"
