"""What every page of one case has in common: who may open it, its menu and buttons, and how something is done to it."""

from typing import Any, ClassVar

from django.forms import Form
from django.http import HttpResponseRedirect
from django.urls import reverse

from cases.forms.versions import Versioned
from cases.selectors import allows_writing, entered
from cases.states import CASE
from core import ui
from core.permissions import allowed
from core.views import ActionView, Page

TABS = "case"


class InCase(Page):
    """A page of one case the actor may open; everybody else gets 404."""

    abstract = True
    here: ClassVar[str] = "overview"

    def load(self) -> None:
        self.grant = entered(self.request.actor, self.kwargs["reference"], self.now)
        self.case = self.grant.content_object
        self.writes = allows_writing(self.grant)

    def url(self, name: str, *args: Any) -> str:
        """The address of another page of this case."""
        return reverse(name, args=[self.request.organisation.slug, self.case.reference, *args])

    def to(self, name: str) -> HttpResponseRedirect:
        """On to another page of this case."""
        return HttpResponseRedirect(self.url(name))

    def may(self, perm: str) -> bool:
        """Whether the actor's role allows the act, and their grant more than reading."""
        return self.writes and allowed(self.request.actor, perm)

    def context(self) -> dict[str, Any]:
        moves = [move for move in CASE.open_to(self.case, self.request.actor) if move.own_button] if self.writes else []
        return {
            "case": self.case,
            "grant": self.grant,
            "writes": self.writes,
            "state_shape": STATE_SHAPES.get(self.case.state, "step"),
            "entries": ui.places(TABS, self.request, self.grant, current=self.here),
            "moves": [self.move(move) for move in moves],
        }

    def move(self, move: Any) -> dict[str, Any]:
        """A button of the state table: some moves have a form of their own, the others are triage's."""
        main = move.verb in ("start_triage", "open_assessment") and self.case.state in ("received", "triage")
        return {"label": move.label, "url": self.url(MOVE_PAGES.get(move.verb, "triage")), "main": main}


STATE_SHAPES = {"received": "ring", "triage": "ring", "closed": "done"}
MOVE_PAGES = {"close": "case_close", "reopen": "case_reopen", "monitor": "case_follow"}


class ActInCase(InCase, ActionView):
    """Something done to one case, then back to one of its pages."""

    abstract = True
    template_name = "cases/case_form.html"
    title: ClassVar[Any] = ""
    button: ClassVar[Any] = ""
    then: ClassVar[str] = "case"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "title": self.title, "button": self.button, "back": self.success_url()}

    def initial(self) -> dict[str, Any]:
        return Versioned.of(self.case) if issubclass(self.form_class, Versioned) else {}

    def kept(self, form: Form) -> Form:
        return form.on(self.case) if isinstance(form, Versioned) else form

    def success_url(self) -> str:
        return self.url(self.then)
