"""What every page of an investigation has in common: the case, its newest investigation, one form, one act."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect

from cases.views.in_case import InCase
from core.errors import ConcurrentEdit, DomainError, Refused, SecondFactorNeeded
from investigations.models import Investigation
from investigations.permissions import Perm
from investigations.rules import LEVELS, NOT_TO_READ
from investigations.selectors.inquiry import latest, person_of


class InInquiry(InCase):
    """A page of the newest investigation of a case; 404 where there is none, unless `may_be_none`."""

    abstract = True
    here = "inquiry"
    may_be_none: ClassVar[bool] = False

    def load(self) -> None:
        super().load()
        if self.grant.level in NOT_TO_READ:
            raise Http404
        self.found = latest(self.case)
        if self.found is None and not self.may_be_none:
            raise Http404
        if self.found is not None:
            self.found.case = self.case
        if "code" in self.kwargs:
            self.person = person_of(self.case, self.kwargs["code"])

    def can(self, perm: Perm) -> bool:
        """Whether the actor's role and what their grant is for both allow the act."""
        return self.may(perm) and self.grant.level in LEVELS[perm]

    @property
    def inquiry(self) -> Investigation:
        """The investigation; 404 where there is none."""
        if self.found is None:
            raise Http404
        return self.found

    def back_url(self) -> str:
        """Where an act leads: to the person it was about, else to the investigation."""
        return self.url("inquiry_person", self.person.code) if "code" in self.kwargs else self.url("inquiry")

    def said(self, sentence: str) -> HttpResponse:
        messages.success(self.request, sentence)
        return HttpResponseRedirect(self.back_url())


class BesideInquiry(InInquiry):
    """A tab of a case that may have no investigation yet: then it leads to the page that says so."""

    abstract = True
    may_be_none = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.found is None:
            return HttpResponseRedirect(self.url("inquiry"))
        return super().get(request, *args, **kwargs)


class Act(InInquiry):
    """A POST without a page of its own: one action, a sentence, and back."""

    abstract = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.back_url())

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.said(self.act())

    def act(self) -> str:
        raise NotImplementedError


class FormPage(InInquiry):
    """A page with one form and one action; what the action refuses in words stands beside the form."""

    abstract = True
    form_class: ClassVar[Any] = None
    template_name = "investigations/form.html"

    def heading(self) -> str:
        """The first line of the page."""
        raise NotImplementedError

    def button(self) -> str:
        raise NotImplementedError

    def lead(self) -> str:
        """A sentence before the form: what happens next."""
        return ""

    def initial(self) -> dict[str, Any]:
        return {}

    def arguments(self) -> dict[str, Any]:
        return {}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.form_class(initial=self.initial(), **self.arguments()))

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        words = {"heading": self.heading(), "button": self.button(), "lead": self.lead(), "cancel": self.back_url()}
        return self.render({"form": form, **words}, status=status)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST, **self.arguments())
        if not form.is_valid():
            return self.show(form, 422)
        try:
            sentence = self.act(form)
        except (SecondFactorNeeded, ConcurrentEdit, Refused):
            raise
        except DomainError as error:
            self.note(request, error)
            form.add_error(None, str(error.message))
            return self.show(form, 422)
        return self.said(sentence)

    def act(self, form: Any) -> str:
        raise NotImplementedError
