"""A command used wrongly: told in Chinese above the English words, and to machines."""

import json
import socket

import pytest
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.cli.terminal.usage import usage_zh


def run(*words):
    return CliRunner().invoke(app, list(words), prog_name="python -m gridmap")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan",), "缺少参数“DIR”。"),
        (("frobnicate",), "没有命令“frobnicate”。"),
        (("check", "t.gpkg", "--x"), "没有选项“--x”。"),
        (("check", "t.gpkg", "--severity", "bad"), "“--severity”的取值不对。"),
        (("locate", "t.gpkg", "east", "34"), "“LON”的取值不对。"),
        (("app", "--port", "0"), "“--port”的取值不对。"),
        (("assign", "t.gpkg"), "缺少选项“--roster”。"),
        (("check", "t.gpkg", "--severity"), "选项“--severity”后须有取值。"),
        (("check", "t.gpkg", "u.gpkg"), "多余的参数“u.gpkg”。"),
    ],
)
def test_wrong_use_is_told_in_chinese_where_the_locale_is(words, said, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    result = run(*words)
    assert result.exit_code == 2
    first, *english = result.stderr.splitlines()
    assert first == f"错误：{said}用 --help 查看用法。"
    assert english


def test_the_language_asked_for_counts_more_than_the_locale(monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "错误" not in run("check", "t.gpkg", "--x", "--lang", "en").stderr
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert "错误：没有选项" in run("check", "t.gpkg", "--x", "--lang=zh").stderr


def test_wrong_use_is_told_to_machines_in_both_languages():
    result = run("plan", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"] == {
        "message": "Missing argument 'DIR'.",
        "message_zh": "缺少参数“DIR”。用 --help 查看用法。",
        "kind": "UsageError",
    }


def test_a_port_that_is_taken_is_told_with_another_one(monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run("app", "--port", str(port))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"错误：端口 {port} 已被其他程序占用。")
    assert f"Error: Port {port} is taken by another program." in result.stderr
    assert result.stdout == ""


def test_what_is_not_known_is_told_in_the_words_of_the_library():
    assert usage_zh("Odd.") == "命令用法不对（Odd.）。用 --help 查看用法。"
