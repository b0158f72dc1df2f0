"""A thousand reports from sixteen browsers while everything below them is killed: none lost, none twice.

Told "we have it" means that it is there: every receipt opens its report. Whoever is not answered asks again, as a
person would by Reload, and finds one report, not two.
"""

import contextlib
import http.client
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from cases.public import steps
from config.launcher.processes import wait_for
from tests.faults.test_run import Running, free_port, query
from tests.servers import CHECKOUT

pytestmark = pytest.mark.enable_socket

REPORTS = int(os.environ.get("AMPARO_FAULT_REPORTS", "1000"))
CLIENTS = 16
PATIENCE = 600  # seconds after which a person would have given up, and the test with them
FORM = "/report/north/"
#: What is killed, in this order, again and again: a process of the web server, all of it, worker, broker, database.
TARGETS = ("one of the web processes", "The worker", "The broker", "The database", "The web process")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "state", free_port(), AMPARO_DEMO="true").until_running()
    yield running
    running.end()
    with contextlib.suppress(FileNotFoundError):
        place = (tmp_path / "state" / "place.json").read_text()
        for folder in re.findall(r'"(/[^"]+)"', place):
            if not folder.startswith(str(tmp_path)):
                shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Told:
    """What the people at the browsers were told so far."""

    numbers: list[str] = field(default_factory=list)
    stories: dict[str, str] = field(default_factory=dict)  # by number
    unanswered: int = 0  # posts of a final page whose answer was lost
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Browser:
    """One person's browser: one cookie, and patience."""

    def __init__(self, port: int, told: Told, over: threading.Event) -> None:
        self.port, self.told, self.over = port, told, over
        self.cookie = ""

    def once(self, method: str, path: str, **data: str) -> tuple[int, str] | None:
        """One request on a connection of its own; None when no whole answer came."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            link.request(method, FORM + path, urlencode(data) if method == "POST" else None, headers)
            answer = link.getresponse()
            page = answer.read().decode()
            if given := re.match(r"page=([^;]+)", answer.getheader("Set-Cookie") or ""):
                self.cookie = f"page={given[1]}"
            return answer.status, page
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()

    def ask(self, method: str, path: str, **data: str) -> tuple[int, str]:
        """The same request until the house answers it, with whatever answer that is no fault of its own."""
        found: list[tuple[int, str]] = []

        def answered() -> bool:
            answer = self.once(method, path, **data)
            if answer is None or answer[0] >= 500:
                if path == "p/end/":
                    with self.told.lock:
                        self.told.unanswered += 1
                return self.over.is_set()
            found.append(answer)
            return True

        wait_for(answered, seconds=PATIENCE, every=0.25)
        return found[0] if found else (0, "")

    def report(self, story: str) -> str:
        """From the first page to the receipt; gives the number, "" for none."""
        self.cookie = ""
        self.ask("POST", "")
        account = f"p/{steps.NUMBER['account']}/"
        _status, page = self.ask("GET", account)
        token = re.search(r'name="page" value="([0-9a-f]{64})"', page)
        if token is None:
            return ""
        self.ask("POST", account, page=token[1], account=story)
        self.ask("POST", "p/end/", page=token[1])
        number = self.number()
        self.ask("POST", "p/end/", page=token[1])  # once more, as after Back
        return number if self.number() == number else "another number the second time"

    def number(self) -> str:
        _status, page = self.ask("GET", "note/")
        found = re.search(r'<p class="code"[^>]*>(.*?)</p>', page)
        return "".join(re.findall(r"\d{4}", found[1])) if found else ""

    def come_back(self, code: str) -> bool:
        """Whether the number opens a mailbox whose report is there."""
        self.cookie = ""
        status, _page = self.ask("POST", "number/", code=code, phrase="")
        status_there, page = self.ask("GET", "box/")
        return (status, status_there) == (303, 200) and "We received what you told us" in page


def all_at_once(work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def kill(house: Running, target: str) -> bool:
    """SIGKILL; False where that process is just being started again."""
    children = house.children()
    if target == "one of the web processes":
        parent = children.get("The web process")
        listed = Path(f"/proc/{parent}/task/{parent}/children")
        below = listed.read_text().split() if parent and listed.exists() else []
        if not below:
            return False
        pid = int(below[0])
    elif target in children:
        pid = children[target]
    else:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return True


def test_a_thousand_reports_survive_the_death_of_everything_below_them(house: Running) -> None:
    before = query(house.state, "backup", "SELECT count(*) FROM report")[0][0]
    told, over, finished = Told(), threading.Event(), threading.Event()
    share = itertools.count()
    lock = threading.Lock()

    def write(_number: int) -> None:
        browser = Browser(house.port, told, over)
        while True:
            with lock:
                number = next(share)
            if number >= REPORTS:
                return
            story = f"A fictional story, number {number}."
            found = browser.report(story)
            with told.lock:
                (told.numbers if len(found) == 20 else told.faults).append(found)
                told.stories[found] = story

    killed: list[str] = []

    def strike() -> None:
        """After each eleventh of the way something dies, so that every kind of process does twice."""
        for turn, target in zip(range(1, 11), itertools.cycle(TARGETS), strict=False):
            mark = REPORTS * turn // 11
            wait_for(lambda mark=mark: len(told.numbers) >= mark or finished.is_set(), seconds=PATIENCE)
            wait_for(lambda target=target: finished.is_set() or kill(house, target), seconds=PATIENCE)
            if not finished.is_set():
                killed.append(target)

    striker = threading.Thread(target=strike)
    striker.start()
    try:
        all_at_once(write)
    finally:
        finished.set()
        striker.join()

    assert set(killed) == set(TARGETS)
    assert not told.faults
    assert len(told.numbers) == len(set(told.numbers)) == REPORTS
    there = query(house.state, "backup", "SELECT count(*), count(DISTINCT case_id) FROM report")
    assert there == [(before + REPORTS, before + REPORTS)]

    opened: list[bool] = []

    def look(number: int) -> None:
        browser = Browser(house.port, told, over)
        for code in told.numbers[number::CLIENTS]:
            found = browser.come_back(code)
            with told.lock:
                opened.append(found)

    all_at_once(look)
    assert opened == [True] * REPORTS
    assert behind(house, told.numbers) == told.stories


#: Opens each mailbox's report as the house itself would, and says what stands in it.
LOOK = """
import json, sys
import django
django.setup()
from cases.models import Mailbox
from core.encryption import receipts
from core.organisations import Organisation
from core.tenancy import organisation
home = Organisation.objects.get(slug="north").pk
with organisation(home):
    boxes = {box.lookup: box.report for box in Mailbox.objects.select_related("report")}
    found = {number: boxes[receipts.lookup(home, number)].unsealed("account") for number in json.load(sys.stdin)}
