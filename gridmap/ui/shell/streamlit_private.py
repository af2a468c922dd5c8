"""All that the app uses of Streamlit's Python which is not public; nothing else imports it.

Streamlit keeps large data of its own pictures and downloads in memory and serves it by address;
`gridmap.ui.shell.media_url` puts ours there too. And every visitor has a session, by whose number
the server knows from whom a file comes. Neither has a public interface. `TRIED` names the version
that this was last tried with: a test holds it to the locked one, and others look whether what is
used is still there.
"""

from streamlit.runtime import Runtime, exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

__all__ = ["TRIED", "add_media", "has_runtime", "is_connected", "is_served", "session_id"]

TRIED = "1.67.0"
"""The version of Streamlit that this was tried with."""


def has_runtime() -> bool:
    """Whether pages are run for somebody: by a server, or by a test that runs them alone."""
    return exists()


def is_served() -> bool:
    """Whether a server runs the pages; a test that runs them alone is none."""
    return exists() and type(get_instance()) is Runtime


def is_connected(session: str) -> bool:
    """Whether a browser has a session open at this moment; never without a server."""
    return is_served() and get_instance().is_active_session(session)


def session_id() -> str:
    """Give the number of the session that this page runs in; "" outside of any."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def add_media(data: bytes, mimetype: str, *, place: str, file_name: str) -> str:
    """Have the server keep data for this session, and give the address where it serves it.

    Parameters
    ----------
    data, mimetype
        The bytes, and the type that the browser is told.
    place
        Where in the page the data is shown. What was put there before is dropped.
    file_name
        The address is worked out from it and the data.
    """
    return get_instance().media_file_mgr.add(data, mimetype, coordinates=place, file_name=file_name)
