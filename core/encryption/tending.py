"""What the worker does with keys by itself: brings what intake sealed under the organisation's own key, and holds the
public halves against the secret ones.
"""

import logging
from datetime import datetime
from uuid import UUID

from core.encryption import masters, rotation
from core.errors import DomainError, KeyShredded
from core.organisations import Organisation
from core.tenancy import organisation

logger = logging.getLogger(__name__)

AT_ONCE = 200
ROUNDS = 50  # for one organisation in one go, so that a flood at one does not keep the others waiting


def _organisations() -> list[UUID]:
    return list(Organisation.objects.order_by("id").values_list("id", flat=True))


def tend() -> int:
    """Rewrap in every organisation what is not under its newest key, and put right each public half that is not its
    own; gives how many keys were rewrapped. A damaged one stops no other.
    """
    total = 0
    for home in _organisations():
        for work in (_tend_one, _hold_public_halves):
            try:
                total += work(home)
            except KeyShredded:
                continue
            except DomainError as error:
                logger.error("The keys of organisation %s cannot be brought up to date: %s", home, type(error).__name__)
    return total


def _hold_public_halves(home: UUID) -> int:
    with organisation(home):
        masters.put_right()
    return 0


def _tend_one(home: UUID) -> int:
    total, after = 0, None
    for _round in range(ROUNDS):
        with organisation(home):
            if after is None and not rotation.outdated_count():
                return total
            batch = rotation.rewrap(most=AT_ONCE, after=after)
        total, after = total + batch.done, batch.last
        for reason in batch.reasons:
            logger.error("In organisation %s cannot be brought under the newest key: %s", home, reason)
        if batch.last is None:
            break
    return total


def retire(now: datetime) -> int:
    """Destroy in every organisation the replaced keys that nothing needs any more; gives how many."""
    gone = 0
    for home in _organisations():
        with organisation(home):
            gone += rotation.retire(now=now)
    return gone
