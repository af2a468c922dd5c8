"""All files that are made of a plan for others, and every byte of them read back as text."""

import base64
import contextlib
import gzip
import io
import re
import zipfile
import zlib
from dataclasses import replace
from datetime import date, datetime
from html import unescape

import pyarrow.parquet as pq
import pypdfium2
from pmtiles.reader import MemorySource, Reader, all_tiles

from boundaries.changes.writing import delta_csv, delta_geojson
from gridmap.access.links import make_link
from gridmap.boards.listing import replace_list
from gridmap.boards.printing import boards_to_print
from gridmap.boards.record import note_hung, note_printed
from gridmap.boards.sheet import replace_csv, replace_xlsx
from gridmap.handover import KINDS, Order, carry_out
from gridmap.lookup.object_list import objects_of
from gridmap.maps import map_html
from gridmap.phone import phone_link, phone_page
from gridmap.publish import release
from gridmap.store import save_plan
from gridmap.ui.wall.wall_file import wall_file
from gridmap.ui.wall.wall_settings import WallSettings
from gridmap.versions.boundaries import boundary_files
from gridmap.versions.delta import delta_of
from gridmap.versions.formats import FORMATS

__all__ = ["LINE", "PRINTED", "files_of", "opened", "told"]

PRINTED = date(2026, 3, 1)
LICENCE = "CC-BY-4.0"  # the public gets no boundaries without one
LINE = "内部使用，未经审图，不得公开"


def opened(data):
    """Give everything that can be read in a file, packed or not, as one text."""
    found = [data.decode("utf-8", "replace"), data.decode("utf-16-le", "replace")]
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            packed = {name: book.read(name).decode("utf-8", "replace") for name in book.namelist()}
            # Some writers of XML turn each sign of Chinese into its number.
            found += [name + unescape(text) for name, text in packed.items()]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(stream).decode("latin-1"))
    if data[:4] == b"%PDF":
        document = pypdfium2.PdfDocument(data)
        found += [page.get_textpage().get_text_range() for page in document]
    if data[:4] == b"PAR1":
        found.append(str(pq.read_table(io.BytesIO(data)).to_pydict()))
    if data[:7] == b"PMTiles":
        found.append(str(Reader(MemorySource(data)).metadata()))
        tiles = (gzip.decompress(tile) for _, tile in all_tiles(MemorySource(data)))
        found += [tile.decode("utf-8", "replace") for tile in tiles]
    for packed in re.findall(rb'"shapes":"([A-Za-z0-9+/=]+)"', data):
        found.append(base64.b64decode(packed).decode("latin-1"))
    text = "\n".join(found)
    return text + re.sub(r"\\u([0-9a-f]{4})", lambda one: chr(int(one[1], 16)), text)


def told(data, words):
    """Which of the words a file tells."""
    text = opened(data)
    digits = re.sub(r"(?<=\d)[ \-](?=\d)", "", text)
    return [word for word in words if word in text or (word.isdigit() and word in digits)]


def files_of(given, folder, *, public):
    """All files that a plan, as it is in its file, is given out as."""
    path = folder / "out.gridmap.gpkg"
    save_plan(given, path, overwrite=True)
    plan = release(given, public=public)
    older = given.with_tables(grids=given.grids.assign(version="older"))
    delta = delta_of(release(older, public=public), plan, licence=LICENCE)  # every grid is in it
    boundaries = boundary_files(plan, licence=LICENCE, with_patches=True, with_contacts=True)
    return {
        "delta": delta_geojson(delta),
        "delta csv": delta_csv(delta),
        **dict(ordered(given, path, "public" if public else "house")),
        "grids of people": boundaries.grids,
        "patches": boundaries.patches,
        "map en": map_html(plan, language="en").encode(),
        **({} if public else _replaced(given, path)),
        **({} if public else {"phone": _phone_of(plan, path)}),
        "wall": wall_file(plan, WallSettings()),
        "objects of people": objects_of(plan, "csv", with_contacts=True),
        "objects geojson": objects_of(plan, "geojson", with_contacts=True),
    }


def _replaced(plan, path):
    """Lists of boards to replace: an old one hangs for every grid, at places that tell too much."""
    boards = boards_to_print(plan, path, list(plan.grids.index))
    names = [*plan.people["name"], *plan.people["phone"]]
    old = [
        replace(board, version="old", place=f"村口 {names[place % len(names)]}")
        for place, board in enumerate(boards)
    ]
    moment = datetime(2026, 2, 1)
    note_printed(path, old, who=names[0], when=moment)
    note_hung(path, [board.number for board in old], who=names[0], when=moment, how="list")
    walk = replace_list(plan, path)
    return {
        "boards to replace": replace_csv(plan, walk, "zh"),
        "boards to replace xlsx": replace_xlsx(plan, walk, "zh", printed=PRINTED),
    }


def _phone_of(plan, path):
    """Make the page of the first cadre on a post, with the key of a link; the public has none."""
    person = plan.assignments["person_id"][plan.assignments["status"] == "filled"].iloc[0]
    day = PRINTED
    link, _ = make_link(path, person, expires=day, today=day)
    return phone_page(plan, person, printed=day, link=phone_link(path, link.serial, today=day))


SINCE = ("delta", "crosswalk")  # nothing was published before


def ordered(plan, path, audience):
    """Every kind of file that can be ordered, in every format, as it is by itself."""
    for kind in KINDS:
        if audience in kind.audiences and kind.needs(release(plan, public=audience == "public")):
            since = path.name if kind.key in SINCE else ""
            order = Order(
                (kind.key,), audience=audience, licence=LICENCE, since=since, formats=FORMATS
            )
            manifest = path.parent if kind.key == "geopackage" else None
            made = carry_out(order, plan, source=path, printed=PRINTED, manifest=manifest)
            for place, file in enumerate(made):
                yield kind.key if place == 0 else f"{kind.key} {place}", file.data
