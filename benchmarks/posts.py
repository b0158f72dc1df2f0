"""Final posts of prepared drafts a second, and whole journeys, over HTTP against the web process `make run` starts.

A final post seals the report, makes its keys, locks the mailbox by Argon2id, starts the clocks, writes audit event and
notice, and commits. 1, 4 and 16 clients; browsers and web process share the machine. Prints one JSON object. `--posts`
and `--journeys` make it smaller.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402 - settings first

from cases.actions import drafts  # noqa: E402
from cases.models import Report  # noqa: E402
from cases.public import guard, steps  # noqa: E402
from config.launcher.processes import wait_for  # noqa: E402
from config.launcher.services import web_command  # noqa: E402
from core import deadlines  # noqa: E402
from core.actors import SYSTEM  # noqa: E402
from core.encryption import masters  # noqa: E402
from core.organisations import Organisation  # noqa: E402
from core.tenancy import organisation  # noqa: E402

CLIENTS = (1, 4, 16)
STORY = "A fictional account for a measurement, about as long as a short message somebody types on a phone at night."
SLUG = "bench"


def ground() -> Organisation:
    """One organisation with keys and clocks."""
    made = Organisation.objects.create(
        slug=SLUG, name="Bench", languages=["en"], weekend=["sat", "sun"], country="KE", created_at=datetime.now(UTC)
    )
    with organisation(made.id):
        masters.found(made.id, by=SYSTEM, now=timezone.now())
        deadlines.give_defaults()
    return made


def prepared(home: Organisation, many: int) -> list[str]:
    """Tokens of drafts that only have to be sent."""
    with organisation(home.id, role="intake"):
        answers = {"account": STORY, "for_whom": "self"}
        return [drafts.begin(now=timezone.now(), answers=answers) for _each in range(many)]


class Web:
    """The web process as the launcher starts it, and requests to it."""

    def __init__(self) -> None:
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            self.port = trial.getsockname()[1]
        self.command = [sys.executable, *web_command(self.port)]

    def send(self, method: str, path: str, cookie: str = "", **data: str) -> tuple[int, str, str]:
        """Status, page and the cookie the answer sets."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
            link.request(method, f"/report/{SLUG}/{path}", urlencode(data), headers)
            answer = link.getresponse()
            return answer.status, answer.read().decode(), (answer.getheader("Set-Cookie") or "").split(";")[0]
        finally:
            link.close()

    def up(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.send("GET", "")[0] == 200
        return False

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(self.command, stdout=log, stderr=log, env={**os.environ, "AMPARO_ROLE": "app"})
            try:
                if not wait_for(self.up, seconds=60):
                    raise SystemExit("The web process does not answer.")
                yield
            finally:
                process.terminate()
                process.wait(timeout=30)


def together(clients: int, jobs: int, work: Callable[[int], None]) -> float:
    """Jobs a second when so many clients share them."""
    share, lock = itertools.count(), threading.Lock()

    def client() -> None:
        while True:
            with lock:
                number = next(share)
            if number >= jobs:
                return
            work(number)

    threads = [threading.Thread(target=client) for _client in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return jobs / (time.perf_counter() - begun)


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--posts", type=int, default=400)
    reader.add_argument("--journeys", type=int, default=100)
    reader.add_argument("--out", type=Path)
    asked = reader.parse_args()
    home, web = ground(), Web()
    posts, journeys, sent = {}, {}, 0

    def final(token: str) -> None:
        status, _page, _cookie = web.send(
            "POST", "p/end/", f"{guard.cookie_name()}={token}", **{guard.FIELD: guard.form_token(token)}
        )
        if status != 303:
            raise SystemExit(f"A final post was answered with {status}.")

    def journey(_number: int) -> None:
        web.send("GET", "")
        _status, _page, cookie = web.send("POST", "")
        for number, step in enumerate(steps.STEPS, start=1):
            if step.form is None or not step.applies({}):
                continue
            _status, page, _cookie = web.send("GET", f"p/{number}/", cookie)
            token = re.search(r'value="([0-9a-f]{64})"', page)
            if token is None:
                raise SystemExit("A page had no form.")
            given = {"account": STORY} if step.key == "account" else {"skip": "1"}
            web.send("POST", f"p/{number}/", cookie, page=token[1], **given)
        web.send("GET", "p/end/", cookie)
        web.send("POST", "p/end/", cookie, page=token[1])
        if 'class="code"' not in web.send("GET", "note/", cookie)[1]:
            raise SystemExit("A journey ended without a number.")

    with web.running():
        for token in prepared(home, 20):  # warm: imports, connections, plans
            final(token)
        sent += 20
        for clients in CLIENTS:
            tokens = prepared(home, asked.posts)
            posts[clients] = round(together(clients, asked.posts, lambda number, ready=tokens: final(ready[number])), 1)
            sent += asked.posts
        for clients in CLIENTS:
            journeys[clients] = round(together(clients, asked.journeys, journey), 2)
            sent += asked.journeys
    with organisation(home.id):
        there = Report.objects.count()
    if there != sent:
        raise SystemExit(f"{sent} were sent and {there} are there.")
    report = {
        "benchmark": "posts",
        "final_posts_a_second": posts,
        "journeys_a_second": journeys,
        "pages_of_a_journey": sum(2 for step in steps.STEPS if step.form and step.applies({})) + 5,
        "cores": os.cpu_count(),
    }
    text = json.dumps(report, indent=1)
    print(text)
    if asked.out:
        asked.out.write_text(text + "\n")


if __name__ == "__main__":
    main()
