"""The cryptography of keys.json: wrapping by password, sealing to a public half, and the printed recovery
code.

Each thing encrypted is bound, as associated data, to the house and the person it is for, so that no part of
one line or one house can be put into another.
"""

import hashlib
import hmac
import os
import re
import unicodedata
from uuid import UUID

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.store.errors import StoreTrouble
from app.store.keys_file import Enclosed, Params, Sealed, Wrapped, fold

#: RFC 9106's second recommended choice: 64 MiB, three passes, four lanes; about a tenth of a second.
LIVE = Params(time=3, memory=65_536, parallelism=4)
#: A training house prints its passwords on its own screen, so dearer parameters would protect nothing, and
#: would make every rehearsal, demo and test wait.
TRAINING = Params(time=1, memory=8_192, parallelism=1)

#: Crockford's alphabet: no I, L, O or U. Capitals don't matter, I and L are read as 1, O as 0.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _DATA = 13, 4
_GROUP = _DATA + 1

# The key of each sealing is fresh, made from a pair used once, so the nonce need not vary (as in RFC 9180).
_ONE_OFF_NONCE = bytes(12)


class WrongRecoveryCode(StoreTrouble):
    """The recovery code was mistyped, or is another house's. `groups` are the mistyped, from 1."""

    def __init__(self, sentence: str, groups: tuple[int, ...] = ()) -> None:
        super().__init__(sentence)
        self.groups = groups


def stretch(password: str, salt: bytes, params: Params) -> bytes:
    """The key that a password gives: the one place that runs Argon2id, slow on purpose.

    The password is NFC-normalised, so that an accent typed on another keyboard is the same accent. Raises
    StoreTrouble where the machine has not the memory.
    """
    secret = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    try:
        return hash_secret_raw(secret, salt, params.time, params.memory, params.parallelism, 32, Type.ID)
    except HashingError:
        raise StoreTrouble("This computer is short of memory. Close some programs, then try again.") from None


