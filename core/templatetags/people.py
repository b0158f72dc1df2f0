"""The rail of the pages about people."""

from typing import Any

from django import template

from core.ui import Place, places

register = template.Library()


@register.simple_tag(takes_context=True)
def people_rail(context: template.Context) -> list[Place]:
    """The pages about people this person may open."""
    request: Any = context["request"]
    return places("people", request)
