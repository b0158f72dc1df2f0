"""Showing one name on a page that lists people by code: never put into an address, a cookie or a session."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import Http404, HttpResponse, HttpResponseRedirect

from cases.actions import reveal
from cases.models import Case, Participant
from core.errors import DomainError, SecondFactorNeeded
from core.views import Page


class ShowsName(Page):
    """Beside a page with `revealed` and `url`: the same page, once, with the name of the person its address names."""

    abstract = True
    back_to: ClassVar[str] = ""
    revealed: dict[Any, str]
    url: Callable[..., str]

    def named(self) -> tuple[Participant, Case] | None:
        """The person of the address and the case they are revealed in."""
        raise NotImplementedError

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.url(self.back_to))

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.named()
        if found is None:
            raise Http404
        person, case = found
        try:
            known = reveal.identity(
                person, case=case, purpose=request.POST.get("purpose", ""), by=request.actor, now=self.now
            )
        except SecondFactorNeeded:
            raise
        except DomainError as error:
            self.note(request, error)
            return self.render({"problem": error.message}, status=error.status)
        self.revealed = {person.pk: reveal.line(known)}
        return self.render()
