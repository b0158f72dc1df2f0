"""Cryptography stays in its rooms, and the root key where it was put on purpose."""

import ast
import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.encryption import roots
from core.encryption.checks import root_key
from core.health import keys_are_reachable
from tests.servers import CHECKOUT

APPS = ("config", "core", "cases", "victims", "investigations", "partners", "screening", "reporting")
# The launcher makes the first key of the audit before Django can start.
ROOMS = ("core/encryption/", "core/audit/", "config/launcher/keys.py")
MATERIAL = {"cryptography", "argon2", "nacl", "Crypto"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_only_the_rooms_for_it_import_cryptography():
    found = {
        str(path.relative_to(CHECKOUT))
        for app in APPS
        for path in (CHECKOUT / app).rglob("*.py")
        if MATERIAL & set(imported(path))
    }
    assert any(path.startswith("core/encryption/") for path in found)
    assert [path for path in sorted(found) if not path.startswith(ROOMS)] == []


@pytest.fixture
def production(key_files, settings):
    settings.PRODUCTION = True
    roots.provider.cache_clear()
    return key_files


def test_in_production_nothing_starts_and_nothing_is_ready_without_a_named_root_key(production, settings):
    assert [error.id for error in root_key()] == ["core.E020"]
    assert not keys_are_reachable()
    with pytest.raises(ImproperlyConfigured, match="AMPARO_ROOT_KEY_FILE"):
        runpy.run_path(str(CHECKOUT / "config" / "wsgi.py"))
    settings.ROOT_KEY_FILE = str(production / "root.key")
    assert root_key() == []
    assert keys_are_reachable()
    assert callable(runpy.run_path(str(CHECKOUT / "config" / "wsgi.py"))["application"])


def test_the_public_tier_starts_without_the_root_key(production, settings):
    settings.ROLE = "intake"
    assert root_key() == []
