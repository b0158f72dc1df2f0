"""The page that names who gets new reports."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import routes
from cases.forms.routes import RouteForm
from cases.models import IntakeRoute
from cases.permissions import Perm
from core.organisations import Membership
from core.views import ActionView


class Routes(ActionView):
    """Every line, a form for one more, and a button to take one away."""

    needs = Perm.ROUTES
    form_class = RouteForm
    template_name = "cases/routes.html"
    done_message = gettext_lazy("Saved.")

    def lines(self) -> list[tuple[str, IntakeRoute]]:
        """Each line with a key made of references."""
        found = IntakeRoute.objects.select_related("user", "office").order_by("oversight", "office__name", "step")
        members = dict(Membership.objects.values_list("user_id", "reference"))
        return [
            (f"{members[each.user_id]}:{each.office.reference if each.office else ''}:{int(each.oversight)}", each)
            for each in found
            if each.user_id in members
        ]

    def context(self) -> dict[str, Any]:
        return {"lines": self.lines()}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if "remove" not in request.POST:
            return super().post(request, *args, **kwargs)
        found = dict(self.lines()).get(request.POST["remove"])
        if found is None:
            raise Http404
        routes.remove(found, by=request.actor, now=self.now)
        messages.success(request, _("Taken away."))
        return HttpResponseRedirect(self.success_url())

    def act(self, data: dict[str, Any]) -> Any:
        return routes.add(
            data["member"], office=data["office"], step=data["step"], oversight=data["oversight"],
            by=self.request.actor, now=self.now,
        )  # fmt: skip

    def success_url(self) -> str:
        return reverse("routes", args=[self.request.organisation.slug])
