"""One's own access tokens, on screen."""

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import phrases
from core.tokens import actions, selectors
from core.tokens.forms import TokenForm
from core.tokens.tables import ApiToken
from core.views import ActionView


class Tokens(ActionView):
    """The tokens one has in this organisation, and the form for a new one; its secret is shown in the answer alone."""

    member = True
    form_class = TokenForm
    template_name = "core/tokens.html"

    def act(self, data: dict[str, Any]) -> tuple[ApiToken, str]:
        return actions.issue(**data, by=self.request.actor, now=self.now)

    def done(self) -> HttpResponse:
        token, secret = self.result
        return TemplateResponse(self.request, "core/token_made.html", {"token": token, "secret": secret})

    def context(self) -> dict[str, Any]:
        slug = self.request.organisation.slug
        return {
            "tokens": [
                {
                    "name": token.name,
                    "scopes": token.scope_names,
                    "until": phrases.day(token.expires_at.date()),
                    "used": phrases.day(token.last_used_on) if token.last_used_on else "",
                    "end_url": reverse("token_end", args=[slug, token.mark]),
                }
                for token in selectors.mine(self.request.actor, self.now)
            ]
        }


class EndToken(ActionView):
    """The button that ends one."""

    member = True
    own_page = False
    done_message = _("The token has ended. Programs that use it are refused from now on.")

    def load(self) -> None:
        self.token = selectors.access_token(self.request.actor, self.kwargs["mark"])

    def act(self, data: dict[str, Any]) -> None:
        actions.end(self.token, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return reverse("tokens", args=[self.request.organisation.slug])
