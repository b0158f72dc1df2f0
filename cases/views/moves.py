"""What one can do from the case page: each a form or a button, one action, and back."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.actions import closing, handover, mailbox, notes, reveal, support
from cases.forms.moves import CloseForm, HandoverForm, ReopenForm, TextForm
from cases.models import Handover
from cases.permissions import Perm
from cases.selectors import people_of
from cases.selectors.case_page import colleagues_for, mailboxes_of
from cases.views.case_page import CasePage, InCase
from core import phrases
from core.errors import DomainError, SecondFactorNeeded


class Button(InCase):
    """A POST without a page of its own: one action, a sentence, and back to the case."""

    abstract = True
    back_to: ClassVar[str] = "case"
    done: ClassVar[str] = ""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return self.back()

    def back(self) -> HttpResponse:
        return HttpResponseRedirect(reverse(self.back_to, args=[self.request.organisation.slug, self.case.reference]))

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        said = self.act()
        if said:
            messages.success(request, said)
        return self.back()

    def act(self) -> str:
        raise NotImplementedError


class AddNote(Button):
    needs = Perm.NARRATIVE_WRITE
    back_to = "case_notes"

    def act(self) -> str:
        form = TextForm(self.request.POST)
        if not form.is_valid():
            raise DomainError(_("Write something first."))
        notes.add(self.case, form.cleaned_data["body"], by=self.request.actor, now=self.now)
        return _("The note is in the case.")


class AnswerReporter(Button):
    needs = Perm.MESSAGES
    back_to = "case_messages"

    def act(self) -> str:
        form = TextForm(self.request.POST)
        if not form.is_valid():
            raise DomainError(_("Write something first."))
        if not self.writes:
            raise DomainError(_("You may read here, but not write."))
        boxes = [box for box in mailboxes_of(self.case) if box.state == "open"]
        if not boxes:
            raise DomainError(_("There is no open mailbox: the reporter has none, or closed it."))
        for box in boxes:
            mailbox.answer(box, form.cleaned_data["body"], by=self.request.actor, now=self.now)
        return _("It waits in the mailbox until the reporter comes back.")


class AskSupport(Button):
    needs = Perm.SUPPORT_ASK

    def act(self) -> str:
        support.ask(self.case, source="screen", by=self.request.actor, now=self.now)
        return _("Received. The support side looks after it.")


class AnswerHandover(Button):
    """The receiver has perhaps no grant yet, so the offer itself opens the way."""

    member = True

    def load(self) -> None:
        found = (
            Handover.objects.select_related("case", "giver", "receiver")
            .filter(
                case__reference=self.reference.upper(),
                receiver_id=self.request.actor.user_id,
                confirmed_at=None,
                declined_at=None,
            )
            .first()
        )
        if found is None:
            raise Http404
        self.offer, self.case = found, found.case

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("desk", args=[request.organisation.slug]))

    def back(self) -> HttpResponse:
        if self.request.POST.get("answer") == "confirm":
            return super().back()
        return HttpResponseRedirect(reverse("desk", args=[self.request.organisation.slug]))

    def act(self) -> str:
        if self.request.POST.get("answer") == "confirm":
            handover.confirm(self.offer, by=self.request.actor, now=self.now)
            return _("The case is yours now.")
        handover.decline(self.offer, by=self.request.actor, now=self.now)
        return _("You did not take it. Your colleague hears of it.")


class Reveal(CasePage):
    """The case page with one name on it: a name is never put into an address, a cookie or a session."""

    needs = Perm.CASE_LIST

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("case", args=[request.organisation.slug, self.reference]))

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        person = next((each for each in people_of(self.case) if each.code == kwargs["person"].upper()), None)
        if person is None:
            raise Http404
        try:
            found = reveal.identity(
                person, case=self.case, purpose=request.POST.get("purpose", ""), by=request.actor, now=self.now
            )
        except SecondFactorNeeded:
            raise
        except DomainError as error:
            self.note(request, error)
            return self.render({"problem": error.message}, status=error.status)
        self.revealed = {person.pk: " · ".join(text for text in (found["name"], found["contact"]) if text)}
        return self.render({"shown_at": phrases.exact(self.now)})


class FormInCase(InCase):
    """A page with one form inside a case."""

    abstract = True
    form_class: ClassVar[Any] = None
    template_name = "cases/case_form.html"
    title: ClassVar[Any] = ""
    button: ClassVar[Any] = ""

    def initial(self) -> dict[str, Any]:
        return {}

    def arguments(self) -> dict[str, Any]:
        return {}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return self.show(self.form_class(initial=self.initial(), **self.arguments()))

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        return self.render({"form": form, "title": self.title, "button": self.button}, status=status)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        form = self.form_class(request.POST, **self.arguments())
        if not form.is_valid():
            return self.show(form, 422)
        messages.success(request, self.act(form.cleaned_data))
        return HttpResponseRedirect(reverse("case", args=[request.organisation.slug, self.case.reference]))

    def act(self, data: dict[str, Any]) -> str:
        raise NotImplementedError


class Close(FormInCase):
    needs = Perm.CASE_CLOSE
    form_class = CloseForm

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Close the case")

    button = title

    def initial(self) -> dict[str, Any]:
        return {"version": self.case.version}

    def act(self, data: dict[str, Any]) -> str:
        closing.close(self.case, **data, by=self.request.actor, now=self.now)
        return _("The case is closed. The people affected are to be told within three days.")


class Reopen(FormInCase):
    needs = Perm.CASE_REOPEN
    form_class = ReopenForm

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Reopen the case")

    button = title

    def act(self, data: dict[str, Any]) -> str:
        closing.reopen(self.case, **data, by=self.request.actor, now=self.now)
        return _("The case is open again and stands in triage.")


class HandOver(FormInCase):
    needs = Perm.CASE_HANDOVER
    form_class = HandoverForm

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Hand over")

    button = title

    def arguments(self) -> dict[str, Any]:
        return {"colleagues": colleagues_for(self.case, self.request.actor, self.now)}

    def act(self, data: dict[str, Any]) -> str:
        to = next(m.user for m in self.arguments()["colleagues"] if m.reference == data["to"])
        handover.offer(self.case, to=to, by=self.request.actor, now=self.now)
        return _("Offered. The case stays yours until %(name)s says yes.") % {"name": to.name}
