"""Keys inside keys, and the root above them."""

from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.encryption import roots, wrapping
from core.errors import KeyUnavailable, Tampered

KEY = wrapping.new_key()
NORTH, SOUTH, SUBJECT = uuid4(), uuid4(), uuid4()


def contexts():
    yield wrapping.data_key_context(NORTH, SUBJECT, 1, "kek", 1)
    yield wrapping.data_key_context(SOUTH, SUBJECT, 1, "kek", 1)
    yield wrapping.data_key_context(NORTH, uuid4(), 1, "kek", 1)
    yield wrapping.data_key_context(NORTH, SUBJECT, 2, "kek", 1)
    yield wrapping.data_key_context(NORTH, SUBJECT, 1, "sealing", 1)
    yield wrapping.data_key_context(NORTH, SUBJECT, 1, "kek", 2)


def test_a_wrapped_key_opens_only_in_its_own_context_and_under_its_own_key():
    here, *elsewhere = contexts()
    blob = wrapping.wrap(KEY, here, b"k" * 32)
    assert wrapping.unwrap(KEY, here, blob) == b"k" * 32
    for other in elsewhere:
        with pytest.raises(Tampered):
            wrapping.unwrap(KEY, other, blob)
    with pytest.raises(Tampered):
        wrapping.unwrap(wrapping.new_key(), here, blob)
    with pytest.raises(Tampered):
        wrapping.unwrap(KEY, here, blob[:20])


def test_what_is_sealed_to_the_public_half_only_the_secret_half_opens():
    pair, other = wrapping.new_sealing_pair(), wrapping.new_sealing_pair()
    here, *elsewhere = contexts()
    blob = wrapping.seal_to(pair.public, here, b"k" * 32)
    assert len(blob) == 1168
    assert wrapping.open_sealed(pair.secret, here, blob) == b"k" * 32
    for context in elsewhere:
        with pytest.raises(Tampered):
            wrapping.open_sealed(pair.secret, context, blob)
    with pytest.raises(Tampered):
        wrapping.open_sealed(other.secret, here, blob)
    with pytest.raises(Tampered):
        wrapping.open_sealed(pair.secret, here, blob[:-1])
    assert pair.secret.hex() not in repr(pair)
    with pytest.raises(KeyUnavailable):
        wrapping.seal_to(b"no key", here, b"k" * 32)


def test_the_root_wraps_for_one_context_only(key_files):
    root = roots.provider()
    blob = root.wrap(wrapping.root_context(NORTH, "kek", 1), KEY)
    assert root.unwrap(wrapping.root_context(NORTH, "kek", 1), blob) == KEY
    for other in (
        wrapping.root_context(SOUTH, "kek", 1),
        wrapping.root_context(NORTH, "index", 1),
        wrapping.root_context(NORTH, "kek", 2),
    ):
        with pytest.raises(Tampered):
            root.unwrap(other, blob)
    for length in range(len(blob)):
        with pytest.raises((Tampered, KeyUnavailable)):
            root.unwrap(wrapping.root_context(NORTH, "kek", 1), blob[:length])


def test_a_missing_or_another_root_key_is_unavailable_and_not_tampered(key_files):
    root = roots.provider()
    blob = root.wrap(b"context", KEY)
    before = root.describe()
    (key_files / "root.key").unlink()
    with pytest.raises(KeyUnavailable):
        root.unwrap(b"context", blob)
    roots.write_key_file(key_files / "root.key")
    with pytest.raises(KeyUnavailable):
        root.unwrap(b"context", blob)
    assert root.describe() != before


def test_the_key_file_is_private_and_never_replaced(key_files):
    assert (key_files / "root.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        roots.write_key_file(key_files / "root.key")
    (key_files / "odd.key").write_text("not a key")
    with pytest.raises(KeyUnavailable):
        roots.read_key_file(key_files / "odd.key")


def test_in_production_the_root_key_file_is_named_on_purpose(key_files, settings):
    settings.PRODUCTION = True
    roots.provider.cache_clear()
    with pytest.raises(ImproperlyConfigured, match="AMPARO_ROOT_KEY_FILE"):
        roots.provider()
    settings.ROOT_KEY_FILE = str(key_files / "root.key")
    assert roots.provider().describe()["provider"] == "file"


def test_the_root_key_does_not_come_from_the_web_framework_secret(key_files, settings):
    blob = roots.provider().wrap(b"context", KEY)
    settings.SECRET_KEY = "another"
    assert roots.provider().unwrap(b"context", blob) == KEY
