"""How commands end: faults, wrong use, languages, machines, Ctrl-C, a full disk."""

import json
import os
import signal
import subprocess
import sys

import pytest
from cli_runs import files, run
from project import ROOT, TESTS
from small_plan import RULES_TEXT, small_plan

from gridmap import words as screens
from gridmap.cli import COMMANDS
from gridmap.cli.terminal.screen import Screen, default_language
from gridmap.cli.terminal.words import STEPS, WORDS
from gridmap.ui.shell import jobs
from gridmap.workflow import workflow
from gridmap.workflow.steps import Step
from layers.contract.errors import LayerFileError

CENTRE = ("113.9334360", "34.6813982")  # in E01
OUTSIDE = ("113.9", "34.6")


# how a command ends


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("check nix.gpkg", 1, "The plan 'nix.gpkg' does not exist."),
        ("plan nix", 1, "There is no folder 'nix'"),
        ("plan t --out t.db", 2, "does not end with .gpkg"),
        ("export t.gridmap.gpkg --geojson t.gridmap.gpkg", 2, "exists already"),
        (
            "export t.gridmap.gpkg --geojson new.shp",
            2,
            "a name that ends in .geojson or .json or ",
        ),
        (
            "export t.gridmap.gpkg --geojson new",
            2,
            "a name that ends in .geojson or .json or ",
        ),
        ("map t.gridmap.gpkg --out new.txt", 2, "a name that ends in .html or .htm"),
        ("export t.gridmap.gpkg --geojson nix/t.geojson", 1, "there is no folder 'nix'"),
        ("assign t.gridmap.gpkg --roster nix.xlsx", 2, "exists already"),
        ("assign t.gridmap.gpkg --roster nix.xlsx --out u.gpkg", 1, "no file 'nix.xlsx'"),
        ("coverage t.gridmap.gpkg --level 7", 2, "no grids of level 7. Its levels are 1, 2, 3."),
        ("locate t.gridmap.gpkg 113.9 34.6", 1, "lies outside Small Town"),
        ("locate t.gridmap.gpkg -71.1 42.3", 1, "Point -71.100000, 42.300000"),
        ("locate t.gridmap.gpkg 34 134", 2, "are not degrees"),
    ],
)
def test_a_fault_of_the_user_is_one_message_and_no_traceback(here, words, code, said):
    before = files(here)
    result = run(*words.split())
    assert result.exit_code == code
    assert result.stderr.startswith("Error: ")
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert files(here) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("check nix.gpkg", "方案“nix.gpkg”不存在。"),
        ("plan t --out t.db", "“t.db”不以 .gpkg 结尾"),
        ("plan t", "“t.gridmap.gpkg”已存在。"),
        ("export t.gridmap.gpkg --geojson nix/t.geojson", "没有文件夹“nix”"),
        ("coverage t.gridmap.gpkg --level 7", "没有 7 级网格。现有级别：1, 2, 3。"),
    ],
)
def test_a_fault_is_told_in_chinese_when_asked(here, words, said):
    result = run(*words.split(), "--lang", "zh")
    assert result.exit_code in (1, 2)
    chinese, english = result.stderr.splitlines()
    assert chinese.startswith("错误：")
    assert said in chinese
    assert english.startswith("Error: ")


def test_a_fault_is_told_to_machines_in_both_languages(here):
    result = run("plan", "t", "--out", "t.db", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {
        "error": {
            "message": "'t.db' does not end with .gpkg, by which any GIS knows a plan. "
            "Name it like 'town.gridmap.gpkg'.",
            "message_zh": "“t.db”不以 .gpkg 结尾，GIS 软件无法辨认为方案。"
            "请命名为“town.gridmap.gpkg”之类。",
            "kind": "UsageError",
        }
    }
    assert result.stderr.startswith("Error: 't.db' does not end with .gpkg")


@pytest.mark.parametrize(
    "words",
    [
        "plan",
        "frobnicate",
        "check t.gridmap.gpkg --severity bad",
        "locate t.gridmap.gpkg east north",
        "locate t.gridmap.gpkg 113.9",
        "locate t.gridmap.gpkg --points p.csv",
        "locate t.gridmap.gpkg 113.9 34.6 --out a.csv",
        "who t.gridmap.gpkg",
        "export t.gridmap.gpkg",
        "app --port 99999999",
        "check t.gridmap.gpkg --lang fr",
    ],
)
def test_wrong_use_ends_with_two(here, words):
    result = run(*words.split())
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_bug_of_ours_is_not_shown_as_a_fault_of_the_user(here, monkeypatch):
    def crash(*_args, **_more):
        raise ZeroDivisionError

    monkeypatch.setattr(workflow, "recheck", crash)
    with pytest.raises(ZeroDivisionError):
        run("check", "t.gridmap.gpkg")


def test_square_brackets_in_names_are_not_taken_for_colours(here):
    result = run("check", "[red]nix[/red].gpkg")
    assert "'[red]nix[/red].gpkg'" in result.stderr


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_has_help_with_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Example: python -m gridmap {command}" in " ".join(result.stdout.split())
    for option in ("--json", "--lang"):
        assert option in result.stdout


def test_help_is_there_at_once():
    """Half a second of work at most: the best of three, for the first may write bytecode."""
    script = (
        "import sys; sys.argv = ['gridmap', '--help']; from gridmap.cli import main\n"
        "try: main()\n"
        "finally: print(*sorted({'geopandas', 'numba', 'pandas', 'streamlit'} & set(sys.modules)))"
    )
    work = []
    for _ in range(3):
        start = sum(os.times()[2:4])
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
        )
        work.append(sum(os.times()[2:4]) - start)
    assert "Usage" in done.stdout
    assert done.stdout.splitlines()[-1] == ""
    assert min(work) <= 0.5  # its work, for a busy machine makes everyone wait


