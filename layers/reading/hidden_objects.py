"""What a drawing shows: objects on layers that are frozen, off or never plotted are no ground.

A drawing keeps old states, construction lines and alternatives on layers that are switched off; its
reader takes all of them. They are taken out on a copy, in blocks too, and it is said.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from layers.contract.errors import Named
from layers.contract.phrases import counted, few
from layers.files.encoding import drawing_encoding, texts_encoding
from layers.reading.binary_drawings import is_binary, pairs_of_binary

__all__ = ["shown_drawing"]

# Records that belong to the object in front of them.
_PARTS = (b"VERTEX", b"ATTRIB", b"SEQEND")
_FROZEN, _HIDDEN_ENTITY = 1, b"1"
_NEVER_PLOTTED = b"DEFPOINTS"


@dataclass
class _Hidden:
    """Objects left out: on which layers, and how many are invisible by themselves."""

    off: Counter[bytes]
    unplotted: Counter[bytes]
    invisible: int = 0


_UNSEEN = Named(
    "it is a damaged binary drawing: whether its layers are frozen or off cannot be seen, and all "
    "objects that can be read count. Save it again, best as a DXF of text",
    "二进制 DXF 已损坏：无法查看图层是否冻结或关闭，能读取的对象均计入。"
    "请重新保存，最好为文本格式的 DXF",
)


def shown_drawing(path: Path) -> tuple[bytes, Named | None] | None:
    """Write a DXF without the objects that it does not show; a binary one as text.

    Returns
    -------
    The drawing, and a sentence on what was left out, if anything; None when a drawing of text shows
    all of its objects.
    """
    raw = path.read_bytes()
    binary = is_binary(raw)
    if binary:
        try:
            pairs = pairs_of_binary(raw)
        except ValueError:
            return raw, _UNSEEN
    else:
        lines = raw.split(b"\n")
        pairs = [(lines[at].strip(), lines[at + 1]) for at in range(0, len(lines) - 1, 2)]
    off, unplotted = _layers(pairs)
    hidden = _Hidden(Counter(), Counter())
    kept = list(_kept(pairs, off, unplotted, hidden))
    nothing = not hidden.off and not hidden.unplotted and not hidden.invisible
    if nothing and not binary:
        return None
    written = b"".join(code + b"\n" + value + b"\n" for code, value in kept)
    encoding = texts_encoding(written) if binary else drawing_encoding(path)
    return written, None if nothing else _said(hidden, encoding.name or "utf-8")


def _layers(pairs: list[tuple[bytes, bytes]]) -> tuple[set[bytes], set[bytes]]:
    """Give the layers that are frozen or off, and those that are never plotted."""
    off: set[bytes] = set()
    unplotted = {_NEVER_PLOTTED}
    name, inside = b"", False
    for code, value in pairs:
        text = value.strip()
        if code == b"0":
            inside = text == b"LAYER"
            if text == b"ENDSEC" and (off or name):
                break  # the tables stand in front of the objects
            name = b"" if inside else name
        elif not inside:
            continue
        elif code == b"2":
            name = text.upper()
        elif name and (
            (code == b"70" and text.lstrip(b"-").isdigit() and int(text) & _FROZEN)
            or (code == b"62" and text.startswith(b"-"))
        ):
            off.add(name)
        elif name and code == b"290" and text == b"0":
            unplotted.add(name)
    return off, unplotted


def _kept(
    pairs: list[tuple[bytes, bytes]], off: set[bytes], unplotted: set[bytes], hidden: _Hidden
) -> Iterator[tuple[bytes, bytes]]:
    """Yield a drawing without its hidden objects, which are counted."""
    section, gone = b"", False
    for kind, record in _records(pairs):
        if kind == b"SECTION":
            section = next((value.strip() for code, value in record if code == b"2"), b"")
        if section not in (b"ENTITIES", b"BLOCKS") or kind in (
            b"SECTION", b"ENDSEC", b"BLOCK", b"ENDBLK", b"EOF"
        ):  # fmt: skip
            yield from record
            continue
        if kind not in _PARTS:
            gone = _is_hidden(record, section, off, unplotted, hidden)
        if not gone:
            yield from record


def _records(
    pairs: list[tuple[bytes, bytes]],
) -> Iterator[tuple[bytes, list[tuple[bytes, bytes]]]]:
    """Yield the records of a drawing: each begins with a 0."""
    record: list[tuple[bytes, bytes]] = []
    for pair in pairs:
        if pair[0] == b"0" and record:
            yield record[0][1].strip(), record
            record = []
        record.append(pair)
    if record:
        yield record[0][1].strip(), record


def _is_hidden(
    record: list[tuple[bytes, bytes]],
    section: bytes,
    off: set[bytes],
    unplotted: set[bytes],
    hidden: _Hidden,
) -> bool:
    """Tell whether an object is not shown, and count it."""
    said = {code: value.strip() for code, value in reversed(record)}
    layer = said.get(b"8", b"0")
    if said.get(b"60") == _HIDDEN_ENTITY:
        hidden.invisible += 1
        return True
    if section == b"BLOCKS" and layer == b"0":
        return False  # in a block, layer 0 is the layer that the block is put on
    for layers, count in ((off, hidden.off), (unplotted, hidden.unplotted)):
        if layer.upper() in layers:
            count[layer] += 1
            return True
    return False


def _said(hidden: _Hidden, encoding: str) -> Named:
    """Say what was left out, layer by layer."""
    english, chinese = [], []
    for count, text, text_zh in (
        (hidden.off, "on layers that are frozen or off", "所在图层已冻结或关闭"),
        (hidden.unplotted, "on layers that are not plotted", "所在图层不打印"),
    ):
        if count:
            names = few(sorted(name.decode(encoding, "replace") for name in count))
            english.append(f"{count.total():,} {text} ({names.en})")
            chinese.append(f"{count.total():,} 个{text_zh}（{names.zh}）")
    if hidden.invisible:
        english.append(f"{hidden.invisible:,} invisible by themselves")
        chinese.append(f"{hidden.invisible:,} 个自身设为不可见")
    total = hidden.off.total() + hidden.unplotted.total() + hidden.invisible
    return Named(
        f"{counted(total, 'object', 'objects')} that the drawing does not show left out: "
        f"{', '.join(english)}. If they are ground, show them in the drawing program and save it "
        "again",
        f"图中未显示的 {total:,} 个对象已略去：{'，'.join(chinese)}。"
        "如确为用地，请在制图软件中打开相应图层后重新保存",
    )
