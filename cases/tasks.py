"""What runs in workers for cases: look, make one call."""

from celery import shared_task
from django.utils import timezone

from cases.actions import access, drafts, logging
from core.actors import SYSTEM
from core.organisations import every_organisation


@shared_task(name="cases.forget_expired_drafts")
def forget_expired_drafts() -> None:
    """Delete, organisation by organisation, what reporters wrote and did not come back to."""
    now = timezone.now()
    for _organisation in every_organisation():
        drafts.forget_expired(now=now)


@shared_task(name="cases.tidy")
def tidy() -> None:
    """Erase logs nobody sent in time, and shut out whoever a change of line or office let through."""
    now = timezone.now()
    for _organisation in every_organisation():
        logging.drop_expired(by=SYSTEM, now=now)
        access.recompute_all(now=now)
