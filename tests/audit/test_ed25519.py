"""The verifier's own Ed25519 says yes and no exactly where the reviewed library does."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit import verify

ORDER = 2**252 + 27742317777372353535851937790883648493

# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature.
PUBLISHED = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def library_says(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize(("key", "message", "signature"), PUBLISHED)
def test_the_published_signatures_fit(key, message, signature):
    assert verify.signature_fits(bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature))


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_the_library_signs_fits(seed, message):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    assert verify.signature_fits(key.public_key().public_bytes_raw(), message, key.sign(message))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 96 * 8 - 1), st.binary(min_size=1, max_size=20))
def test_one_flipped_bit_in_key_signature_or_message_is_judged_as_the_library_does(bit, message):
    key = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    both = bytearray(public + signature)
    both[bit // 8] ^= 1 << bit % 8
    changed = bytes(both[:32]), message, bytes(both[32:])
    assert not verify.signature_fits(*changed)
    assert not library_says(*changed)
    assert not verify.signature_fits(public, message + b"!", signature)


def test_a_signature_made_twice_as_long_by_adding_the_order_does_not_fit():
    key = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"text")
    s = int.from_bytes(signature[32:], "little") + ORDER
    shifted = signature[:32] + s.to_bytes(32, "little")
    assert not verify.signature_fits(public, b"text", shifted)
    assert not library_says(public, b"text", shifted)


@pytest.mark.parametrize(
    ("key", "signature"),
    [
        (b"", b"\x00" * 64),
        (b"\x07" * 32, b"\x00" * 63),
        (b"\xff" * 32, b"\x00" * 64),
        ((2**255 - 19 + 3).to_bytes(32, "little"), b"\x00" * 64),
        ((1 | 1 << 255).to_bytes(32, "little"), b"\x00" * 64),
    ],
    ids=["no key", "short signature", "beyond the field", "not reduced", "minus zero"],
)
def test_what_is_no_key_or_no_signature_does_not_fit(key, signature):
    assert not verify.signature_fits(key, b"text", signature)
