"""What the app uses of Streamlit that is not public: in one module, tried, and still there."""

import inspect
import re

from project import ROOT
from source_tree import MODULES, imports_of
from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner import ScriptRunContext
from streamlit.web.server.starlette import starlette_routes

from gridmap.ui.shell import server, streamlit_private

PUBLIC = ("streamlit", "streamlit.starlette.App", "streamlit.delta_generator.DeltaGenerator")


def test_the_locked_streamlit_is_the_one_that_was_tried():
    locked = re.search(r"^streamlit==([\w.]+)", (ROOT / "requirements.lock").read_text(), re.M)
    assert locked is not None
    assert locked[1] == streamlit_private.TRIED, (
        "run the tests of tests/ui/shell and tests/browser with it, then set TRIED"
    )


def test_nothing_else_imports_what_is_not_public():
    found = {
        f"{module}:{item.line}: {item.name}": module
        for module in MODULES
        for item in imports_of(module)
        if item.name.startswith("streamlit") and item.name not in PUBLIC
    }
    assert [where for where, by in found.items() if by != streamlit_private.__name__] == []
    assert found


def test_what_is_used_is_there_in_the_streamlit_at_hand():
    assert isinstance(Runtime.media_file_mgr, property)
    assert list(inspect.signature(Runtime.is_active_session).parameters) == ["self", "session_id"]
    taken = inspect.signature(MediaFileManager.add).parameters
    assert {"mimetype", "coordinates", "file_name"} <= taken.keys()
    assert "session_id" in ScriptRunContext.__annotations__


def test_the_address_of_an_upload_names_the_session_where_the_door_looks():
    route = starlette_routes._ROUTE_UPLOAD_FILE.strip("/").split("/")
    assert route == ["_stcore", "upload_file", "{session_id}", "{file_id}"]
    assert route[1] in server._CORE


def test_without_a_server_nothing_is_served_and_there_is_no_session():
    assert not streamlit_private.has_runtime()
    assert not streamlit_private.is_served()
    assert streamlit_private.session_id() == ""


def test_what_the_server_imports_keeps_nothing_that_asks_for_a_runtime():
    # `cache_data` outside of a running server tells whoever starts the app that there is none.
    shell = sorted((ROOT / "gridmap" / "ui" / "shell").glob("*.py"))
    assert [one.name for one in shell if "st.cache_data" in one.read_text("utf-8")] == []
