"""Reads the columns of every table from the code, with the meaning that its comments tell."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

FRAME = re.compile(r"([A-Z]+): Columns = \{")
COLUMN = re.compile(r'\s*"(\w+)": "(\w+)",')


def tables(source: Path) -> Iterator[str]:
    """Write the tables of a module such as `columns.py` of `layers` as Markdown.

    Above a table stand the comments before it: what a row is, and the index. Behind a column stands
    the comment at the end of its line, or the ones on the lines above it.
    """
    lines = source.read_text(encoding="utf-8").splitlines()
    comments = _comments(source)
    above: list[str] = []
    inside = False
    for number, line in enumerate(lines, start=1):
        comment = comments.get(number, "")
        if line.strip().startswith("#"):
            above.append(comment)
        elif frame := FRAME.match(line):
            inside = True
            yield f"\n## {frame[1]}\n\n{' '.join(above)}\n"
            yield "| column | type | meaning |\n| --- | --- | --- |"
            above = []
        elif inside and (column := COLUMN.match(line)):
            meaning = " ".join([*above, comment]).strip().replace("|", "\\|")
            yield f"| `{column[1]}` | {column[2]} | {meaning} |"
            above = []
        else:
            inside = inside and line != "}"
            above = []


def _comments(source: Path) -> dict[int, str]:
    with io.BytesIO(source.read_bytes()) as file:
        return {
            token.start[0]: token.string.lstrip("# ")
            for token in tokenize.tokenize(file.readline)
            if token.type == tokenize.COMMENT
        }
