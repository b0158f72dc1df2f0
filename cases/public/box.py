"""Coming back with the number: how far things are, messages both ways, what is allowed, and the button that ends it."""

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import mailbox
from cases.choices import CaseState, CloseReason, ForWhom, Mode, Purpose
from cases.public import guard
from cases.public.base import PublicPage
from cases.public.forms import MessageForm, NumberForm, PhraseForm, consent_choices
from cases.public.receipt import neutral_address, qr
from core.actors import REPORTER
from core.forms import Choice

#: What each state means to the person who told us; nothing of who, whom or what.
NOW: dict[str, Any] = {
    CaseState.RECEIVED: gettext_lazy("We have what you told us. A trained person reads it next."),
    CaseState.TRIAGE: gettext_lazy("We are finding out whether what you told us has to be looked into, and by whom."),
    CaseState.INFO_ONLY: gettext_lazy("We keep what you told us. With what we know now, nobody looks into it further."),
    CaseState.REFERRED_OUT: gettext_lazy("We gave it to another organisation that is responsible for it."),
    CaseState.MONITORED_EXTERNAL: gettext_lazy("Another organisation is looking into it. We follow what they do."),
    CaseState.IN_ASSESSMENT: gettext_lazy("Somebody is looking at what is known, to decide what has to be done."),
    CaseState.IN_INVESTIGATION: gettext_lazy("Somebody trained is looking into what happened."),
    CaseState.IN_DECISION: gettext_lazy("What was found is with the people who decide."),
    CaseState.CLOSED: gettext_lazy("This has come to an end on our side."),
}
ENDS: dict[str, Any] = {
    CloseReason.SUBSTANTIATED: gettext_lazy("What was reported was confirmed."),
    CloseReason.UNSUBSTANTIATED: gettext_lazy(
        "There was not enough proof to decide. That does not mean that it did not happen."
    ),
    CloseReason.NO_CASE: gettext_lazy("After a first look, it could not be looked into further."),
    CloseReason.INSUFFICIENT_INFORMATION: gettext_lazy(
        "Too little was known to go on. If you know more, you can write to us."
    ),
    CloseReason.PERPETRATOR_UNIDENTIFIED: gettext_lazy("It could not be found out who did it."),
    CloseReason.VICTIM_WITHDREW: gettext_lazy("The person it happened to did not want it to go on."),
    CloseReason.JURISDICTION_ELSEWHERE: gettext_lazy("Somebody else is responsible for it."),
    CloseReason.OUT_OF_SCOPE: gettext_lazy("It is about something else than we are here for."),
    CloseReason.DUPLICATE: gettext_lazy("The same was told to us before. It is looked at together with that."),
}
LOOKED_AT = (
    CaseState.IN_ASSESSMENT, CaseState.IN_INVESTIGATION, CaseState.IN_DECISION, CaseState.MONITORED_EXTERNAL,
)  # fmt: skip


def path_of(status: mailbox.Status) -> list[dict[str, Any]]:
    """The way so far and what is ahead, for components/path.html."""
    done: list[dict[str, Any]] = [
        {"kind": "done", "text": _("We received what you told us"), "at": _day(status.received_at)}
    ]
    if status.answered_at:
        done.append({"kind": "done", "text": _("We wrote to you"), "at": _day(status.answered_at)})
    if status.triaged_at:
        done.append({"kind": "done", "text": _("We decided who looks at it"), "at": _day(status.triaged_at)})
    if status.state == CaseState.CLOSED and status.closed_at:
        told = _end(status)
        return [*done, {"kind": "here", "text": NOW[status.state], "at": _day(status.closed_at), "detail": told}]
    ahead = [{"kind": "ahead", "text": _("We tell you here what was decided")}]
    return [*done, {"kind": "here", "text": NOW.get(status.state, NOW[CaseState.TRIAGE])}, *ahead]


def _end(status: mailbox.Status) -> Any:
    # How it ended is told to the person it happened to; someone else learns only that it has ended.
    return ENDS.get(status.close_reason, "") if status.for_whom == ForWhom.SELF else ""


def _day(moment: datetime) -> Any:
    return timezone.localdate(moment)


