"""The kinds of notice the apps declare: who is to hear, and in which words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from core.outbox.models import Notice

Resolve = Callable[["Notice", datetime], Iterable[UUID] | None]
Words = Callable[["Notice"], str]


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice.

    `resolve(notice, now)` gives the user ids that are to hear, after every exclusion; it runs in a worker, in the
    notice's organisation; None says that it is no news any more. `text(notice)` is the sentence in the inbox, in the
    reader's language, without private words; `link(notice)` the page it leads to, or "". With `last_resort`, a notice
    that reaches nobody goes to the organisation's administrators (those `may_know` lets through), and the operator
    hears of it. `even_away` is for what somebody must hear although they are not at work: news of their own account.
    """

    key: str
    resolve: Resolve
    text: Words
    link: Words
    last_resort: bool = True
    may_know: Callable[["Notice", UUID, datetime], bool] | None = None
    email: bool = True
    even_away: bool = False


_declared: dict[str, NoticeKind] = {}


def nowhere(_notice: "Notice") -> str:
    """The link of a notice that leads to no page."""
    return ""


def declare(key: str, *, resolve: Resolve, text: Words, link: Words = nowhere, **rest: Any) -> NoticeKind:
    """Name a kind of notice once; raises when it is named twice."""
    if key in _declared:
        raise ImproperlyConfigured(f"The notice {key} is declared twice.")
    _declared[key] = NoticeKind(key, resolve, text, link, **rest)
    return _declared[key]


def kind(key: str) -> NoticeKind:
    """The declared kind; raises ImproperlyConfigured for any other key."""
    if key not in _declared:
        raise ImproperlyConfigured(f"The notice {key} is not declared.")
    return _declared[key]
