"""Keys of this test run alone: a root key and a pepper in a folder that goes away."""

import pytest

from core.encryption import roots


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
