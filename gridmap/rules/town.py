"""What the rules of a town say about the town itself: name, code, place on earth, office."""

from datetime import date
from typing import Annotated

from pydantic import Field, field_validator

from gridmap.rules.faults import RuleFault
from gridmap.rules.files import Section
from gridmap.words import Language
from layers.contract.phones import is_office_phone

__all__ = ["Town"]


class Town(Section):
    """Who the town is and where."""

    name: str = Field(min_length=1)
    name_en: str = ""
    code: str = Field(pattern=r"^[0-9A-Za-z]{1,20}$", description="code of the level-1 grid")
    crs: str = Field(description="work CRS in metres, such as EPSG:4547")
    office_phone: str = Field("", description="public phone of the office, for its cadres to call")
    area_km2_declared: Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)] | None = None
    credit: str = Field("", description="source line printed on every map")
    credit_zh: str = ""
    version: str = "1"
    valid_from: date

    def name_in(self, language: Language) -> str:
        """Give the name in a language; without an English one the Chinese stands there too."""
        return self.name if language == "zh" else self.name_en or self.name

    @field_validator("office_phone")
    @classmethod
    def _of_an_office(cls, value: str) -> str:
        if value and not is_office_phone(value):
            raise RuleFault(
                "must be the phone of an office: digits, with blanks, '-', '+' or brackets; "
                "mobile phones are private",
                "须为单位电话：数字，可含空格、“-”“+”和括号；手机号属个人信息，不得填写",
            )
        return value
