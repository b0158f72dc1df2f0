"""Whether the database holds nothing but the demo, and who of the demo may sign in."""

import json
from pathlib import Path
from typing import TypedDict

from django.conf import settings
from django.utils import timezone

from core.organisations import Organisation, RoleGrant, every_organisation


class DemoUser(TypedDict):
    email: str
    password: str
    role: str
    organisation: str


class Demo(TypedDict):
    form: str
    users: list[DemoUser]


def is_empty() -> bool:
    """No organisation has been made yet."""
    return not Organisation.objects.exists()


def only_demo() -> bool:
    """There are organisations, and each of them was made by the demo."""
    return Organisation.objects.exists() and not Organisation.objects.filter(demo=False).exists()


def demo_password() -> str | None:
    """The one password of all demo users, made up for this installation, or None where no launcher made one up."""
    file = Path(settings.STATE_DIR) / "passwords.json"
    return str(json.loads(file.read_text())["demo"]) if file.exists() else None


def describe() -> Demo:
    """The path of the first public form and one entry for each role each demo user holds."""
    now = timezone.now()
    users: list[DemoUser] = []
    forms: list[str] = []
    for found in every_organisation():
        forms.append(f"/report/{found.slug}/")
        held = RoleGrant.objects.filter(approved_at__lte=now, ended_at=None).select_related("membership__user")
        for grant in held.order_by("membership__user__email", "role"):
            users.append(
                {
                    "email": grant.membership.user.email,
                    "password": demo_password() or "",
                    "role": grant.role,
                    "organisation": found.slug,
                }
            )
    forms.sort(key=lambda form: form != "/report/north/")
    return {"form": forms[0] if forms else "/", "users": users}
