"""Plan files that somebody has changed by SQL, and files spoiled as disks and people do it."""

import sqlite3
from contextlib import closing

__all__ = ["PAGE", "change", "page_of", "spoiled", "zero_page"]

PAGE = 4096  # bytes of a page of SQLite


def change(path, *statements):
    with closing(sqlite3.connect(path)) as base:
        # What the triggers of a layer call.
        for name, count in (("ST_IsEmpty", 1), ("ST_MinX", 1), ("ST_MaxX", 1),
                                ("ST_MinY", 1), ("ST_MaxY", 1)):  # fmt: skip
            base.create_function(name, count, lambda _blob: 0)
        for statement in statements:
            base.execute(statement)
        base.commit()


def spoiled(content, rng):
    """Spoil a file in one of the ways that disks, cables and people do."""
    data = bytearray(content)
    pages = len(data) // 4096
    way = rng.choice(["bytes", "zeroed", "swapped", "cut", "bits", "repeated", "tail"])
    if way == "bytes":
        for _ in range(rng.choice([1, 20, 300])):
            data[rng.randrange(len(data))] = rng.randrange(256)
    elif way == "bits":
        for _ in range(rng.choice([1, 8])):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif way == "zeroed":
        page = rng.randrange(pages)
        data[page * 4096 : (page + 1) * 4096] = bytes(4096)
    elif way == "swapped":
        one, other = (page * 4096 for page in rng.sample(range(1, pages), 2))
        data[one : one + 4096], data[other : other + 4096] = (
            data[other : other + 4096], data[one : one + 4096],
        )  # fmt: skip
    elif way == "repeated":
        one, other = (page * 4096 for page in rng.sample(range(1, pages), 2))
        data[one : one + 4096] = data[other : other + 4096]
    elif way == "cut":
        del data[rng.randrange(len(data)) :]
    else:
        data[rng.randrange(len(data)) :] = b""
        data += bytes(len(content) - len(data))
    return bytes(data)


def page_of(path, table):
    """Number of the first page of a table, where its rows or the way to them are."""
    with closing(sqlite3.connect(path)) as base:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return base.execute(query, (table,)).fetchone()[0]


def zero_page(path, number):
    content = bytearray(path.read_bytes())
    content[(number - 1) * PAGE : number * PAGE] = bytes(PAGE)
    path.write_bytes(content)
