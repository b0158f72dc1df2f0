"""What runs in workers for investigations: look, make one call."""

from celery import shared_task
from django.utils import timezone

from core.organisations import every_organisation
from investigations.actions import working


@shared_task(name="investigations.end_pauses")
def end_pauses() -> None:
    """Let every investigation go on whose pause has reached its review date."""
    now = timezone.now()
    for _organisation in every_organisation():
        working.resume_due(now=now)
