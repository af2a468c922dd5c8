"""Paths that the file library takes for something else: an address, an archive, half a name."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layers.files.drafts import draft_folder

__all__ = ["plain_path"]

# As the library reads an address: what follows ";" or "!" is no name, what stands before ":" is a
# way of reaching it, breaks of lines and blanks at the ends are none of it.
_ODD = re.compile(r"[;!\x00-\x1f]|^\s|\s$|^[\w+.-]+:|^/vsi")


@contextmanager
def plain_path(path: Path) -> Iterator[Path]:
    """Give another path to the same file, which need not exist yet, without such signs.

    A path without them comes back as it is. On Windows the library takes a path as it is.
    """
    if os.name == "nt" or not _ODD.search(str(path)):
        yield path
        return
    with draft_folder(Path(tempfile.gettempdir())) as folder:
        link = folder / f"file{path.suffix if not _ODD.search(path.suffix) else ''}"
        link.symlink_to(path.absolute())
        yield link