def new_pair() -> tuple[bytes, bytes]:
    """A fresh X25519 pair: private half, public half."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public half that belongs to a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def member_bond(house_id: UUID, user: str) -> bytes:
    """The associated data of what belongs to one member of one house."""
    return b"daybook member\n" + house_id.bytes + fold(user).encode()


def house_bond(house_id: UUID, use: bytes) -> bytes:
    """The associated data of what belongs to a house and to nobody in it."""
    return b"daybook " + use + b"\n" + house_id.bytes


def wrap(private: bytes, password: str, params: Params, bond: bytes) -> Wrapped:
    """Encrypt a private half under a password."""
    salt, nonce = os.urandom(16), os.urandom(12)
    key = stretch(password, salt, params)
    return Wrapped(salt, params, nonce, ChaCha20Poly1305(key).encrypt(nonce, private, bond))


def unwrap(wrapped: Wrapped, password: str, bond: bytes) -> bytes | None:
    """The private half, or None when the password is wrong."""
    key = stretch(password, wrapped.salt, wrapped.params)
    return _decrypt(key, wrapped.nonce, wrapped.ciphertext, bond)


def seal(house_key: bytes, public: bytes, bond: bytes) -> Sealed:
    """Encrypt the house key for the private half of `public`. Raises ValueError for a bad `public`."""
    once = X25519PrivateKey.generate()
    ephemeral = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    key = _derive(shared, b"daybook seal", ephemeral + public)
    return Sealed(ephemeral, ChaCha20Poly1305(key).encrypt(_ONE_OFF_NONCE, house_key, bond))


def unseal(sealed: Sealed, private: bytes, bond: bytes) -> bytes | None:
    """The house key, or None when it was sealed to another or has been changed since."""
    try:
        shared = X25519PrivateKey.from_private_bytes(private).exchange(
            X25519PublicKey.from_public_bytes(sealed.ephemeral)
        )
    except ValueError:  # a public half of low order, which no honest sealing has
        return None
    key = _derive(shared, b"daybook seal", sealed.ephemeral + public_of(private))
    return _decrypt(key, _ONE_OFF_NONCE, sealed.ciphertext, bond)


def enclose(old: bytes, new: bytes, bond: bytes) -> Enclosed:
    """Encrypt the old house key with the new one."""
    nonce = os.urandom(12)
    key = _derive(new, b"daybook previous key")
    return Enclosed(nonce, ChaCha20Poly1305(key).encrypt(nonce, old, bond))


def disclose(enclosed: Enclosed, new: bytes, bond: bytes) -> bytes | None:
    """The old house key, or None when `new` is not the key that it was enclosed with."""
    return _decrypt(_derive(new, b"daybook previous key"), enclosed.nonce, enclosed.ciphertext, bond)


def file_seal(house_key: bytes, raw: bytes) -> bytes:
    """What proves that keys.json was written by someone who had the house key."""
    return hmac.digest(_derive(house_key, b"daybook file seal"), raw, hashlib.sha256)


def _derive(secret: bytes, use: bytes, salt: bytes = b"") -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=use).derive(secret)


def _decrypt(key: bytes, nonce: bytes, ciphertext: bytes, bond: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, bond)
    except InvalidTag:
        return None


def code_of(private: bytes) -> str:
    """A private half as it is printed: 13 groups of four characters and a fifth that checks them."""
    number = int.from_bytes(private, "big")
    digits = [number >> 5 * (_GROUPS * _DATA - 1 - place) & 31 for place in range(_GROUPS * _DATA)]
    groups = (digits[start : start + _DATA] for start in range(0, len(digits), _DATA))
    return "-".join(
        "".join(_ALPHABET[digit] for digit in (*group, _check_digit(index, group)))
        for index, group in enumerate(groups)
    )


def private_of(code: str) -> bytes:
    """Read a recovery code as typed: capitals don't matter, nor do spaces or dashes between groups.

    Raises WrongRecoveryCode, which names the groups that were mistyped and never repeats what was typed.
    """
    typed = unicodedata.normalize("NFKC", code).upper().translate(str.maketrans("ILO", "110"))
    groups = re.findall(r"[^\s\u2010-\u2015\u2212-]+", typed)
    if len(groups) != _GROUPS:
        together = "".join(groups)
        if len(together) != _GROUPS * _GROUP:
            raise WrongRecoveryCode(
                f"The recovery code has {_GROUPS} groups of {_GROUP} characters, {_GROUPS * _GROUP} in all; "
                f"{len(together)} were typed. Type it again from the printed sheet."
            )
        groups = [together[start : start + _GROUP] for start in range(0, len(together), _GROUP)]
    digits = [[_ALPHABET.find(character) for character in group] for group in groups]
    wrong = tuple(
        index + 1
        for index, group in enumerate(digits)
        if len(group) != _GROUP or -1 in group or _check_digit(index, group[:_DATA]) != group[_DATA]
    )
    if wrong:
        which = (
            f"Group {wrong[0]}"
            if len(wrong) == 1
            else f"Groups {', '.join(map(str, wrong[:-1]))} and {wrong[-1]}"
        )
        verb = "is" if len(wrong) == 1 else "are"
        raise WrongRecoveryCode(
            f"{which} of the recovery code {verb} not as printed. Compare with the sheet and type it again.",
            wrong,
        )
    number = 0
    for group in digits:
        for digit in group[:_DATA]:
            number = number << 5 | digit
    if number >> 256:
        raise WrongRecoveryCode(NOT_THIS_HOUSE)
    return number.to_bytes(32, "big")


NOT_THIS_HOUSE = (
    "This is not the recovery code of this house. Find the sheet that was printed when the house was set up."
)


def _check_digit(index: int, group: list[int]) -> int:
    # A weighted sum in GF(32), begun with the group's place: any one wrong character, any two exchanged, and
    # any two groups exchanged give another digit.
    total = index + 1
    for digit in group:
        total = _double(total ^ digit)
    return total


def _double(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
