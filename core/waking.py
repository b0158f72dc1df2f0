"""Waking a worker after the commit: a comfort that may be lost without harm, for the sweep comes anyway."""

import logging
import time
from typing import Any
from uuid import UUID

from celery import current_app
from celery.contrib.django.task import DjangoTask
from celery.exceptions import OperationalError
from django.db import connection, transaction

from core.tenancy import organisation as in_organisation

log = logging.getLogger(__name__)

DELIVER = "core.deliver_notices"
# After a publish that failed, nobody waits for the broker again for so many seconds.
REST_AFTER_FAILURE = 5.0
_resting_until = 0.0


class TenantTask(DjangoTask):
    """A task inside one organisation: `organisation` (and `user`) are keywords, and missing is an error."""

    abstract = True
    typing = False  # Celery would hold `organisation` against run()'s own arguments and refuse

    def __call__(self, *args: Any, organisation: str, user: str | None = None, **rest: Any) -> Any:
        with in_organisation(UUID(str(organisation)), user=UUID(str(user)) if user else None):
            return super().__call__(*args, **rest)

    def delay_on_commit(self, **rest: Any) -> None:
        """Publish after the commit; a broker that is gone costs two seconds at most and never the answer."""

        def wake_after_commit() -> None:
            publish(self.name, **rest)

        transaction.on_commit(wake_after_commit, robust=True)


def publish(name: str, **rest: Any) -> bool:
    """Hand a task to the broker; False, with a line in the log, when the broker does not take it."""
    global _resting_until
    if time.monotonic() < _resting_until:
        return False
    try:
        current_app.send_task(name, kwargs=rest)
    except (OperationalError, OSError) as error:
        _resting_until = time.monotonic() + REST_AFTER_FAILURE
        log.warning("The broker did not take %s (%s); the sweep will.", name, type(error).__name__)
        return False
    return True


def wake() -> None:
    """After the commit, have a worker look at the outbox; once for a transaction, however many notices it wrote."""
    if not any(hook[1] is _wake_after_commit for hook in connection.run_on_commit):
        transaction.on_commit(_wake_after_commit, robust=True)


def _wake_after_commit() -> None:
    publish(DELIVER)
