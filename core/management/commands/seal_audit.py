import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from core import status
from core.audit import keys, sealing, verify, witness
from core.errors import DomainError, KeyUnavailable, Tampered
from core.tenancy import signed_in_as

log = logging.getLogger("amparo.audit")


class Command(BaseCommand):
    """Seals the audit: signed in as the sealer, the only process that reads the signing key."""

    help = "Seal audit events into the signed log and carry the checkpoints out of the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="one round, then stop (the default)")
        how.add_argument("--loop", action="store_true", help="go on until told to stop")
        parser.add_argument("--every", type=float, default=settings.AUDIT_SEAL_EVERY, help="seconds between rounds")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sign, key = keys.signer(), keys.public_key()
        except KeyUnavailable as error:
            raise CommandError(str(error.message)) from error
        with signed_in_as("sealer"):
            if options["loop"]:
                self._loop(sign, key, options["every"])
                return
            try:
                events, lines = self._round(sign, key)
            except Tampered as error:
                raise CommandError("The log is not the one this key sealed: run verify_audit.") from error
            self.stdout.write(f"{events} events sealed, {lines} lines witnessed.")

    def _round(self, sign: keys.Sign, key: verify.Key) -> tuple[int, int]:
        """Everything that can be sealed now, then every place outside; one place that fails stops no other."""
        events = lines = 0
        more = True
        while more:
            done = sealing.seal(now=timezone.now(), sign=sign, key=key)
            events += done.events if done else 0
            more = bool(done and done.more)
        failed: Exception | None = None
        for place in witness.places():
            try:
                lines += witness.testify(place, key=key)
            except (OSError, ValueError, DomainError, verify.Unreadable) as error:
                log.error("audit.witness_failed place=%s error=%s", place, type(error).__name__)
                failed = failed or error
        if failed:
            raise failed
        return events, lines

    def _loop(self, sign: keys.Sign, key: verify.Key, every: float) -> None:
        stop, since = threading.Event(), timezone.now()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_received: stop.set())
        while not stop.is_set():
            try:
                now = timezone.now()
                status.look_at_queue(now)
                status.raise_alarms(status.SEEN_BY_SEALER, now, since=since)
                self._round(sign, key)
            except (DatabaseError, InterfaceError) as error:
                log.warning("audit.database_unreachable error=%s", type(error).__name__)
                connection.close()
            except (OSError, ValueError, DomainError, verify.Unreadable) as error:
                # The age of what is not sealed raises the alarm; the other organisations' users must go on working.
                log.error("audit.round_failed error=%s", type(error).__name__)
            stop.wait(every)
