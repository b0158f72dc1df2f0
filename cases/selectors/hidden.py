"""What the audit does not show to somebody who must not know of a case."""

from django.db.models import Q, QuerySet

from cases.models import (
    Allegation,
    BreakGlass,
    Case,
    CaseGrant,
    Exclusion,
    Handover,
    Mailbox,
    Message,
    MessageDue,
    Note,
    Participant,
    Report,
    Reveal,
    SafetyQuestion,
    SupportRequest,
    TriageDraft,
)
from core.actors import Actor

#: Rows of a case, each with its way to the case.
ROWS: list[tuple[type, str]] = [
    (Allegation, "case"), (BreakGlass, "case"), (CaseGrant, "content_object"), (Handover, "case"),
    (Mailbox, "report__case"), (Message, "mailbox__report__case"), (MessageDue, "case"), (Note, "case"),
    (Participant, "case"), (Report, "case"), (Reveal, "case"), (SafetyQuestion, "case"), (SupportRequest, "case"),
    (TriageDraft, "case"),
]  # fmt: skip


def add_rows(model: type, path: str) -> None:
    """An app above says that rows of this table belong to the case at `path`, and are hidden with it."""
    if (model, path) not in ROWS:
        ROWS.append((model, path))


def hidden_events(reader: Actor) -> Q | None:
    """Every event about a case the reader is shut out of, about its rows and about its people; None without any.

    Which person an identity belongs to the database tells nobody without a grant, and a list that was opened or
    searched may be of several cases: of those two no technical event is shown to such a reader. What people did stands
    in events of their own, which are shown.
    """
    if reader.user_id is None or not Exclusion.objects.filter(user_id=reader.user_id).exists():
        return None
    cases = Case.objects.filter(exclusions__user_id=reader.user_id)
    found = Q(reference__in=cases.values("reference")) | Q(about__in=cases.values("pk"))
    people = Participant.objects.filter(case__in=cases).values("person_id")
    found |= Q(about__in=people, reference="")  # what names another case of theirs is news of that case
    for model, path in ROWS:
        rows: QuerySet = model.objects.filter(**{f"{path}__in": cases})  # type: ignore[attr-defined]
        found |= Q(about__in=rows.values("pk"))
    technical = Q(about_type="cases.identity") | Q(about=None)
    return found | (Q(action__startswith="encryption.") & technical)
