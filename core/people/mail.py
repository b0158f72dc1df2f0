"""E-mails about one's own account: a link to choose a password, and a warning; nothing of any case."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from core.organisations import User

log = logging.getLogger(__name__)


def choose_path(user: User) -> str:
    """The page to choose a password at: once, for three days, and until one is chosen."""
    return reverse("choose_password", args=[user.mark, default_token_generator.make_token(user)])


def send_choose_link(user: User) -> None:
    """After the commit; a mail server that is gone costs the link, which can be sent again, and never the change."""
    _send(
        user,
        _l("Choose a password"),
        lambda: (
            _(
                "An account was prepared for you.\n\nChoose a password here within three days: %(address)s\n\n"
                "If you expected no such message, tell the administrator of your organisation and do nothing else."
            )
            % {"address": f"{settings.ADDRESS}{choose_path(user)}"}
        ),
    )


def send_warning(user: User, words: Any) -> None:
    """Tell the owner of an account in so many words: to sign in and look may be just what they cannot do any more."""
    _send(user, _l("About your account"), lambda: str(words))


def _send(user: User, subject: Any, text: Callable[[], str]) -> None:
    def send() -> None:
        with translation.override(user.language or settings.LANGUAGE_CODE):
            message = EmailMessage(
                subject=str(subject),
                body=text(),
                from_email=settings.DEFAULT_FROM_EMAIL,
                to=[user.email],
                headers={"Auto-Submitted": "auto-generated"},
            )
        try:
            message.send()
        except OSError as error:  # smtplib's own errors are OSErrors, too
            log.warning("A message about an account could not be sent (%s).", type(error).__name__)

    transaction.on_commit(send, robust=True)
