"""What one can do from the case page: each a form or a button, one action, and back."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import closing, handover, mailbox, notes, stages, support
from cases.forms.moves import CloseForm, HandoverAnswerForm, HandoverForm, MessageForm, NoteForm, ReasonForm
from cases.models import Case, Participant
from cases.permissions import Perm
from cases.selectors import people_of
from cases.selectors.case_page import colleagues_for, mailboxes_of
from cases.selectors.handovers import access_offer
from cases.views.case_page import CasePage, MessagesPage, NotesPage
from cases.views.in_case import ActInCase
from cases.views.reveal import ShowsName
from core.errors import DomainError
from core.views import ActionView


class AddNote(ActInCase, NotesPage):
    needs = Perm.NARRATIVE_WRITE
    own_page = False
    template_name = "cases/case_notes.html"
    form_class = NoteForm
    then = "case_notes"
    done_message = gettext_lazy("The note is in the case.")

    def act(self, data: dict[str, Any]) -> Any:
        return notes.add(self.case, data["body"], by=self.request.actor, now=self.now)


class AnswerReporter(ActInCase, MessagesPage):
    needs = Perm.MESSAGES
    own_page = False
    template_name = "cases/case_messages.html"
    form_class = MessageForm
    then = "case_messages"
    done_message = gettext_lazy("It waits in the mailbox until the reporter comes back.")

    def act(self, data: dict[str, Any]) -> Any:
        if not self.writes:
            raise DomainError(_("You may read here, but not write."))
        boxes = [box for box in mailboxes_of(self.case) if box.state == "open"]
        if not boxes:
            raise DomainError(_("There is no open mailbox: the reporter has none, or closed it."))
        return [mailbox.answer(box, data["body"], by=self.request.actor, now=self.now) for box in boxes]


class AskSupport(ActInCase):
    needs = Perm.SUPPORT_ASK
    own_page = False
    template_name = ""
    done_message = gettext_lazy("Received. The support side looks after it.")

    def act(self, data: dict[str, Any]) -> Any:
        return support.ask(self.case, source="screen", by=self.request.actor, now=self.now)


class AnswerHandover(ActionView):
    """A case is offered; whoever it is offered to has perhaps no grant yet, so the offer itself opens this page."""

    member = True
    template_name = "cases/handover.html"
    form_class = HandoverAnswerForm

    def load(self) -> None:
        self.offer = access_offer(self.request.actor, self.kwargs["reference"])

    def context(self) -> dict[str, Any]:
        case = self.offer.case
        return {
            "offer": self.offer,
            "facts": [
                (_("Kind"), case.get_stream_display()),
                (_("State"), case.get_state_display()),
                (_("Priority"), case.get_priority_display()),
                (_("Office concerned"), case.office.name if case.office else _("Not known")),
            ],
        }

    def act(self, data: dict[str, Any]) -> Any:
        self.taken = data["answer"] == "confirm"
        answer = handover.confirm if self.taken else handover.decline
        return answer(self.offer, by=self.request.actor, now=self.now)

    def said(self) -> str:
        return _("The case is yours now.") if self.taken else _("You did not take it. Your colleague hears of it.")

    def success_url(self) -> str:
        slug = self.request.organisation.slug
        return reverse("case", args=[slug, self.offer.case.reference]) if self.taken else reverse("desk", args=[slug])


class Reveal(ShowsName, CasePage):
    """The case page with one name on it."""

    needs = Perm.CASE_LIST
    back_to = "case"

    def named(self) -> tuple[Participant, Case] | None:
        person = next((each for each in people_of(self.case) if each.code == self.kwargs["person"]), None)
        return (person, self.case) if person is not None else None


class Close(ActInCase):
    needs = Perm.CASE_CLOSE
    form_class = CloseForm
    title = button = gettext_lazy("Close the case")
    done_message = gettext_lazy("The case is closed. The people affected are to be told within three days.")

    def act(self, data: dict[str, Any]) -> Any:
        return closing.close(self.case, **data, by=self.request.actor, now=self.now)


class Reopen(ActInCase):
    needs = Perm.CASE_REOPEN
    form_class = ReasonForm
    title = button = gettext_lazy("Reopen the case")
    done_message = gettext_lazy("The case is open again and stands in triage.")

    def act(self, data: dict[str, Any]) -> Any:
        return closing.reopen(self.case, **data, by=self.request.actor, now=self.now)


class Follow(ActInCase):
    needs = Perm.CASE_EDIT
    form_class = ReasonForm
    title = button = gettext_lazy("Follow it there")
    done_message = gettext_lazy("Noted. You follow it at the other organisation.")

    def act(self, data: dict[str, Any]) -> Any:
        return stages.follow(self.case, **data, by=self.request.actor, now=self.now)


class HandOver(ActInCase):
    needs = Perm.CASE_HANDOVER
    form_class = HandoverForm
    title = button = gettext_lazy("Hand over")

    def form_arguments(self) -> dict[str, Any]:
        return {"colleagues": colleagues_for(self.case, self.request.actor, self.now)}

    def act(self, data: dict[str, Any]) -> Any:
        return handover.offer(self.case, **data, by=self.request.actor, now=self.now)

    def said(self) -> str:
        return _("Offered. The case stays yours until %(name)s says yes.") % {"name": self.result.receiver.name}
