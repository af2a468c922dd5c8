"""The template of a town for its boards and cards: words, colours, logo, what is shown.

A TOML file that is read strictly: an unknown key or an impossible value is named, with what to do.
The file that comes along is complete, to be copied and changed.
"""

import string
import tomllib
import unicodedata
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator

from gridmap.paper.logo import read_logo
from gridmap.rules.faults import RuleFault, faulty_file
from gridmap.rules.files import Section
from gridmap.rules.text import line_zh
from gridmap.words import Language
from layers.contract.errors import LayerFileError, Named, quoted
from layers.contract.phones import is_office_phone

__all__ = [
    "FIELDS",
    "PLACEHOLDERS",
    "Cards",
    "Colours",
    "Template",
    "default_template",
    "parse_template",
    "read_template",
    "template_text",
]

PLACEHOLDERS = ("town", "parent", "name", "code")
FIELDS = ("map", "people", "duties", "hotline", "supervision", "qr", "place", "number")
_DEFAULT = Path(__file__).with_name("template.toml")
_LARGEST = 100_000  # bytes of a template
_LONGEST = 120  # signs of a text
_MOST_DUTIES = 12


def _text(value: str) -> str:
    if len(value) > _LONGEST:
        raise RuleFault(
            f"must have {_LONGEST} signs at most, found {len(value)}",
            f"最多 {_LONGEST} 个字，现有 {len(value)} 个",
        )
    if any(unicodedata.category(sign)[0] == "C" for sign in value):
        raise RuleFault("must be one line without control signs", "须为一行，不得有控制字符")
    return value


def _sentence(value: str) -> str:
    """Accept a text with places for what a board is about."""
    listed = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    try:
        parts = list(string.Formatter().parse(value))
    except ValueError:
        parts = [("", "?", "", None)]
    for _, name, form, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            raise RuleFault(
                f"may have no other braces than {listed}",
                f"花括号只能用 {listed.replace(', ', '、')}",
            )
    return _text(value)


def _phone(value: str) -> str:
    if value and not is_office_phone(value):
        raise RuleFault(
            "must be a public phone: digits, with blanks, '-', '+' or brackets; mobile phones are "
            "private",
            "须为公开电话：数字，可含空格、“-”“+”和括号；手机号属个人信息，不得填写",
        )
    return value.strip()


def _address(value: str) -> str:
    parts = urlsplit(value) if value.isprintable() else None
    if value and (
        parts is None or parts.scheme not in ("http", "https") or not parts.hostname
        or parts.query or parts.fragment or "@" in parts.netloc or " " in value
    ):  # fmt: skip
        raise RuleFault(
            "must be an address such as http://192.168.1.20:8501, without '?', '#' and '@'",
            "须为网址，如 http://192.168.1.20:8501，不含“?”“#”“@”",
        )
    return value.rstrip("/")


def _file(value: str) -> str:
    if value and (value != Path(value).name or set(value) & set('\\/:*?"<>|')):
        raise RuleFault(
            "must be the name of a file beside the template, without a folder",
            "须为与模板同一文件夹中的文件名，不带文件夹",
        )
    return _text(value)


def _colour(value: str) -> str:
    digits = value.removeprefix("#")
    if len(value) != 7 or len(digits) != 6 or set(digits.lower()) - set("0123456789abcdef"):
        raise RuleFault(
            "must be a colour such as #14508c: '#' and six digits 0-9, a-f",
            "须为颜色，如 #14508c：“#”后六位数字或字母 a–f",
        )
    return value.lower()


Text = Annotated[str, AfterValidator(_text)]
Sentence = Annotated[str, AfterValidator(_sentence)]
Phone = Annotated[str, AfterValidator(_phone)]
Colour = Annotated[str, AfterValidator(_colour)]
Duties = dict[str, Annotated[tuple[Text, ...], Field(max_length=_MOST_DUTIES)]]


