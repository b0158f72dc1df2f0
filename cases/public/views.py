"""The form: start, help, one page for each question, review, and the way out."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property

from cases.actions import drafts, intake
from cases.choices import LastTime
from cases.models import HelpContact
from cases.public import contact_details, guard, steps
from cases.public.base import PublicPage, elsewhere
from cases.selectors import help_places
from core.people.forms import countries


class Start(PublicPage):
    """What this is, what happens, and where our silence ends: said before anything is asked."""

    template_name = "public/start.html"

    def context(self) -> dict[str, Any]:
        return {"first_url": self.site.url("page", 1)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Begin; an open draft of this browser is gone on with, so that Back and Begin lose nothing."""
        if not guard.from_our_page(request):
            return self.gone()
        if self.draft is not None and self.draft.sent_at is None:
            return self.go("page", 1)
        response = self.go("check")
        guard.give(response, drafts.begin(now=self.now))
        return response


class Check(PublicPage):
    """Where the cookie just given leads, or why nothing can be opened: some browsers keep no cookie at all.

    No page links here and browsers keep no address that only leads on, so that Back never comes by.
    """

    template_name = "public/blocked.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.token:
            return self.render()
        if self.draft is None:
            return self.gone()
        return self.go("box") if "mailbox" in self.draft.answers or self.draft.saved else self.go("page", 1)


class AboutLeaving(PublicPage):
    """What leaving does, and what it cannot do."""

    template_name = "public/about.html"


class Help(PublicPage):
    """Where to get help now, without telling us anything."""

    template_name = "public/help.html"

    def context(self) -> dict[str, Any]:
        today = timezone.localdate(self.now)
        home, found = self.site.organisation.country, help_places.by_country(today)
        names = dict(countries())
        there = [(names[code], code, rows) for code, rows in found.items() if code not in ("", home)]
        return {"contacts": _here(found, home), "there": sorted(there), "recent": False}


def _here(found: Any, country: str) -> list[tuple[str, list[HelpContact]]]:
    """Places of that country and those that help everywhere, by kind."""
    near, anywhere = dict(found.get(country, [])), dict(found.get("", []))
    kinds = [kind for kind, _name in HelpContact.KINDS]
    rows = [(kind, [*near.get(kind, []), *(anywhere.get(kind, []) if country else [])]) for kind in kinds]
    return [(kind, places) for kind, places in rows if places]


class Leave(PublicPage):
    """The way out: forgets or closes what is open, takes the cookie back, ends on an everyday page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.draft is not None:
            drafts.leave(self.draft, now=self.now)
        response = self.away(elsewhere())
        guard.take_back(response)
        return response


class Question(PublicPage):
    """One question, or one thing that is told; its number in the address says nothing to others."""

    def dispatch(self, request: Any, *args: Any, number: int, **kwargs: Any) -> HttpResponse:
        self.number = number
        found = steps.at(number)
        if found is None:
            raise Http404
        self.step = found
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def origin(self) -> int:
        """The page whose answer is being changed from the review, or 0."""
        told = self.request.GET.get("r", "")
        return int(told) if told.isdecimal() and steps.at(int(told)) else 0

    @property
    def query(self) -> dict[str, int]:
        return {"r": self.origin} if self.origin else {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.draft is None or "mailbox" in self.draft.answers:
            return self.gone()
        if self.draft.sent_at is not None:
            return self.go("receipt")
        if not self.step.applies(self.draft.answers):
            return self.onward(self.draft.answers)
        return self.ask(self.form(self.draft.answers), self.draft.answers)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.draft is None or not self.sent_from_here() or "mailbox" in self.draft.answers:
            return self.gone()
        if self.draft.sent_at is not None:
            return self.go("receipt")
        answers = dict(self.draft.answers)
        if self.step.form is not None:
            skipped, later = "skip" in request.POST, "later" in request.POST
            form = self.step.form(request.POST, answers=answers)
            if skipped and not self.step.keeps_on_skip:
                answers = {name: value for name, value in answers.items() if name not in self.step.fields()}
            elif not skipped:
                if not form.is_valid():
                    return self.ask(form, answers, status=422)
                answers.update({name: form.cleaned_data.get(name) or "" for name in self.step.fields()})
            if not drafts.keep(self.draft, answers, now=self.now):
                return self.go("receipt")
            if later:
                drafts.put_away(self.draft, now=self.now)
                return self.go("later")
        return self.onward(answers)

    def form(self, answers: steps.Answers) -> Any:
        if self.step.form is None:
            return None
        initial = {name: answers[name] for name in self.step.fields() if name in answers}
        return self.step.form(initial=initial, answers=answers)

    def onward(self, answers: steps.Answers) -> HttpResponse:
        if self.origin:
            number = steps.follows(self.number, answers, self.origin)
        else:
            number = steps.after(self.number, answers)
        return self.go("review") if number == steps.REVIEW else self.go("page", number, **self.query)

    def ask(self, form: Any, answers: steps.Answers, status: int = 200) -> HttpResponse:
        back = steps.before(self.number, answers)
        context: dict[str, Any] = {
            "form": form,
            "answers": answers,
            "back_url": self.site.url("page", back) if back else self.site.url("start"),
            "action": self.site.url("page", self.number, **self.query),
            "language_address": "?" + urlencode({"lang": "{code}", **self.query}, safe="{}"),
        }
        if self.step.key == "care":
            today = timezone.localdate(self.now)
            context["contacts"] = _here(help_places.by_country(today), self.site.organisation.country)
            context["recent"] = steps.recent(answers)
            context["three_days"] = answers.get("last_time") in (LastTime.TODAY_OR_YESTERDAY, LastTime.THREE_DAYS)
        return self.render(context, status=status, template=self.step.template)


class Review(PublicPage):
    """Everything once more, and the button that sends it."""

    template_name = "public/review.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.draft is None or "mailbox" in self.draft.answers:
            return self.gone()
        if self.draft.sent_at is not None:
            return self.go("receipt")
        return self.look(self.draft.answers)

    def look(self, answers: steps.Answers, *, problem: bool = False) -> HttpResponse:
        context = {
            "lines": [(line, self.site.url("page", line.number, r=line.number)) for line in steps.review(answers)],
            "account_url": self.site.url("page", steps.NUMBER["account"], r=steps.NUMBER["account"]),
            "nothing_told": not answers.get("account"),
            "reachable": contact_details.given_away(answers),
            "problem": problem,
            "back_url": self.site.url("page", steps.before(steps.REVIEW, answers)),
            "action": self.site.url("review"),
        }
        return self.render(context, status=422 if problem else 200)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.draft is None or not self.sent_from_here() or "mailbox" in self.draft.answers:
            return self.gone()
        if "later" in request.POST and self.draft.sent_at is None:
            drafts.put_away(self.draft, now=self.now)
            return self.go("later")
        if self.draft.sent_at is None:
            try:
                intake.send(self.draft, steps.told(self.draft.answers, language=self.site.language), now=self.now)
            except intake.NothingTold:
                return self.look(self.draft.answers, problem=True)
        return self.go("receipt")
