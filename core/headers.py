"""Answers about people are kept by nobody on the way."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class PrivateAnswers:
    """Adds no-store, isolation and permission headers to every page; static files keep their own caching."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith("/static/"):
            response["Cache-Control"] = "no-store, private"
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            response.headers.setdefault(
                "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
            )
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response
