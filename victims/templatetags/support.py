"""The rail of the support side."""

from typing import Any

from django import template

from core.ui import Place, places
from victims.tabs import AREA

register = template.Library()


@register.simple_tag(takes_context=True)
def support_rail(context: template.Context) -> list[Place]:
    """The pages of the support side this person may open."""
    request: Any = context["request"]
    return places(AREA, request)
