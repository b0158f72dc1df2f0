"""Emergency readings: ask, decide, review. Whoever holds none of the three permissions finds no such page."""

from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import glass as actions
from cases.forms.glass import AllowForm, AskForm, ReviewForm
from cases.models import BreakGlass
from cases.permissions import Perm
from cases.selectors import glass
from core import audit
from core.forms import Form
from core.permissions import allowed
from core.views import ActionView, Page

ANY = (Perm.GLASS_ASK, Perm.GLASS_ALLOW, Perm.GLASS_REVIEW)


class GlassPage(Page):
    """What waits for this person."""

    member = True
    template_name = "cases/glass.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not any(allowed(request.actor, perm) for perm in ANY):
            raise Http404
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        actor = self.request.actor
        return {
            "may_ask": allowed(actor, Perm.GLASS_ASK) and not actor.roles & actions.NEVER,
            "deciding": [self.line(row, "glass_decide") for row in glass.waiting_for(actor, self.now)],
            "reviewing": [self.line(row, "glass_review") for row in glass.reviews_for(actor, self.now)],
        }

    def line(self, row: BreakGlass, page: str) -> dict[str, Any]:
        """One row of a list."""
        url = reverse(page, args=[self.request.organisation.slug, row.case.reference, asker(row)])
        return {
            "title": row.asked_by.name,
            "url": url,
            "reference": row.case.reference,
            "at": row.asked_at,
            "action": _("Look at it"),
            "action_url": url,
            "action_hear": row.case.reference,
        }


def asker(row: BreakGlass) -> str:
    """The reference of the asker's membership."""
    return row.asked_by.memberships.values_list("reference", flat=True).get()


class Ask(ActionView):
    """Ask for one; the answer is the same whatever there is behind the reference."""

    needs = Perm.GLASS_ASK
    form_class = AskForm
    template_name = "confirm.html"
    done_message = gettext_lazy(
        "Asked. If there is such a case, a second person decides; you cannot choose who. You will hear of it."
    )

    def context(self) -> dict[str, Any]:
        return {
            "title": _("Ask for an emergency reading"),
            "text": _(
                "For when somebody comes to harm unless you read a case. One case, reading only, four hours at most. "
                "Its owner and the data-protection officer are told, and it is reviewed afterwards."
            ),
            "confirm_text": _("Ask"),
            "cancel_url": self.success_url(),
        }

    def act(self, data: dict[str, Any]) -> Any:
        return actions.ask(data["reference"], reason=data["reason"], by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return reverse("glass", args=[self.request.organisation.slug])


class OnOne(ActionView):
    """Something done about one emergency reading."""

    abstract = True
    template_name = "cases/glass_one.html"
    title: Any = ""

    def rows(self) -> list[BreakGlass]:
        raise NotImplementedError

    def one(self) -> BreakGlass:
        """The row of the address, or Http404."""
        return glass.access_one(self.rows(), self.kwargs["reference"].upper(), self.kwargs["asker"].upper())

    def context(self) -> dict[str, Any]:
        row = self.one()
        return {
            "row": row,
            "title": self.title,
            "reason": actions.read_reason(row, by=self.request.actor, now=self.now),
            "back": self.success_url(),
        }

    def success_url(self) -> str:
        return reverse("glass", args=[self.request.organisation.slug])


class Decide(OnOne):
    """Allow it, for so many hours, or not."""

    needs = Perm.GLASS_ALLOW
    form_class: ClassVar[type[Form]] = AllowForm
    title = gettext_lazy("Allow an emergency reading?")
    done_message = gettext_lazy("The reading is open. Its owner and the data-protection officer have been told.")

    def rows(self) -> list[BreakGlass]:
        return glass.waiting_for(self.request.actor, self.now)

    def context(self) -> dict[str, Any]:
        place = [self.request.organisation.slug, self.kwargs["reference"], self.kwargs["asker"]]
        return {**super().context(), "refuse_url": reverse("glass_refuse", args=place), "confirm_text": _("Allow it")}

    def act(self, data: dict[str, Any]) -> Any:
        return actions.allow(self.one(), hours=data["hours"], by=self.request.actor, now=self.now)


class Refuse(Decide):
    """Not allow it."""

    form_class = Form
    title = gettext_lazy("Not allow this emergency reading?")
    done_message = gettext_lazy("Not allowed. The asker has been told.")

    def context(self) -> dict[str, Any]:
        text = _("Nothing opens. Whoever asked is told that it was not allowed.")
        return {**super().context(), "refuse_url": "", "confirm_text": _("Do not allow it"), "text": text}

    def act(self, data: dict[str, Any]) -> Any:
        return actions.refuse(self.one(), by=self.request.actor, now=self.now)


class Review(OnOne):
    """What was read, and whether it was right."""

    needs = Perm.GLASS_REVIEW
    form_class = ReviewForm
    title = gettext_lazy("Review an emergency reading")
    done_message = gettext_lazy("Reviewed.")

    def rows(self) -> list[BreakGlass]:
        return glass.reviews_for(self.request.actor, self.now)

    def context(self) -> dict[str, Any]:
        found = super().context()
        events: list[Any] = list(glass.what_was_read(found["row"])[:200])
        return {
            **found,
            "events": [{"kind": "done", "text": audit.present(event), "at": event.at} for event in events],
            "reviewing": True,
            "confirm_text": _("Save the review"),
        }

    def act(self, data: dict[str, Any]) -> Any:
        return actions.review(self.one(), words=data["words"], by=self.request.actor, now=self.now)
