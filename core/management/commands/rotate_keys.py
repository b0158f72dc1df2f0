from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.actors import SYSTEM
from core.encryption import rotation
from core.encryption.rotation import Batch
from core.errors import KeyShredded
from core.organisations import Organisation
from core.tenancy import organisation, signed_in_as


class Command(BaseCommand):
    """Renews the organisations' keys while people work; may be stopped or killed at any time and started again."""

    help = "Renew each organisation's key and bring all data keys under it. Safe to interrupt, repeat and run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisation", metavar="SLUG", help="only this one")
        parser.add_argument("--data", action="store_true", help="also give every subject a new data key and seal again")
        parser.add_argument("--retire", action="store_true", help="destroy replaced keys that nothing needs any more")
        parser.add_argument("--batch", type=int, default=500, metavar="N", help="rows in one transaction")

    def handle(self, **options: Any) -> None:
        if settings.ROLE == "worker":
            self._rotate(**options)
            return
        with signed_in_as("worker"):
            self._rotate(**options)

    def _rotate(self, *, batch: int, data: bool, retire: bool, **options: Any) -> None:
        chosen = Organisation.objects.order_by("slug")
        if options["organisation"]:
            chosen = chosen.filter(slug=options["organisation"])
            if not chosen.exists():
                raise CommandError(f"There is no organisation called {options['organisation']}.")
        complete = True
        for found in list(chosen):
            try:
                complete &= self._rotate_key(found, batch)
                complete &= not data or self._renew_data(found, batch)
            except KeyShredded:
                self.stdout.write(f"{found.slug}: erased, nothing to renew")
                continue
            if retire:
                with organisation(found.id):
                    gone = rotation.retire(now=timezone.now(), most=batch)
                self.stdout.write(f"{found.slug}: {gone} replaced keys destroyed")
        if not complete:
            raise CommandError("Not everything could be renewed. Nothing is lost; run the command again.")

    def _rotate_key(self, found: Organisation, most: int) -> bool:
        with organisation(found.id):
            version = rotation.start(by=SYSTEM, now=timezone.now())
        damaged = self._passes(
            found, lambda after: rotation.rewrap(version, most=most, after=after), "data keys rewrapped"
        )
        with organisation(found.id):
            done = rotation.finish(version, by=SYSTEM, now=timezone.now(), leaving=damaged)
        self.stdout.write(f"{found.slug}: key version {version} {'complete' if done else 'not complete yet'}")
        return done and not damaged

    def _renew_data(self, found: Organisation, most: int) -> bool:
        with organisation(found.id):
            mark = rotation.start_data(by=SYSTEM, now=timezone.now())
        small = max(1, most // 5)
        damaged = self._passes(
            found,
            lambda after: rotation.reseal(mark, now=timezone.now(), most=small, after=after),
            "subjects sealed again",
        )
        with organisation(found.id):
            done = rotation.finish_data(mark, by=SYSTEM, now=timezone.now(), leaving=damaged)
        self.stdout.write(f"{found.slug}: renewal {mark.version} {'complete' if done else 'not complete yet'}")
        return done and not damaged

    def _passes(self, found: Organisation, one: Callable[[UUID | None], Batch], what: str) -> set[UUID]:
        """Pass over the rows until a whole pass changes nothing: rows others held are met again in the next one."""
        total, changed, reasons, damaged = 0, True, set[str](), set[UUID]()
        while changed:
            changed, after = False, None
            while True:
                with organisation(found.id):
                    batch = one(after)
                if batch.last is None:
                    break
                after = batch.last
                changed |= batch.done > 0
                total += batch.done
                damaged |= batch.damaged
                reasons.update(batch.reasons)
        self.stdout.write(f"{found.slug}: {total} {what}")
        for reason in sorted(reasons):
            self.stderr.write(f"{found.slug}: left as it is: {reason}")
        return damaged
