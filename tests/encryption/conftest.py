"""Keys of this test run alone, and two organisations that have theirs."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from core.actors import SYSTEM
from core.encryption import masters, roots
from core.organisations import Organisation
from core.tenancy import new_id, organisation

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def key_files(tmp_path, settings):
    settings.KEYS_DIR = tmp_path
    settings.ROOT_KEY_FILE = ""
    settings.PEPPER_KEY_FILE = ""
    roots.provider.cache_clear()
    roots.write_key_file(tmp_path / "root.key")
    roots.write_key_file(tmp_path / "pepper.key")
    yield tmp_path
    roots.provider.cache_clear()


@pytest.fixture
def key_files_of_another_installation(tmp_path, settings):
    """Call it in the middle of a test: from then on the root key is another one."""

    def swap() -> None:
        settings.KEYS_DIR = tmp_path
        roots.provider.cache_clear()
        roots.write_key_file(tmp_path / "root.key")

    yield swap
    roots.provider.cache_clear()


def make_organisation(slug: str) -> UUID:
    made = Organisation.objects.create(id=new_id(), slug=slug, name=slug.title(), created_at=NOW)
    with organisation(made.id):
        masters.found(made.id, by=SYSTEM, now=NOW)
    return made.id


@pytest.fixture
def north(db) -> UUID:
    return make_organisation("north")


@pytest.fixture
def south(db) -> UUID:
    return make_organisation("south")
