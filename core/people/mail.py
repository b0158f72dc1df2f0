"""The one e-mail with a link that opens something: to choose a password, and nothing of any case."""

import logging

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.organisations import User

log = logging.getLogger(__name__)


def choose_path(user: User) -> str:
    """The page to choose a password at: once, for three days, and until one is chosen."""
    return reverse("choose_password", args=[user.mark, default_token_generator.make_token(user)])


def send_choose_link(user: User) -> None:
    """After the commit; a mail server that is gone costs the link, which can be sent again, and never the change."""

    def send() -> None:
        with translation.override(user.language or settings.LANGUAGE_CODE):
            text = _(
                "An account was prepared for you.\n\nChoose a password here within three days: %(address)s\n\n"
                "If you expected no such message, tell the administrator of your organisation and do nothing else."
            )
            message = EmailMessage(
                subject=_("Choose a password"),
                body=text % {"address": f"{settings.ADDRESS}{choose_path(user)}"},
                from_email=settings.DEFAULT_FROM_EMAIL,
                to=[user.email],
                headers={"Auto-Submitted": "auto-generated"},
            )
        try:
            message.send()
        except OSError as error:  # smtplib's own errors are OSErrors, too
            log.warning("A link to choose a password could not be sent (%s).", type(error).__name__)

    transaction.on_commit(send, robust=True)
