"""Log a complaint on somebody's behalf, with drafts only their writer opens; and the number for the person, once."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import logging
from cases.forms.log import LogForm, as_left, query
from cases.models import LoggedDraft
from cases.permissions import Perm
from core.errors import NotOpened
from core.permissions import allowed
from core.views import ActionView

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


class LogPage(ActionView):
    """One screen; every button keeps what was written."""

    needs = Perm.CASE_LOG
    template_name = "cases/log.html"
    draft: LoggedDraft | None = None

    def load(self) -> None:
        """The draft the address names: one's own, or 404."""
        mark = self.kwargs.get("mark", "")
        if mark:
            self.draft = logging.draft(mark.upper(), by=self.request.actor, now=self.now)
            if self.draft is None:
                raise Http404

    def form_arguments(self) -> dict[str, Any]:
        return {"organisation": self.request.organisation, "now": self.now}

    def form(self) -> LogForm:
        if self.request.method == "POST":
            return LogForm(self.request.POST, **self.form_arguments())
        if self.draft is not None:
            try:
                return as_left(query(logging.answers_of(self.draft, by=self.request.actor)), **self.form_arguments())
            except NotOpened as error:  # it can be erased here, and not written over
                said = _("The draft that was kept: %(problem)s") % {"problem": error.message}
                messages.warning(self.request, said)
        office = self.request.actor.membership.office.reference
        return LogForm(initial={"once": uuid4().hex, "office": office}, **self.form_arguments())

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        button = request.POST.get("act", "send")
        if button == "drop" and self.draft is not None:
            logging.drop(self.draft, by=request.actor, now=self.now)
            return self.on(_("The draft was erased."), "log")
        if button in ("draft", "support"):
            return self.keep(asks=button == "support")
        return super().post(request, *args, **kwargs)

    def on(self, said: str, name: str, *args: Any) -> HttpResponse:
        messages.success(self.request, said)
        return HttpResponseRedirect(reverse(name, args=[self.request.organisation.slug, *args]))

    def keep(self, *, asks: bool) -> HttpResponse:
        """Keep what was written, whatever is missing; `asks` for somebody of the support side as well."""
        by = self.request.actor
        kept = logging.keep(self.draft, self.form().answers(), by=by, now=self.now)
        said = _("Your draft is kept. Only you can open it.")
        if asks:
            logging.ask_support(by=by, now=self.now)
            said = _("Victim support was asked to get in touch with you. No name was passed on.")
        return self.on(said, "log_draft", kept.mark)

    def act(self, data: dict[str, Any]) -> logging.Logged:
        by, told = self.request.actor, data["written"]
        return logging.send(told, by=by, now=self.now, once=data["once"], found=self.draft)

    def done(self) -> HttpResponse:
        """The number is shown in this answer and nowhere else; without one, on to the case."""
        sent: logging.Logged = self.result
        if sent.code:
            return TemplateResponse(self.request, "cases/log_sent.html", {"sent": sent})
        said = _("It was sent to triage as %(reference)s.") % {"reference": sent.reference}
        if allowed(self.request.actor, Perm.CASE_LIST):
            return self.on(said, "case", sent.reference)
        return self.on(said, "desk")

    def draw(self, form: Form, status: int = 200, **context: Any) -> HttpResponse:
        sections = [
            {"key": key, "title": title, "fields": [form[name] for name in names]} for key, title, names in SECTIONS
        ]
        return super().draw(form, status, sections=sections, **context)

    def context(self) -> dict[str, Any]:
        mine = logging.drafts_of(self.request.actor, now=self.now)
        return {
            "rail": [{"label": title, "url": f"#{key}"} for key, title, _names in SECTIONS],
            "draft": self.draft,
            "drafts": [found for found in mine if self.draft is None or found.pk != self.draft.pk],
        }
