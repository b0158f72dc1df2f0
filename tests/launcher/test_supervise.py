"""Children are started, started again when they die, and all ended, whoever kills whom."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.launcher.processes import spawn, started, wait_for
from config.launcher.supervise import LONGEST_PAUSE, Service, Supervisor

SLEEPER = "import signal; signal.pause()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"


@pytest.fixture
def supervisor(tmp_path: Path):
    found = Supervisor(tmp_path / "children.json", say=lambda _: None)
    yield found
    found.end()


@pytest.fixture
def child(tmp_path: Path) -> Callable[..., Service]:
    def make(code: str = SLEEPER, **options: object) -> Service:
        argv = [sys.executable, "-c", code]
        return Service("The child", lambda: spawn(argv, env={}, log=tmp_path / "log"), **options)

    return make


def test_a_child_that_is_killed_is_started_again(supervisor, child):
    service = child()
    supervisor.add(service)
    first = service.process.pid
    os.kill(first, signal.SIGKILL)
    assert supervisor.look_after(until=lambda: service.alive and service.process.pid != first, every=0.01)


def test_the_pause_before_the_next_start_grows_and_stops_growing(supervisor, child):
    service = child("raise SystemExit(1)")
    pauses = []
    for falls in range(12):
        service.falls = falls
        pauses.append(service.pause())
    assert pauses[:3] == [0.5, 1, 2]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_what_a_killed_child_started_itself_is_killed_with_it(supervisor, child, tmp_path):
    file = tmp_path / "grandchild"
    service = child(
        "import subprocess, sys, signal\n"
        f"grandchild = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}])\n"
        f"open({str(file)!r}, 'w').write(str(grandchild.pid))\n"
        "signal.pause()"
    )
    supervisor.add(service)
    assert wait_for(lambda: file.exists() and file.read_text() != "", seconds=20)
    grandchild = int(file.read_text())
    os.kill(service.process.pid, signal.SIGKILL)
    first = service.process.pid
    assert supervisor.look_after(until=lambda: service.alive and service.process.pid != first, every=0.01)
    assert wait_for(lambda: started(grandchild) is None, seconds=10)


def test_the_end_ends_a_child_that_does_not_listen(supervisor, child, tmp_path):
    service = child(STUBBORN, seconds=0.2)
    supervisor.add(service)
    assert wait_for(lambda: "up" in (tmp_path / "log").read_text(), seconds=20)
    pid = service.process.pid
    supervisor.end()
    assert started(pid) is None


def test_servers_end_after_everything_that_uses_them(supervisor, child, tmp_path):
    order = tmp_path / "order"
    code = (
        "import signal, sys\n"
        "def end(*_):\n"
        f"    open({str(order)!r}, 'a').write(sys.argv[1] + '\\n'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True); signal.pause()"
    )
    for name, server in (("database", True), ("web", False)):
        argv = [sys.executable, "-c", code, name]
        log = tmp_path / name
        supervisor.add(Service(name, lambda argv=argv, log=log: spawn(argv, env={}, log=log), server=server))
        assert wait_for(lambda log=log: "up" in log.read_text(), seconds=20)
    supervisor.end()
    assert order.read_text().split() == ["web", "database"]


def test_children_of_a_killed_run_are_ended_by_the_next_one(tmp_path, child):
    left = subprocess.Popen([sys.executable, "-c", SLEEPER])
    notes = tmp_path / "children.json"
    notes.write_text(json.dumps([{"name": "web", "pid": left.pid, "mark": started(left.pid), "signal": 15}]))
    Supervisor(notes).end_earlier()
    assert left.wait(timeout=10) == -signal.SIGTERM


def test_a_process_that_merely_got_the_same_number_is_left_alone(tmp_path):
    stranger = subprocess.Popen([sys.executable, "-c", SLEEPER])
    notes = tmp_path / "children.json"
    notes.write_text(json.dumps([{"name": "web", "pid": stranger.pid, "mark": "another boot", "signal": 15}]))
    Supervisor(notes).end_earlier()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux alone tells children of a parent's death")
def test_a_child_ends_when_its_parent_is_killed(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom config.launcher.processes import spawn\n"
        f"child = spawn([sys.executable, '-c', {SLEEPER!r}], env={{}}, log=Path({str(tmp_path / 'log')!r}))\n"
        "print(child.pid, flush=True)\nimport signal\nsignal.pause()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    assert started(pid) is not None
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_for(lambda: started(pid) is None, seconds=10)
