"""Keys are renewed under load by a process that is killed twenty times: afterwards every value opens."""

import random
import signal
import subprocess
import sys
import threading
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from cases.models import Case
from core.encryption import keys
from core.encryption.tables import DataKey, OrganisationKey, Purpose
from core.tenancy import organisation
from tests.encryption.conftest import NOW, make_organisation
from tests.servers import CHECKOUT

pytestmark = pytest.mark.django_db(transaction=True)
KILLS, CASES = 20, 300


class Work:
    """Staff who go on writing and reading; `written` is what was said to be saved."""

    def __init__(self, home: UUID) -> None:
        self.home, self.written, self.problems = home, {}, []
        self.rng, self.over = random.Random(7), threading.Event()
        self.thread = threading.Thread(target=self.run)

    def write(self, number: int) -> None:
        with organisation(self.home):
            case = Case(received_at=NOW, aware_at=NOW, changed_at=NOW)
            keys.create(case.pk)
            case.seal(summary=f"Amina Test {number}")
            case.save(force_insert=True)
        self.written[case.pk] = f"Amina Test {number}"

    def change(self, number: int) -> None:
        wanted = self.rng.choice(list(self.written))
        with organisation(self.home):
            case = Case.objects.get(pk=wanted)
            if case.unsealed("summary") != self.written[wanted]:
                self.problems.append(f"{wanted} was lost")
            case.seal(summary=f"Kofi Test {number}")
            case.save(update_fields=["summary"])
        self.written[wanted] = f"Kofi Test {number}"

    def run(self) -> None:
        number = 0
        try:
            while not self.over.is_set():
                number += 1
                (self.write if number % 10 == 0 else self.change)(number)
        except Exception as error:  # noqa: BLE001  told to the main thread
            self.problems.append(repr(error))
        finally:
            connection.close()


def progress(home):
    """A number that grows with everything a rotation does."""
    with organisation(home):
        newest = OrganisationKey.objects.filter(purpose=Purpose.KEK).order_by("-version").first().version
        rows = DataKey.objects.all()
        done = rows.filter(wrapped_by="kek", key_version=newest).count()
        return newest * 1_000_000 + done + rows.exclude(superseded_at=None).count()


def rotate_and_kill(home, environment, after):
    """True when the process was killed in the middle of its work."""
    start = progress(home)
    child = subprocess.Popen(
        [sys.executable, "manage.py", "rotate_keys", "--data", "--batch", "25"],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    while child.poll() is None:
        if progress(home) - start >= after:
            child.send_signal(signal.SIGKILL)
            break
    told = child.communicate()[1].decode()
    assert child.returncode in (0, -signal.SIGKILL), told
    return child.returncode == -signal.SIGKILL


def test_after_twenty_kills_under_load_nothing_is_unreadable(test_environment):
    home = make_organisation("north")
    work = Work(home)
    for number in range(CASES):
        work.write(number)
    work.thread.start()
    draw, killed = random.Random(11), 0
    try:
        while killed < KILLS:
            killed += rotate_and_kill(home, test_environment, after=draw.randrange(1, 400))
    finally:
        work.over.set()
        work.thread.join(60)
    call_command("rotate_keys", "--data", verbosity=0)
    keys.forget_all()
    assert work.problems == []
    with organisation(home):
        read = {case.pk: case.unsealed("summary") for case in Case.objects.all()}
        assert read == work.written
        newest = OrganisationKey.objects.filter(purpose=Purpose.KEK).order_by("-version").first()
        assert newest.version > 1
        assert set(DataKey.objects.values_list("wrapped_by", "key_version")) == {("kek", newest.version)}
