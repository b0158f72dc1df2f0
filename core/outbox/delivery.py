"""The worker's side of the outbox: who is to hear, the inbox, and an e-mail that says nothing."""

import logging
import smtplib
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from core import audit
from core.actors import SYSTEM
from core.alarms import alarm
from core.on_duty import holders, present
from core.organisations import User
from core.outbox.models import Channel, Delivery, Failure, Notice
from core.outbox.registry import NoticeKind
from core.outbox.registry import kind as declared_kind
from core.permissions import Role
from core.sweeping import POISON_REST, due_rows, each_due
from core.tenancy import organisation

log = logging.getLogger(__name__)

# Whoever claims an e-mail has this long to send it before another worker may try again.
LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
MOST_ATTEMPTS = 12


class MailServerGone(Exception):
    """The mail server does not answer: nothing else is worth trying now."""


def deliver(now: datetime) -> int:
    """Fill inboxes from waiting notices, then send the e-mails whose turn has come; how many notices were settled."""
    resolved = each_due("waiting_notices", now, resolve, push_notice)
    for organisation_id, delivery_id in due_rows("waiting_deliveries", now):
        try:
            post(organisation_id, delivery_id, now)
        except MailServerGone:
            log.warning("The mail server does not answer; e-mails wait.")
            break
    return resolved


def resolve(notice_id: UUID, now: datetime) -> bool:
    """Work out who is to hear of one notice and write their deliveries; False when another worker did.

    What must reach somebody and reaches nobody now, for all are away or must not know, is asked again every hour.
    """
    won = Notice.objects.filter(pk=notice_id, resolved_at=None).update(resolved_at=now, next_at=None)
    if won != 1:
        return False
    notice = Notice.objects.get(pk=notice_id)
    declared = declared_kind(notice.kind)
    people = declared.resolve(notice, now)
    if people is None:  # no news any more
        return True
    found = list(dict.fromkeys(people)) if declared.even_away else present(people, now=now)
    if not found and declared.last_resort:
        found = last_resort(notice, declared, now)
    if not found:
        again = {"resolved_at": None, "next_at": now + POISON_REST} if declared.last_resort else {}
        Notice.objects.filter(pk=notice_id).update(reached_nobody=True, **again)
        return not again
    if notice.reached_nobody:
        Notice.objects.filter(pk=notice_id).update(reached_nobody=False)
    channels = (Channel.INBOX, Channel.EMAIL) if declared.email else (Channel.INBOX,)
    Delivery.objects.bulk_create(_delivery(notice, user, channel, now) for user in found for channel in channels)
    return True


def last_resort(notice: Notice, declared: NoticeKind, now: datetime) -> list[UUID]:
    """The organisation's administrators who may know; the operator hears of it in any case."""
    found = [
        user
        for user in holders(Role.ADMINISTRATOR, now=now)
        if declared.may_know is None or declared.may_know(notice, user, now)
    ]
    whom = "went to the administrators" if found else "reached nobody yet"
    if found or not notice.reached_nobody:  # the operator hears it once; /status counts how long it waits
        alarm("notice without recipient", f"A notice of the kind {notice.kind} {whom} (notice {notice.pk}).")
    return found


def push_notice(notice_id: UUID, now: datetime) -> None:
    """Look at the notice again in an hour."""
    Notice.objects.filter(pk=notice_id, resolved_at=None).update(next_at=now + POISON_REST)


def post(organisation_id: UUID, delivery_id: UUID, now: datetime) -> None:
    """Send one waiting e-mail outside any transaction; a crash in between means that it is sent again, never lost."""
    with organisation(organisation_id):
        rows = claim(delivery_id, now)
    if not rows:
        return
    failure: str | None = None
    gone = False
    try:
        send(rows[0].user)
    except smtplib.SMTPRecipientsRefused as error:
        failure = Failure.REFUSED if all(code >= 500 for code, _why in error.recipients.values()) else ""
    except smtplib.SMTPDataError as error:
        failure = Failure.REFUSED if error.smtp_code >= 500 else ""
    except (UnicodeError, ValueError):
        failure = Failure.NO_ADDRESS
    except OSError:  # smtplib's own errors are OSErrors, too
        failure, gone = "", True
    with organisation(organisation_id):
        settle(rows, failure, now)
    if gone:
        raise MailServerGone


def claim(delivery_id: UUID, now: datetime) -> list[Delivery]:
    """Take a waiting e-mail, and every other one of the same person, so that one message serves them all."""
    first = Delivery.objects.filter(pk=delivery_id, next_at__lte=now).first()
    if first is None:
        return []
    waiting = Delivery.objects.filter(user_id=first.user_id, channel=Channel.EMAIL, next_at__lte=now)
    rows = list(waiting.select_for_update(skip_locked=True, of=("self",)).order_by("id").select_related("user"))
    for row in rows:
        row.attempts += 1
        row.next_at = now + LEASE
    Delivery.objects.bulk_update(rows, ["attempts", "next_at"])
    return rows


def send(user: User) -> None:
    """One message without case content, names or secret links: there is something, sign in to see it."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        text = _(
            "There is something new for you.\n\nSign in to see it: %(address)s\n\n"
            "This message says no more on purpose. Please do not answer it."
        )
        EmailMessage(
            subject=_("Something new for you"),
            body=text % {"address": f"{settings.ADDRESS}/"},
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()


def settle(rows: list[Delivery], failure: str | None, now: datetime) -> None:
    """Write down what became of the e-mail: sent (None), given up for a reason, or ("") to be tried again later."""
    for row in rows:
        again = failure == ""
        if again and row.attempts >= MOST_ATTEMPTS:
            again, failure = False, Failure.UNREACHABLE
        row.next_at = now + MINUTE * 2 ** min(row.attempts, 9) if again else None
        row.delivered_at = now if failure is None else None
        row.failed_at, row.failure = (now, failure) if failure else (None, "")
        if failure:
            audit.record(
                "outbox.undeliverable", by=SYSTEM, about=row, reference=row.notice.reference,
                facts={"why": str(failure)},
            )  # fmt: skip
    Delivery.objects.bulk_update(rows, ["next_at", "delivered_at", "failed_at", "failure"])


def _delivery(notice: Notice, user: UUID, channel: str, now: datetime) -> Delivery:
    inbox = channel == Channel.INBOX
    return Delivery(
        notice=notice,
        user_id=user,
        channel=channel,
        created_at=now,
        delivered_at=now if inbox else None,
        next_at=None if inbox else now,
    )
