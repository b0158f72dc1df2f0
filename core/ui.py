"""What every page's frame needs."""

from typing import Any


def frame(request: Any) -> dict[str, Any]:
    """Organisation and actor for the frame."""
    return {"organisation": getattr(request, "organisation", None), "actor": getattr(request, "actor", None)}
