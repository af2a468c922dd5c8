"""The PostGIS of the tests ends with them, also when they are killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
from project import ROOT

from tests.support.clients import programs
from tests.support.clients.throwaway_postgis import END_SECONDS

RUN = """
from tests.support.clients.throwaway_postgis import throwaway_server
with throwaway_server() as server:
    print(server.folder, flush=True)
    input()
"""


def test_each_database_is_empty_and_speaks_chinese(postgis):
    one, other = postgis.new_database(), postgis.new_database()
    one.rows("create table 网格 (名称 text); insert into 网格 values ('郑庵镇')")

    assert one.rows("select * from 网格") == [{"名称": "郑庵镇"}]
    assert other.rows("select relname from pg_class where relname = '网格'") == []
    assert one.rows("select ST_AsText(ST_Point(1, 2)) as at") == [{"at": "POINT(1 2)"}]


def test_the_server_is_gone_and_its_folder_too_when_the_run_is_killed():
    programs.needed("PostGIS")
    run = subprocess.Popen(
        [sys.executable, "-c", RUN],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    folder = Path(run.stdout.readline().strip())
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()

    end = time.monotonic() + END_SECONDS
    while folder.exists() or psutil.pid_exists(server):
        assert time.monotonic() < end
        time.sleep(0.05)
