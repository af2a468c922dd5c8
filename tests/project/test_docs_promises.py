"""What docs/promises.md and the configurations of proxies say is what the program has."""

import importlib
import re
import tomllib

import pytest
from project import ROOT

from gridmap.access.entrance import FORWARDED
from gridmap.ui.data.town_files import MOST_MB
from gridmap.ui.start import ADDRESSES

PROMISES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
NGINX = (ROOT / "docs" / "deploy" / "gridmap.nginx.conf").read_text(encoding="utf-8")
CADDY = (ROOT / "docs" / "deploy" / "Caddyfile").read_text(encoding="utf-8")
LIMITS = re.findall(r"^\| ([^|]+) \| (\d+) \| `([\w.]+)\.(\w+)` \|$", PROMISES, re.MULTILINE)


def told(text):
    """The lines of a configuration without what is only said."""
    return re.sub(r"\s+#.*|^#.*", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize(("what", "number", "module", "name"), LIMITS)
def test_every_limit_is_the_one_in_the_program(what, number, module, name):
    assert float(number) == float(getattr(importlib.import_module(module), name)), what


def test_there_are_limits_and_the_server_takes_files_as_large_as_the_page_says():
    assert len(LIMITS) > 20
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] == MOST_MB
    assert f"client_max_body_size {MOST_MB + 1}m;" in told(NGINX)
    assert f"max_size {MOST_MB + 1}MB" in told(CADDY)


def test_the_proxies_pass_on_what_the_app_needs():
    plain = told(NGINX)
    for line in (
        "proxy_pass http://127.0.0.1:8501;",
        "proxy_http_version 1.1;",
        "proxy_set_header Host $http_host;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $gridmap_connection;",
        "proxy_set_header X-Forwarded-For $remote_addr;",  # set, not added to
        "ssl_reject_handshake on;",
        "ssl_protocols TLSv1.2 TLSv1.3;",
    ):
        assert line in plain
    assert "$proxy_add_x_forwarded_for" not in plain
    assert "reverse_proxy 127.0.0.1:8501" in told(CADDY)
    assert "header_up Host" not in told(CADDY)  # it passes it on by itself
    assert "trusted_proxies" not in told(CADDY)


def test_the_proxies_close_what_no_page_needs_and_write_no_link_down():
    for path in ("metrics", "agent", "script-health-check"):
        assert path in told(NGINX)
        assert f"/_stcore/{path}*" in told(CADDY)
    (log,) = re.findall(r"log_format gridmap '([^']+)'", told(NGINX))
    assert "$uri" in log
    assert not re.search(r"\$(request|request_uri|args|query_string|http_cookie)\b", log)
    assert re.search(r"access_log \S+ gridmap;", told(NGINX))
    for hidden in ("delete t", "delete start", "request>headers>Cookie delete"):
        assert hidden in told(CADDY)
    for text in (NGINX, CADDY):
        assert "Strict-Transport-Security" in text


def test_what_the_proxies_add_tells_the_app_that_a_request_came_through_one():
    assert "x-forwarded-for".startswith(FORWARDED)
    assert "x-forwarded-proto".startswith(FORWARDED)


def test_addresses_of_pages_are_none_of_the_server():
    assert not {"static", "media", "component", "_stcore"} & set(ADDRESSES)


def test_every_test_that_is_named_for_a_promise_is_there():
    named = re.findall(r"`(test_\w+)`", PROMISES)
    tests = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py"))
    assert len(named) > 20
    assert [name for name in named if f"def {name}(" not in tests] == []