json.dump(found, sys.stdout)
"""


def behind(house: Running, numbers: list[str]) -> dict[str, str]:
    """The account each number belongs to, read with the house's own keys."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_", "AMPARO_"))
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=CHECKOUT,
        env={**kept, "AMPARO_STATE": str(house.state), "DJANGO_SETTINGS_MODULE": "config.settings"},
        input=json.dumps(numbers), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_with_everything_dead_but_web_process_and_database_a_report_gets_its_receipt(house: Running) -> None:
    children = house.children()
    helpers = [pid for name, pid in children.items() if name not in ("The database", "The web process")]
    assert len(helpers) == 4
    for pid in helpers:
        os.kill(pid, signal.SIGSTOP)  # killed, they would be started again while we look
    try:
        assert house.answer("/readyz") == 200
        browser = Browser(house.port, Told(), threading.Event())
        number = browser.report("A fictional story told to a house half asleep.")
        assert len(number) == 20
        assert browser.come_back(number)
    finally:
        for pid in helpers:
            os.kill(pid, signal.SIGCONT)
    waiting = "SELECT count(*) FROM notice WHERE kind = 'cases.report_arrived' AND resolved_at IS NULL"
    assert wait_for(lambda: query(house.state, "backup", waiting) == [(0,)], seconds=PATIENCE, every=0.5)