class Colours(Section):
    """Colours of boards and cards; letters on them are white."""

    main: Colour = "#14508c"
    accent: Colour = "#c8102e"

    @model_validator(mode="after")
    def _dark(self) -> Self:
        for key, value in (("main", self.main), ("accent", self.accent)):
            parts = [int(value[place : place + 2], 16) for place in (1, 3, 5)]
            if 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] > 140:
                raise RuleFault(
                    f"{key} is too light for white letters; take a darker colour",
                    f"{key} 太浅，上面的白字看不清，请用深一些的颜色",
                )
        return self


class Cards(Section):
    """What is special about contact cards."""

    title: Text = "便民服务连心卡"
    title_en: Text = "Contact card"
    roles: tuple[Text, ...] = ()


class _File(Section):
    """The keys of the file."""

    title: Sentence = "{name}公示牌"
    title_en: Sentence = "{name}"
    sub_title: Sentence = "{town}"
    sub_title_en: Sentence = "{town}"
    slogan: Text = ""
    slogan_en: Text = ""
    footer: Text = ""
    size: Literal["A4", "A3", "A2"] = "A3"
    logo: Annotated[str, AfterValidator(_file)] = ""
    hotline: Phone = ""
    supervision: Phone = ""
    address: Annotated[str, AfterValidator(_address)] = ""
    fields: tuple[
        Literal["map", "people", "duties", "hotline", "supervision", "qr", "place", "number"], ...
    ] = FIELDS  # type: ignore[assignment]
    roles: tuple[Text, ...] = ()
    above: Annotated[int, Field(ge=0, le=3, strict=True)] = 1
    colours: Colours = Colours()
    duties: Duties = Field(default_factory=dict)
    duties_en: Duties = Field(default_factory=dict)
    cards: Cards = Cards()


class Template(_File):
    """How boards and cards of a town look, and what is on them; with its logo as a PNG file."""

    image: bytes = b""

    def said(self, key: str, language: Language) -> str:
        """Give a text of the template in a language; Chinese where there is no English."""
        chinese = str(getattr(self, key))
        return chinese if language == "zh" else str(getattr(self, f"{key}_en")) or chinese

    def duties_of(self, role: str, language: Language) -> tuple[str, ...]:
        """Give the duties of a role, those of all where it has none of its own."""
        table = self.duties if language == "zh" or not self.duties_en else self.duties_en
        return table.get(role) or table.get("all", ())


def template_text() -> str:
    """Give the template that comes along, to be copied and changed."""
    return _DEFAULT.read_text(encoding="utf-8")


def default_template() -> Template:
    """Give the template that comes along."""
    return parse_template(template_text(), source=_DEFAULT.name)


def read_template(path: Path) -> Template:
    """Read the template of a town, and its logo from beside it.

    Raises
    ------
    LayerFileError
        If the file or its logo cannot be read.
    LayerSchemaError
        With every fault of the template.
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= _LARGEST else None
        text = data.decode("utf-8-sig") if data is not None else None
    except (OSError, UnicodeDecodeError):
        text = None
    if text is None:
        raise LayerFileError(
            f"The template {path.name!r} cannot be read. Name a TOML file in UTF-8 of at most "
            f"{_LARGEST // 1000} kB; the one that comes along can be copied.",
            f"模板{quoted(path.name)}无法读取。请指定 UTF-8 编码、不超过 {_LARGEST // 1000} kB 的"
            "模板文件；可复制自带的模板。",
        )
    template = parse_template(text, source=path.name)
    if not template.logo:
        return template
    return template.model_copy(update={"image": read_logo(path.parent / template.logo)})


def parse_template(text: str, *, source: str = "template.toml", logo: bytes = b"") -> Template:
    """Check the text of a template; `source` names it in errors, `logo` is a checked picture."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LayerFileError(
            f"{source!r} is not valid TOML: {error}. Look at that line: texts stand in quotes, "
            "and no key comes twice.",
            f"{quoted(source)}不是有效的 TOML 文件：{line_zh(error)}有误。请检查该处："
            "文字要加引号，同一个键不得写两次。",
        ) from None
    try:
        keys = _File.model_validate(given)
    except ValidationError as error:
        file = Named(f"The template {source!r}", f"模板{quoted(source)}")
        raise faulty_file(error, given, _File, file) from None
    return Template.model_construct(**dict(keys), image=logo)