class Return(PublicPage):
    """The number opens what it opens: a mailbox, or a draft kept for later."""

    template_name = "public/return.html"

    def context(self) -> dict[str, Any]:
        return {"form": NumberForm(), "action": self.site.url("return")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not guard.from_our_page(request):
            return self.gone()
        form = NumberForm(request.POST)
        if not form.is_valid():
            return self.again(form)
        try:
            token = mailbox.enter(form.cleaned_data["code"], phrase=form.cleaned_data["phrase"], now=self.now)
        except mailbox.NumberUnknown as error:
            form.add_error("code", str(error.message))
            return self.again(form)
        response = self.go("check")
        guard.give(response, token)
        return response

    def again(self, form: NumberForm) -> HttpResponse:
        return self.render({"form": form}, status=422)


class InBox(PublicPage):
    """A page of an open mailbox."""

    abstract = True
    may_be_handed_over: ClassVar[bool] = False

    @cached_property
    def visit(self) -> mailbox.Visit | None:
        return mailbox.visit(self.draft)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (visit := self.visit) is None:
            return self.otherwise()
        if visit.handed_over and not self.may_be_handed_over:
            return self.go("take_over")
        mailbox.stay(visit, now=self.now)
        return self.show(visit)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        visit = self.visit
        if visit is None or not self.sent_from_here():
            return self.otherwise()
        if visit.handed_over and not self.may_be_handed_over:
            return self.go("take_over")
        return self.act(visit)

    def otherwise(self) -> HttpResponse:
        """No mailbox is open: a draft taken up by its number goes on with its questions."""
        if self.draft is not None and "mailbox" not in self.draft.answers:
            return self.go("review" if self.draft.answers else "page", *([] if self.draft.answers else [1]))
        return self.gone()

    def show(self, visit: mailbox.Visit) -> HttpResponse:
        raise NotImplementedError

    def act(self, visit: mailbox.Visit) -> HttpResponse:
        raise NotImplementedError


class Box(InBox):
    """Where things are, and the messages."""

    template_name = "public/box.html"

    def show(self, visit: mailbox.Visit, form: MessageForm | None = None) -> HttpResponse:
        status = mailbox.status(visit)
        said = mailbox.messages(visit, by=REPORTER, now=self.now)
        name = self.site.organisation.name
        context = {
            "status": NOW.get(status.state, NOW[CaseState.TRIAGE]),
            "steps": path_of(status),
            "talk": [
                {"who": _("You") if each.mine else name, "text": each.text, "at": each.sent_at, "mine": each.mine}
                for each in said
            ],
            "form": form or MessageForm(),
            "pass_phrase": visit.pass_phrase,
            "action": self.site.url("box"),
        }
        return self.render(context, status=422 if form else 200)

    def act(self, visit: mailbox.Visit) -> HttpResponse:
        form = MessageForm(self.request.POST)
        if not form.is_valid():
            return self.show(visit, form)
        mailbox.write(visit, form.cleaned_data["text"], by=REPORTER, now=self.now)
        return self.go("box")


class TakeOver(InBox):
    """Somebody else wrote this number down: a new one, that only the reporter knows, before anything is shown."""

    template_name = "public/take_over.html"
    may_be_handed_over = True

    def show(self, visit: mailbox.Visit) -> HttpResponse:
        code = visit.row.answers.get("new_code", "")
        if not visit.handed_over or not code:
            return self.go("box")
        return self.render(
            {
                "digits": code,
                "qr": qr(code),
                "address": neutral_address(self.site.organisation),
                "action": self.site.url("take_over"),
            }
        )

    def act(self, visit: mailbox.Visit) -> HttpResponse:
        if visit.handed_over:
            mailbox.take_over(visit, by=REPORTER, now=self.now)
        response = self.go("return")
        guard.take_back(response)
        return response


class Allow(InBox):
    """What the reporter allows, each with the button that changes it."""

    template_name = "public/allow.html"

    def purposes(self) -> dict[str, Choice]:
        return dict(consent_choices(Mode.CONFIDENTIAL))

    def show(self, visit: mailbox.Visit) -> HttpResponse:
        given = mailbox.consents(visit)
        rows = [
            {"purpose": purpose, "words": words, "since": _day(given[purpose]) if purpose in given else None}
            for purpose, words in self.purposes().items()
        ]
        return self.render({"rows": rows, "action": self.site.url("allow"), "back_url": self.site.url("box")})

    def act(self, visit: mailbox.Visit) -> HttpResponse:
        purposes = self.purposes()
        if (purpose := self.request.POST.get("withdraw", "")) in purposes:
            mailbox.withdraw(visit, Purpose(purpose), by=REPORTER, now=self.now)
        elif (purpose := self.request.POST.get("allow", "")) in purposes:
            mailbox.allow(visit, Purpose(purpose), language=self.site.language, by=REPORTER, now=self.now)
        return self.go("allow")


class Phrase(InBox):
    """A secret word on top of the number, for whom somebody might find the slip of paper."""

    template_name = "public/phrase.html"

    def show(self, visit: mailbox.Visit, form: PhraseForm | None = None) -> HttpResponse:
        context = {
            "form": form or PhraseForm(),
            "pass_phrase": visit.pass_phrase,
            "action": self.site.url("phrase"),
            "back_url": self.site.url("box"),
        }
        return self.render(context, status=422 if form else 200)

    def act(self, visit: mailbox.Visit) -> HttpResponse:
        form = PhraseForm(self.request.POST)
        if not form.is_valid():
            return self.show(visit, form)
        mailbox.set_phrase(visit, form.cleaned_data["phrase"], by=REPORTER, now=self.now)
        return self.go("box")


class Close(InBox):
    """One button closes the mailbox for good; the page before it says what that means."""

    template_name = "public/close.html"

    def show(self, visit: mailbox.Visit) -> HttpResponse:
        return self.render({"action": self.site.url("close"), "back_url": self.site.url("box")})

    def act(self, visit: mailbox.Visit) -> HttpResponse:
        mailbox.close(visit, by=REPORTER, now=self.now)
        response = self.render(template="public/closed.html")
        guard.take_back(response)
        return response
