"""What a person who runs the installation must hear of; never holds a word about a case."""

import logging

from django.conf import settings
from django.core.mail import send_mail

log = logging.getLogger("amparo.alarm")


def alarm(name: str, sentence: str) -> None:
    """Write the sentence to the log at its highest level and mail it to the operator, if one is named."""
    log.critical("%s: %s", name, sentence)
    if address := settings.OPERATOR_EMAIL:
        send_mail(f"Amparo: {name}", sentence, settings.DEFAULT_FROM_EMAIL, [address], fail_silently=True)
