"""What a code opens, and what it does not."""

import threading
from uuid import uuid4

import pytest

from core.encryption import receipts, roots
from core.encryption.wrapping import new_key
from core.errors import KeyUnavailable, Tampered

NORTH, SOUTH = uuid4(), uuid4()
MAILBOX = uuid4()

pytestmark = pytest.mark.usefixtures("key_files")


def test_a_code_opens_its_own_mailbox_and_no_other():
    code, key = receipts.new_code(), new_key()
    locked = receipts.lock(code, key, organisation=NORTH, mailbox=MAILBOX)
    assert receipts.unlock(code, locked, organisation=NORTH, mailbox=MAILBOX) == key
    assert receipts.unlock(receipts.new_code(), locked, organisation=NORTH, mailbox=MAILBOX) is None
    for elsewhere in ({"organisation": SOUTH, "mailbox": MAILBOX}, {"organisation": NORTH, "mailbox": uuid4()}):
        with pytest.raises(Tampered):
            receipts.unlock(code, locked, **elsewhere)


def test_a_pass_phrase_is_needed_where_one_was_set_and_forgives_case_and_script_forms():
    code, key = receipts.new_code(), new_key()
    locked = receipts.lock(code, key, organisation=NORTH, mailbox=MAILBOX, phrase="Blue ﬁsh")
    assert receipts.unlock(code, locked, organisation=NORTH, mailbox=MAILBOX) is None
    assert receipts.unlock(code, locked, organisation=NORTH, mailbox=MAILBOX, phrase="red fish") is None
    assert receipts.unlock(code, locked, organisation=NORTH, mailbox=MAILBOX, phrase=" blue fish ") == key


def test_a_changed_lock_never_gives_a_key():
    code = receipts.new_code()
    locked = receipts.lock(code, new_key(), organisation=NORTH, mailbox=MAILBOX)
    assert [len(part) for part in locked] == [16, 16, 60]
    other = receipts.lock(code, new_key(), organisation=NORTH, mailbox=MAILBOX)
    for name in ("salt", "verifier"):
        mixed = locked._replace(**{name: getattr(other, name)})
        assert receipts.unlock(code, mixed, organisation=NORTH, mailbox=MAILBOX) is None
    for wrapped in (other.wrapped_key, locked.wrapped_key[:-1], b"", bytes(60)):
        with pytest.raises(Tampered):
            receipts.unlock(code, locked._replace(wrapped_key=wrapped), organisation=NORTH, mailbox=MAILBOX)
    with pytest.raises(Tampered):
        receipts.unlock(code, locked._replace(salt=b""), organisation=NORTH, mailbox=MAILBOX)


def test_the_look_up_differs_by_code_by_organisation_and_by_pepper(key_files):
    code = receipts.new_code()
    here = receipts.lookup(NORTH, code)
    assert here == receipts.lookup(NORTH, code)
    assert len(here) == 64
    assert here != receipts.lookup(SOUTH, code)
    assert here != receipts.lookup(NORTH, receipts.new_code())
    (key_files / "pepper.key").unlink()
    roots.write_key_file(key_files / "pepper.key")
    assert here != receipts.lookup(NORTH, code)


def test_without_the_pepper_nothing_can_be_looked_up(key_files):
    (key_files / "pepper.key").unlink()
    with pytest.raises(KeyUnavailable):
        receipts.lookup(NORTH, receipts.new_code())


def test_the_stretched_key_does_not_follow_from_code_and_salt_without_the_pepper(key_files):
    code, salt = receipts.new_code(), b"s" * 16
    check, key = receipts.derive(code, salt)
    assert (len(check), len(key)) == (16, 32)
    assert (check, key) == receipts.derive(code, salt)
    (key_files / "pepper.key").unlink()
    roots.write_key_file(key_files / "pepper.key")
    assert receipts.derive(code, salt) != (check, key)


def test_a_flood_of_wrong_codes_neither_grows_without_bound_nor_holds_up_a_right_one(monkeypatch):
    """The stove's places are held by hand, so no clock is needed to see who waits for whom."""
    entered, release = threading.Semaphore(0), threading.Event()
    stretch = receipts._stretch
    salts = []

    def slow(code, salt, phrase):
        salts.append(salt)
        if salt == bytes(16):
            entered.release()
            release.wait(20)
        return stretch(code, salt, phrase)

    monkeypatch.setattr(receipts, "_stretch", slow)
    code, key = receipts.new_code(), new_key()
    locked = receipts.lock(code, key, organisation=NORTH, mailbox=MAILBOX)
    flood = [threading.Thread(target=receipts.derive_in_vain, args=(receipts.new_code(),)) for _wrong in range(40)]
    for wrong in flood:
        wrong.start()
    assert entered.acquire(timeout=20)
    assert receipts.unlock(code, locked, organisation=NORTH, mailbox=MAILBOX) == key
    release.set()
    for wrong in flood:
        wrong.join(20)
        assert not wrong.is_alive()
    assert salts.count(bytes(16)) <= receipts.WRONG_AT_ONCE + receipts.WRONG_WAITING


def test_a_draft_is_found_and_opened_by_its_token_alone():
    where, key = receipts.draft_secrets(NORTH, "token")
    assert (where, key) == receipts.draft_secrets(NORTH, "token")
    assert len(where) == 64
    assert len(key) == 32
    for other in (receipts.draft_secrets(NORTH, "tokem"), receipts.draft_secrets(SOUTH, "token")):
        assert other[0] != where
        assert other[1] != key


def test_a_draft_sealed_under_its_token_opens_in_its_own_row_only():
    _where, key = receipts.draft_secrets(NORTH, "token")
    row = uuid4()
    sealed = receipts.seal_under(key, "what happened", organisation=NORTH, row=row, label="draft.answers")
    assert b"happened" not in sealed
    place = {"organisation": NORTH, "row": row, "label": "draft.answers"}
    assert receipts.open_under(key, memoryview(sealed), **place) == "what happened"
    for wrong in ({"organisation": SOUTH}, {"row": uuid4()}, {"label": "draft.code"}):
        with pytest.raises(Tampered):
            receipts.open_under(key, sealed, **{**place, **wrong})
    with pytest.raises(Tampered):
        receipts.open_under(receipts.draft_secrets(NORTH, "other")[1], sealed, **place)
