"""Write how Chinese characters are read, for searches: gridmap/lookup/readings.txt.

The readings are those of pypinyin (MIT licence), without tones. The program itself does not need
it: a name that is searched for may be read in every way, so that its lists of phrases, which are
the larger part of it, would not be used. To write the table again:

    pip install pypinyin==0.55.0
    python data/make_readings.py
"""

from collections import defaultdict
from pathlib import Path

from pypinyin import Style, pinyin

TABLE = Path(__file__).parents[1] / "gridmap" / "lookup" / "readings.txt"
FIRST, LAST = 0x4E00, 0x9FFF  # the Chinese characters of everyday use, and many more


def main() -> None:
    """Write a line a syllable: the characters usually read so, then those read so too."""
    usual: defaultdict[str, str] = defaultdict(str)
    also: defaultdict[str, str] = defaultdict(str)
    for sign in map(chr, range(FIRST, LAST + 1)):
        (read,) = pinyin(sign, style=Style.NORMAL, heteronym=True)
        first, *others = dict.fromkeys(one for one in read if one.isascii() and one.isalpha()) or [
            ""
        ]
        if first:
            usual[first] += sign
        for syllable in others:
            also[syllable] += sign
    lines = [
        f"{syllable} {usual[syllable]} {also[syllable]}".rstrip()
        for syllable in sorted({*usual, *also})
    ]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
