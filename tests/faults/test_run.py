"""`make run` as a person meets it: started, killed in every part, started again."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from config.launcher.processes import started, wait_for
from tests.servers import CHECKOUT

pytestmark = pytest.mark.enable_socket


class Running:
    """One run in the background; `said` is what it printed so far."""

    def __init__(self, state: Path, port: int, **more: str) -> None:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_", "AMPARO_"))
        }
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        self.state, self.port = state, port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.launcher", "run"],
            cwd=CHECKOUT,
            env={**kept, "AMPARO_STATE": str(state), "PORT": str(port), "AMPARO_DEMO": "false", **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.said += line

    def until_running(self) -> "Running":
        assert wait_for(lambda: "Stop it with Ctrl-C" in self.said or self.ended, seconds=300), self.said
        assert not self.ended, self.said
        return self

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def children(self) -> dict[str, int]:
        return {one["name"]: one["pid"] for one in json.loads((self.state / "children.json").read_text())}

    def answer(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except (urllib.error.URLError, OSError):
            return 0

    def end(self, number: int = signal.SIGTERM) -> int:
        if not self.ended:
            self.process.send_signal(number)
        status = self.process.wait(timeout=60)
        self.reader.join(timeout=10)
        self.process.stdout.close()
        return status


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "state"
    yield folder
    with contextlib.suppress(FileNotFoundError):
        place = json.loads((folder / "place.json").read_text())
        shutil.rmtree(place["sockets"], ignore_errors=True)
        if not place["data"].startswith(str(tmp_path)):
            shutil.rmtree(Path(place["data"]).parent, ignore_errors=True)


@pytest.fixture
def run(state: Path) -> Iterator[object]:
    begun: list[Running] = []

    def start(**more: str) -> Running:
        begun.append(Running(state, int(more.pop("PORT", free_port())), **more))
        return begun[-1]

    yield start
    for one in begun:
        one.end()


def query(state: Path, role: str, statement: str) -> list[tuple[object, ...]]:
    addresses = json.loads((state / "environment.json").read_text())
    link = psycopg2.connect(addresses["DATABASE_URL" if role == "app" else f"DATABASE_URL_{role.upper()}"])
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        link.close()


def test_a_run_answers_and_a_signal_ends_every_child(run):
    running = run(AMPARO_DEMO="true").until_running()
    assert running.answer("/readyz") == 200
    described = json.loads((running.state / "run.json").read_text())
    assert set(described) == {"address", "form", "users", "databases", "redis"}
    assert running.answer(described["form"].removeprefix(described["address"])) == 200
    assert {role: _signed_in(url) for role, url in described["databases"].items()} == {
        role: role for role in ("app", "migrator", "intake", "worker", "sealer", "auditor", "backup")
    }
    assert (running.state / "run.json").stat().st_mode & 0o077 == 0
    children = running.children()
    assert {"The database", "The broker", "The web process"} <= set(children)
    assert running.end(signal.SIGINT) == 0
    assert [name for name, pid in children.items() if started(pid)] == []
    assert not (running.state / "run.json").exists()


def _signed_in(url: str) -> str:
    with contextlib.closing(psycopg2.connect(url)) as link, link.cursor() as cursor:
        cursor.execute("SELECT session_user")
        return cursor.fetchone()[0]


def test_whatever_is_killed_comes_back_and_nothing_is_lost(run, state):
    running = run().until_running()
    query(state, "migrator", "CREATE TABLE kept (a int); INSERT INTO kept VALUES (1)")
    for name, pid in running.children().items():
        os.kill(pid, signal.SIGKILL)
        assert wait_for(lambda name=name, pid=pid: running.children().get(name, pid) != pid, seconds=60), name
    assert wait_for(lambda: running.answer("/readyz") == 200, seconds=60)
    running.process.kill()
    running.end()
    again = run().until_running()
    assert again.answer("/readyz") == 200
    assert not (state / "run.json").exists()  # no demo, nothing to say
    assert query(state, "migrator", "SELECT a FROM kept") == [(1,)]


def test_a_second_run_from_the_same_folder_is_refused_with_a_sentence(run):
    first = run().until_running()
    second = run()
    assert second.process.wait(timeout=60) == 1
    second.reader.join()
    assert "already running from this folder" in second.said
    assert first.answer("/readyz") == 200


def test_a_web_process_without_broker_and_helpers_is_still_ready(run):
    running = run().until_running()
    for name, pid in running.children().items():
        if name not in ("The database", "The web process"):
            os.kill(pid, signal.SIGSTOP)
    try:
        assert running.answer("/readyz") == 200
    finally:
        for name, pid in running.children().items():
            if name not in ("The database", "The web process"):
                os.kill(pid, signal.SIGCONT)


def test_a_port_in_use_is_said_in_a_sentence(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = run(PORT=str(port))
        assert running.process.wait(timeout=60) == 1
    running.reader.join()
    assert f"Port {port} is already in use" in running.said
    assert "Traceback" not in running.said
