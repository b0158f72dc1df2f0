"""Publishing while the broker is well, dead or frozen, and a worker of its own that does the work."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from celery import current_app, shared_task
from django.db import transaction
from django.utils import timezone

from config.celery import SCHEDULE, broker_url, options
from core import deadlines, marks, outbox, waking
from core.deadlines.models import Breach, Deadline
from core.organisations import Office
from core.outbox.models import Delivery, Notice
from core.tasks import TenantTask
from core.tenancy import NoOrganisation, organisation, scope, signed_in_as
from tests import servers
from tests.factories import Cast

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_WAIT = 60.0


@pytest.fixture(autouse=True)
def _rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "_resting_until", 0.0)


@pytest.fixture
def frozen_broker(embedded: servers.Servers, broker: str) -> Iterator[None]:
    """The broker's process stands still: it takes connections and answers nothing."""
    pid = embedded.broker.process.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def queued(url: str) -> int:
    client = redis.Redis.from_url(url)
    try:
        return client.llen("celery")
    finally:
        client.close()


@pytest.mark.django_db(transaction=True)
def test_a_notice_wakes_a_worker_once_after_the_commit(both: Cast, broker: str) -> None:
    outbox.declare("test.news", resolve=lambda notice, now: [], text=str)
    with both.inside():
        for _number in range(3):
            outbox.notify("test.news", about=uuid4(), now=timezone.now())
        assert queued(broker) == 0
    assert queued(broker) == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_wakes_nobody(both: Cast, broker: str) -> None:
    outbox.declare("test.news", resolve=lambda notice, now: [], text=str)
    with both.inside():
        outbox.notify("test.news", about=uuid4(), now=timezone.now())
        transaction.set_rollback(True)
    assert queued(broker) == 0


def keeps(cast: Cast, caplog: pytest.LogCaptureFixture) -> float:
    """Writes a notice; how many seconds the caller waited for the broker. Nothing may be lost or logged as an error."""
    outbox.declare("test.news", resolve=lambda notice, now: [], text=str)
    with caplog.at_level(logging.ERROR):
        with cast.inside():
            outbox.notify("test.news", about=uuid4(), now=timezone.now())
            begun = time.monotonic()
        waited = time.monotonic() - begun
    assert not caplog.records
    with signed_in_as("worker"), cast.inside():
        assert Notice.objects.count() == 1
    return waited


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_costs_at_most_two_seconds_and_nothing_is_lost(
    both: Cast, embedded: servers.Servers, broker: str, caplog: pytest.LogCaptureFixture
) -> None:
    embedded.broker.stop()
    try:
        assert keeps(both, caplog) < 2.0
    finally:
        embedded.broker.start()


@pytest.mark.django_db(transaction=True)
def test_a_frozen_broker_costs_at_most_two_seconds_and_nothing_is_lost(
    both: Cast, frozen_broker: None, caplog: pytest.LogCaptureFixture
) -> None:
    assert keeps(both, caplog) < 2.0


def test_after_a_publish_that_failed_nobody_asks_the_broker_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def send_task(self: object, name: str, **rest: object) -> None:
        asked.append(name)
        raise ConnectionRefusedError

    monkeypatch.setattr(type(current_app._get_current_object()), "send_task", send_task)
    assert not waking.publish("test.first")
    assert not waking.publish("test.second")
    assert asked == ["test.first"]


def test_a_socket_address_is_spelled_as_the_queue_reads_it() -> None:
    assert (
        broker_url("unix://:secret@/run/valkey.sock?db=1") == "redis+socket://:secret@/run/valkey.sock?virtual_host=1"
    )
    assert broker_url("redis://:secret@host:6379/0") == "redis://:secret@host:6379/0"


def test_pages_lose_patience_with_the_broker_and_workers_do_not() -> None:
    pages, worker = (options(role, "redis://host")["broker_transport_options"] for role in ("app", "worker"))
    assert pages["socket_timeout"] < 1.0 < worker["socket_timeout"]
    assert worker["visibility_timeout"] <= 60


def test_the_queue_keeps_no_results_and_tells_no_events() -> None:
    conf = current_app.conf
    assert conf.result_backend is None
    assert conf.task_serializer == "json"
    assert conf.accept_content == ["json"]
    assert conf.task_acks_late
    assert not conf.worker_send_task_events
    assert not conf.task_send_sent_event


def test_the_clocks_are_swept_every_twenty_seconds() -> None:
    every = {entry["task"]: entry["schedule"].total_seconds() for entry in SCHEDULE.values()}
    assert every["core.sweep_deadlines"] == every["core.deliver_notices"] == 20.0
    assert every["core.tend_keys"] == 60.0


@shared_task(base=TenantTask, bind=True, name="tests.count_offices")
def count_offices(self: TenantTask) -> int:
    return Office.objects.count()


@pytest.mark.django_db
def test_a_task_works_inside_the_organisation_it_is_given_and_in_no_other(cast: Cast) -> None:
    assert count_offices(organisation=str(cast.north.id)) == 2
    assert count_offices(organisation=str(cast.south.id)) == 1
    with organisation(cast.north.id):
        assert count_offices(organisation=str(cast.south.id)) == 1
        assert scope().organisation == cast.north.id
    with pytest.raises(TypeError, match="organisation"):
        count_offices()
    with pytest.raises(NoOrganisation):
        scope()


class Worker:
    """A real worker process on the test database, with a beat inside it."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.log = folder / "worker.log"
        argv = [
            sys.executable, "-m", "celery", "--app=config", "worker", "--concurrency=1", "--pool=solo",
            "--without-gossip", "--without-mingle", "--loglevel=info",
        ]  # fmt: skip
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                argv, cwd=CHECKOUT, env={**environment, "AMPARO_ROLE": "worker"}, stdout=log, stderr=log
            )

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_enforces_a_missed_clock_as_soon_as_it_starts(
    cast: Cast, broker: str, test_environment: dict[str, str], tmp_path: Path
) -> None:
    begun = timezone.now().replace(microsecond=0) - timedelta(days=3)
    with cast.inside():
        deadlines.give_defaults()
        clock = deadlines.start("intake.forward", subject=uuid4(), at=begun, owner=cast.rosa, reference="K7TF-29QM")
    worker = Worker(test_environment, tmp_path)
    try:
        assert until(lambda: told(cast)), worker.log.read_text()
    finally:
        worker.stop()
    with cast.inside():
        assert Breach.objects.get().deadline_id == clock.pk
        assert Deadline.objects.get().rung > 0
    assert marks.marked_at(marks.SWEEP) is not None
    # Three days late: the ladder's present rung is the one above Rosa.
    assert told(cast) == {cast.hana.pk}


def told(cast: Cast) -> set[object]:
    with signed_in_as("worker"), cast.inside():
        return set(Delivery.objects.filter(channel="inbox").values_list("user_id", flat=True))


def until(happened: object) -> bool:
    """Asks again and again until it is true, or until it has taken far too long."""
    end, tick = time.monotonic() + LONGEST_WAIT, threading.Event()
    while not happened():
        if time.monotonic() > end:
            return False
        tick.wait(0.2)
    return True