def test_the_language_follows_the_locale_and_the_option(here, monkeypatch):
    assert default_language({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert default_language({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}) == "en"
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "土地覆盖率" in run("coverage", "t.gridmap.gpkg").stdout
    said = run("check", "t.gridmap.gpkg", "--lang", "zh").stdout
    assert "错误" in said
    assert small_plan().issues["message"].iloc[0] not in said
    assert "Ground covered" in run("coverage", "t.gridmap.gpkg", "--lang", "en").stdout


def test_every_word_is_there_in_both_languages():
    for key, texts in WORDS.items():
        assert len(texts) == 2, key
        assert all(texts), key
    assert all(STEPS.values())


def test_json_is_plain_where_the_terminal_knows_no_chinese(here):
    done = subprocess.run(
        [sys.executable, "-m", "gridmap", "coverage", "t.gridmap.gpkg", "--json"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout.decode("ascii"))["town"] == "小镇"


def test_progress_is_silent_for_machines_and_pipes(here, capsys):
    with Screen("en").progress() as tell:
        tell("Reading layers", 0.5)
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(os.name == "nt", reason="needs the signals of POSIX")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_says_so_and_leaves_nothing_half_written(here, sign):
    # A plan that stops for ever while the file is being written. In short sleeps: a signal that
    # comes a moment before a sleep is heard after it.
    script = (
        "import signal, sys, time\n"
        "import gridmap.store.writing as store, gridmap.workflow.workflow as workflow\n"
        "from small_plan import small_plan\n"
        "from gridmap.cli import main\n"
        "def wait(*a): print('writing', flush=True); [time.sleep(0.1) for _ in range(6000)]\n"
        "store._check_whole = wait\n"
        "workflow.make_plan = lambda folder, **_: small_plan()\n"
        # Where tests run in the background the signal would be one that is not heard.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.argv = ['gridmap', 'plan', 'x', '--out', 'new.gridmap.gpkg']; main()"
    )
    path = os.pathsep.join(map(str, (ROOT, TESTS, TESTS / "support/worlds")))
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "writing\n"
        process.send_signal(sign)
        _, said = process.communicate(timeout=300)
    assert process.returncode == 130
    assert said == "Stopped. No file was left half-written.\n"
    assert files(here) == ["t.gridmap.gpkg"]


def test_a_town_folder_with_a_wrong_key_ends_with_its_sentence(here):
    (here / "town").mkdir()
    (here / "town" / "rules.toml").write_text(RULES_TEXT + "\ncolour = 1\n", encoding="utf-8")
    result = run("plan", "town")
    assert result.exit_code == 1
    assert "colour: unknown key" in result.stderr


def test_a_full_disk_ends_with_its_sentence(made, here, monkeypatch):
    def full(*_args, **_more):
        raise LayerFileError("Cannot write 'x': the disk is full.", "无法写入“x”：磁盘已满。")

    monkeypatch.setattr("gridmap.store.plan_lock.save_plan", full)
    result = run("plan", "x")
    assert result.exit_code == 1
    assert result.stderr == "Error: Cannot write 'x': the disk is full.\n"


def test_every_step_of_long_work_has_its_words():
    told_by_trials_alone = {Step.COMPARE}
    assert set(STEPS) == set(Step) - told_by_trials_alone
    told_by_commands_alone = {Step.DRAW, Step.WRITE, Step.LOCATE, Step.BOTH}
    assert set(jobs._STEPS) - {""} == set(Step) - told_by_commands_alone
    assert all(f"jobs.step.{key}" in screens.WORDS for key in jobs._STEPS.values())
    assert json.loads(json.dumps(Step.SAVE)) == "Saving"  # files hold the words themselves
