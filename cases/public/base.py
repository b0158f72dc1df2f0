"""What every public page shares: its addresses, its one cookie, its draft, and how it answers strangers and losses."""

from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from cases.actions import drafts
from cases.public import guard
from cases.public.site import Site
from core.tenancy import with_mailbox
from core.views import Page


def elsewhere() -> str:
    """An everyday page without a trace of us, where Leave now and Back end."""
    return settings.LEAVE_ADDRESS or reverse("calendar", urlconf="core.urls")


class PublicPage(Page):
    """A page open to everybody; what it shows of a draft or a mailbox depends on the cookie alone."""

    abstract = True
    public = True

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return csrf_exempt(sensitive_post_parameters()(super().as_view(**initkwargs)))

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "organisation", None) is None:
            raise Http404
        self.site = Site(request)
        if self.site.language != translation.get_language():
            translation.activate(self.site.language)  # the language middleware puts its own back afterwards
        token = guard.token_of(request)
        with with_mailbox(drafts.lookup_of(token)) if token else nullcontext():
            return super().dispatch(request, *args, **kwargs)

    # --- the draft ----------------------------------------------------------------------------------------------

    @cached_property
    def token(self) -> str:
        return guard.token_of(self.request)

    @cached_property
    def draft(self) -> drafts.OpenDraft | None:
        """The row of the cookie's token; while a form is handled it is locked against a second tab."""
        if not self.token:
            return None
        return drafts.find(self.token, now=self.now, lock=self.request.method == "POST")

    def sent_from_here(self) -> bool:
        """Whether this POST came from a page drawn for this cookie."""
        return guard.accepts(self.request, self.token)

    # --- answers ------------------------------------------------------------------------------------------------

    def go(self, name: str, *args: Any, **query: Any) -> HttpResponse:
        """On to another public page; 303, so that Back and Reload never send a form twice."""
        return self.away(self.site.url(name, *args, **query))

    def away(self, address: str) -> HttpResponse:
        response = HttpResponseRedirect(address)
        response.status_code = 303
        return response

    def gone(self) -> HttpResponse:
        """Nothing is open here. Whoever never was here, or left, sees an everyday page; else we say what happened."""
        if not self.token and self.request.method == "GET":
            return self.away(elsewhere())
        response = TemplateResponse(self.request, "public/ended.html", self.frame(), status=200)
        if self.token and self.draft is None:  # another site's form, or half of one, takes nobody's draft away
            guard.take_back(response)
        return response

    def frame(self) -> dict[str, Any]:
        """What the frame of each page needs."""
        return {
            "view": self,
            "site": self.site,
            "urls": Addresses(self.site),
            "leave_url": self.site.url("leave"),
            "language_codes": self.site.languages,
            "form_token": guard.form_token(self.token),
            "form_field": guard.FIELD,
        }

    def render(self, context: dict[str, Any] | None = None, status: int = 200, *, template: str = "") -> HttpResponse:
        """The page in its frame; `template` stands in for the page's own."""
        everything = {**self.frame(), **self.context(), **(context or {})}
        return TemplateResponse(self.request, template or self.template_name, everything, status=status)


class Addresses:
    """`{{ urls.help }}` in a template: the address of a public page that takes no argument."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def __getitem__(self, name: str) -> str:
        return self._site.url(name)
