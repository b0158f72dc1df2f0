"""Opening a case with its audit event against the same without, within one run; and how fast events are sealed.

The real page with everything a request does: session, scope, grants, its queries, the template. Each client (a thread
with a connection of its own) takes requests with and without in turn, so that a machine that slows down meanwhile
blames neither. The ratio says how many requests with audit fit into the time of one without. Prints one JSON object.
`--seconds` is the time for each number of clients.
"""

import argparse
import json
import os
import statistics
import threading
import time
from typing import Any
from unittest import mock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402 - settings first
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from cases.models import CaseGrant  # noqa: E402
from core import audit  # noqa: E402
from core.audit import keys, sealing  # noqa: E402
from core.organisations import Organisation, User  # noqa: E402
from core.tenancy import organisation, signed_in_as  # noqa: E402


def signed_in(user: User) -> Client:
    """A browser of that person."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def a_case() -> tuple[User, str]:
    """Somebody of the demo, and the address of a case that opens for them."""
    north = Organisation.objects.get(slug="north")
    with organisation(north.pk):
        grants = list(CaseGrant.objects.select_related("user", "content_object").order_by("content_object__reference"))
    for grant in grants:
        address = f"/o/north/cases/{grant.content_object.reference}/"
        if signed_in(grant.user).get(address).status_code == 200:
            return grant.user, address
    raise SystemExit("No case of the demo opens for anybody.")


class Switch:
    """In place of `audit.record`: writes the event or not, as the thread asking wants it."""

    def __init__(self) -> None:
        self.record = audit.record
        self.here = threading.local()

    def __call__(self, *given: Any, **named: Any) -> None:
        if self.here.on:
            self.record(*given, **named)


def compare(user: User, address: str, *, clients: int, seconds: float) -> dict[str, Any]:
    """Milliseconds of a request with and without its event, and their ratio, by median."""
    switch = Switch()
    times: dict[bool, list[float]] = {True: [], False: []}
    end = time.perf_counter() + seconds

    def work(client: Client) -> None:
        try:
            while time.perf_counter() < end:
                for switch.here.on in (True, False, False, True):
                    begun = time.perf_counter()
                    status = client.get(address).status_code
                    times[switch.here.on].append(time.perf_counter() - begun)
                    if status != 200:
                        raise SystemExit(f"{address} answered {status}.")
        finally:
            connection.close()

    with mock.patch("core.audit.record", switch):
        threads = [threading.Thread(target=work, args=[signed_in(user)]) for _number in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with_audit, without = statistics.median(times[True]), statistics.median(times[False])
    return {
        "clients": clients,
        "requests": len(times[True]) + len(times[False]),
        "with audit ms": round(with_audit * 1000, 1),
        "without ms": round(without * 1000, 1),
        "ratio": round(without / with_audit, 3),
    }


def seal_all() -> dict[str, Any]:
    """Seal what the requests left, in batches as the sealer does."""
    events, begun = 0, time.perf_counter()
    with signed_in_as("sealer"):
        more = True
        while more:
            done = sealing.seal(now=timezone.now(), sign=keys.signer(), key=keys.public_key())
            events, more = events + done.events, done.more
    return {"events": events, "events/s": round(events / (time.perf_counter() - begun))}


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--seconds", type=float, default=8)
    asked = reader.parse_args()
    call_command("seed_demo", cases=30, verbosity=0)
    user, address = a_case()
    compare(user, address, clients=1, seconds=3)  # warm: templates, connections, plans
    requests = [compare(user, address, clients=clients, seconds=asked.seconds) for clients in (1, 8)]
    print(json.dumps({"requests": requests, "sealing": seal_all()}, indent=1))


if __name__ == "__main__":
    main()
