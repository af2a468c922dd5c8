"""Where the values of a rules file come from, as the comments beside them say.

A mark in square brackets stands for the kind of source: S a report, P a published standard or
practice, C computed from such figures, A an assumption. A mark on a heading holds for all below it.
"""

import re
from dataclasses import dataclass

__all__ = ["MARKS", "Source", "sources_in"]

MARKS = ("S", "P", "C", "A")
_MARK = re.compile(r"\[([SPCA])\]\s*")
_HEADER = re.compile(r"^\s*\[+\s*([\w.\-]+)\s*\]+")
_VALUE = re.compile(r"^\s*([\w\-]+)\s*=")
# A comment begins at a # that stands in no text.
_COMMENT = re.compile(r"""^(?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*#\s*(.*)$""")


@dataclass(frozen=True)
class Source:
    """Where a value comes from."""

    mark: str  # S, P, C or A; "" when nothing is said
    note: str  # the comment beside the value, without the mark


def sources_in(text: str) -> dict[str, Source]:
    """Give the source of every value of a rules file that has one, by dotted key."""
    found: dict[str, Source] = {}
    section, heading, of_section = "", ("", ""), ""
    for line in text.splitlines():
        comment = _comment(line)
        if not line.strip():
            heading = ("", "")
        elif line.lstrip().startswith("#"):
            heading = (_mark_of(comment), comment) if _mark_of(comment) else heading
        elif header := _HEADER.match(line):
            name = header[1]
            # The mark of a heading holds for all tables of one name: [load.water], [load.farmland].
            same = name.partition(".")[0] == section.partition(".")[0]
            of_section = _mark_of(comment) or heading[0] or (of_section if same else "")
            section = name
        elif value := _VALUE.match(line):
            mark = _mark_of(comment) or of_section
            if mark or comment:
                key = f"{section}.{value[1]}" if section else value[1]
                found[key] = Source(mark, _MARK.sub("", comment).strip())
    return found


def _comment(line: str) -> str:
    match = _COMMENT.match(line)
    return match[1].strip() if match else ""


def _mark_of(comment: str) -> str:
    match = _MARK.search(comment)
    return match[1] if match else ""
