"""Large data for a page by URL on this server, so that it need not go through the page's socket.

Streamlit keeps such files in memory for its own pictures and downloads, which is not part of its
public interface (`streamlit_private`; tests/browser/test_browser_media_url.py notices a change).
A file lives as long as a page of the session that published it shows it, and is sent to
whoever has the address. So the address holds a secret of this server: nobody can work it out from
the data.
"""

import hashlib
import secrets

import streamlit as st

from gridmap.ui.shell import streamlit_private

__all__ = ["publish"]

_SECRET = secrets.token_bytes(32)


def publish(data: bytes, mimetype: str, name: str) -> str:
    """Give data an address on this server, for as long as the page that shows it.

    Call it on every run of the script, as one would show a picture: what a whole run does not
    publish again is dropped when it ends. Sessions that publish the same data share it in memory.

    Parameters
    ----------
    data
        The bytes. Sent compressed, unless the type says that they are already: with
        "application/gzip" nothing is compressed anew on each request.
    mimetype
        Type the browser is told.
    name
        Name of the data in the session. What was published under it before is dropped.

    Returns
    -------
    Address as a path, "/media/….gz", that cannot be guessed; below `server.baseUrlPath` if set.
    """
    if (
        not streamlit_private.has_runtime()
    ):  # a script that runs without a server has nobody to send it to
        return ""
    # Streamlit makes the address of large files from a few samples of them only, and of nothing
    # secret; both come in with the name that it keeps beside a file.
    sealed = hashlib.blake2b(data, key=_SECRET, digest_size=32).hexdigest()
    address = streamlit_private.add_media(
        data, mimetype, place=f"gridmap-feed-{name}", file_name=sealed
    )
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{address}" if base else address
