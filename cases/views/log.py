"""Log a complaint on somebody's behalf, with drafts only their writer opens; and the number for the person, once."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import logging
from cases.forms.log import LogForm, as_left, query
from cases.models import LoggedDraft
from cases.permissions import Perm
from core.errors import DomainError, NotOpened
from core.permissions import allowed
from core.views import Page

#: The parts of the page, in the order of a conversation.
SECTIONS = (
    ("safety", gettext_lazy("Safety first"), ("safe_now", "last_time")),
    ("words", gettext_lazy("In their words"), ("account",)),
    ("known", gettext_lazy("What is known so far"), ("place", "happened", "office")),
    (
        "who",
        gettext_lazy("Who is involved"),
        (
            "for_whom", "sex", "age_band", "affected_knows", "affected_wants", "about_whom", "works_for",
            "subject_name", "must_not_know",
        ),
    ),
    (
        "wants",
        gettext_lazy("What they want"),
        (
            "wishes_words", "safe_way", "keep_name", "name", "share_name", "want_support", "language",
            "interpreter_needed",
        ),
    ),
    ("how", gettext_lazy("How it reached us"), ("channel", "told_on", "aware_on", "receipt")),
)  # fmt: skip


class LogPage(Page):
    """One screen; every button keeps what was written."""

    needs = Perm.CASE_LOG
    template_name = "cases/log.html"
    draft: LoggedDraft | None = None
    form: LogForm

    def find(self) -> None:
        """The draft the address names: one's own, or 404."""
        mark = self.kwargs.get("mark", "")
        if mark:
            self.draft = logging.draft(mark.upper(), by=self.request.actor, now=self.now)
            if self.draft is None:
                raise Http404

    def rest(self) -> dict[str, Any]:
        return {"organisation": self.request.organisation, "now": self.now}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.find()
        self.form = self.empty()
        if self.draft is not None:
            try:
                self.form = as_left(query(logging.answers_of(self.draft, by=request.actor)), **self.rest())
            except NotOpened as error:  # it can be erased here, and not written over
                messages.warning(request, f"{_('The draft that was kept:')} {error.message}")
        return self.render()

    def empty(self) -> LogForm:
        office = self.request.actor.membership.office.reference
        return LogForm(initial={"once": uuid4().hex, "office": office}, **self.rest())

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.find()
        self.form = LogForm(request.POST, **self.rest())
        act = request.POST.get("act", "send")
        if act == "drop" and self.draft is not None:
            logging.drop(self.draft, by=request.actor, now=self.now)
            messages.success(request, _("The draft was erased."))
            return HttpResponseRedirect(reverse("log", args=[request.organisation.slug]))
        if act in ("draft", "support"):
            return self.keep(asks=act == "support")
        if not self.form.is_valid():
            return self.render(status=422)
        try:
            sent = logging.send(
                self.form.written(),
                by=request.actor,
                now=self.now,
                once=self.form.cleaned_data["once"],
                found=self.draft,
            )
        except DomainError as error:
            request.failed = True
            self.form.add_error(None, str(error.message))
            return self.render(status=422)
        return self.done(sent)

    def keep(self, *, asks: bool) -> HttpResponse:
        request = self.request
        kept = logging.keep(self.draft, self.form.answers(), by=request.actor, now=self.now)
        if asks:
            logging.ask_support(by=request.actor, now=self.now)
            messages.success(request, _("Victim support was asked to get in touch with you. No name was passed on."))
        else:
            messages.success(request, _("Your draft is kept. Only you can open it."))
        return HttpResponseRedirect(reverse("log_draft", args=[request.organisation.slug, kept.mark]))

    def done(self, sent: logging.Logged) -> HttpResponse:
        """The number is shown in this answer and nowhere else; without one, on to the case."""
        request = self.request
        slug = request.organisation.slug
        if sent.code:
            return TemplateResponse(request, "cases/log_sent.html", {"sent": sent})
        messages.success(request, _("It was sent to triage as %(reference)s.") % {"reference": sent.reference})
        if allowed(request.actor, Perm.CASE_LIST):
            return HttpResponseRedirect(reverse("case", args=[slug, sent.reference]))
        return HttpResponseRedirect(reverse("desk", args=[slug]))

    def context(self) -> dict[str, Any]:
        return {
            "form": self.form,
            "sections": [
                {"key": key, "title": title, "fields": [self.form[name] for name in names]}
                for key, title, names in SECTIONS
            ],
            "rail": [{"label": title, "url": f"#{key}"} for key, title, _names in SECTIONS],
            "draft": self.draft,
            "drafts": [
                found
                for found in logging.drafts_of(self.request.actor, now=self.now)
                if self.draft is None or found.pk != self.draft.pk
            ],
        }
