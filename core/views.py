"""Pages say who may enter, or do not start; then they make one call into the domain and answer."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from core import audit
from core.errors import ConcurrentEdit, DomainError, NotOpened, Refused, SecondFactorNeeded
from core.middleware import require_member
from core.permissions import allowed
from core.sign_in import confirm_address


class Page(View):
    """A page of an organisation.

    A subclass names `needs` (a permission the actor must hold), or `member = True` (any member), or `public = True`.
    One that names none of them, or more than one, is refused when it is defined.
    """

    needs: ClassVar[str | None] = None
    member: ClassVar[bool] = False
    public: ClassVar[bool] = False
    abstract: ClassVar[bool] = True
    template_name: ClassVar[str] = ""
    request: Any  # also carries organisation and actor, set by the middleware

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.abstract = cls.__dict__.get("abstract", False)
        if not cls.abstract and sum((cls.needs is not None, cls.member, cls.public)) != 1:
            raise ImproperlyConfigured(f"{cls.__name__} must say who may enter: needs, member or public.")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.public:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            require_member(request)
            if self.needs is not None and not allowed(request.actor, self.needs):
                self.refused(request)
                raise Http404
        elif getattr(request, "organisation", None) is None:
            raise Http404
        self.now = timezone.now()
        try:
            self.load()
            return super().dispatch(request, *args, **kwargs)
        except SecondFactorNeeded as error:
            return self.ask_again(request, error)
        except DomainError as error:
            return self.problem(request, error)

    def load(self) -> None:
        """Find what the address names, once per request; Http404 where the actor must not know of it."""

    def refused(self, request: Any) -> None:
        """A member without the permission: to them the page does not exist; the attempt is recorded."""
        audit.refused_later(request, "core.page_refused", by=request.actor, facts={"needed": str(self.needs)})

    def ask_again(self, request: Any, error: DomainError) -> HttpResponse:
        """Send to the confirmation of the second factor, and back here."""
        request.failed = True
        back = request.get_full_path() if request.method == "GET" else request.META.get("HTTP_REFERER", "")
        return HttpResponseRedirect(confirm_address(request, local_path(back, request)))

    def problem(self, request: Any, error: DomainError) -> HttpResponse:
        """The error's own message, in the frame of the page."""
        self.note(request, error)
        template = "errors/conflict.html" if isinstance(error, ConcurrentEdit) else "errors/problem.html"
        frame = "public_base.html" if self.public else "staff_base.html"
        return TemplateResponse(request, template, {"error": error, "frame_template": frame}, status=error.status)

    def note(self, request: Any, error: DomainError) -> None:
        """The page fails with this error: what must be kept of it is kept, everything else is rolled back."""
        request.failed = True
        if isinstance(error, Refused):
            name = request.resolver_match.view_name
            audit.refused_later(request, "core.act_refused", by=request.actor, facts={"page": name})
        if isinstance(error, NotOpened) and error.about is not None:
            audit.refused_later(
                request, "encryption.unreadable", by=request.actor, outcome=audit.Outcome.FAILED, about=error.about,
                fields=error.fields, facts={"problem": error.problem},
            )  # fmt: skip

    def context(self) -> dict[str, Any]:
        """What the template is given."""
        return {}

    def render(self, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
        """The page with its own context and what is given beside it."""
        return TemplateResponse(
            self.request, self.template_name, {**self.context(), "view": self, **(context or {})}, status=status
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()


class ListPage(Page):
    """A page of rows: `rows()` gives the query, `per_page` the size."""

    abstract = True
    per_page = 50

    def rows(self) -> QuerySet:
        raise NotImplementedError

    def page_of_rows(self) -> PaginatorPage:
        """The page asked for in the address; a page that does not exist is the nearest that does."""
        return Paginator(self.rows(), self.per_page).get_page(self.request.GET.get("page"))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render({"page": self.page_of_rows()})


class ActionView(Page):
    """A form and the one domain call it makes: `act(data)` calls it, `success_url()` says where to go on.

    Whatever is refused or was changed by somebody else meanwhile is said on the same page, which keeps what was
    written. With `own_page = False` it is a button of another page: its address leads there, and without a template
    a refusal gets a page of its own.
    """

    abstract = True
    own_page: ClassVar[bool] = True
    form_class: ClassVar[type[Form]] = Form
    done_message: ClassVar[Any] = ""
    result: Any = None

    def initial(self) -> dict[str, Any]:
        return {}

    def form_arguments(self) -> dict[str, Any]:
        return {}

    def form(self) -> Form:
        """The form bound to what was sent, or with its first values."""
        if self.request.method == "POST":
            return self.form_class(self.request.POST, self.request.FILES, **self.form_arguments())
        return self.form_class(initial=self.initial(), **self.form_arguments())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(self.form()) if self.own_page else HttpResponseRedirect(self.success_url())

    def draw(self, form: Form, status: int = 200, **context: Any) -> HttpResponse:
        """The page with that form on it."""
        return self.render({"form": form, **context}, status=status)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form()
        if not form.is_valid():
            if not self.template_name:
                raise DomainError(next(iter(form.errors.values()))[0])
            return self.draw(form, 422)
        try:
            self.result = self.act(form.cleaned_data)
        except SecondFactorNeeded:
            raise
        except DomainError as error:
            if not self.template_name:
                raise
            self.note(request, error)
            if isinstance(error, ConcurrentEdit):
                self.load()
                return self.draw(self.kept(form), error.status, meanwhile=error)
            form.add_error(None, str(error.message))
            return self.draw(form, error.status)
        return self.done()

    def kept(self, form: Form) -> Form:
        """What was written, on the present version of what somebody else changed meanwhile."""
        return form

    def done(self) -> HttpResponse:
        """The answer once it is done: a sentence, and on."""
        said = self.said()
        if said and not self.public:
            messages.success(self.request, said)
        return HttpResponseRedirect(self.success_url())

    def said(self) -> str:
        """What the next page says was done."""
        return str(self.done_message)

    def act(self, data: dict[str, Any]) -> Any:
        raise NotImplementedError

    def success_url(self) -> str:
        return self.request.get_full_path()


def local_path(address: str, request: HttpRequest) -> str:
    """The path of an address on this host; anything else becomes the front page."""
    if not url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
