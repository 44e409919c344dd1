"""A carer's PIN, as far as it decides: made, checked, and locked out after wrong tries.

1. Only a salted scrypt digest is kept, never the PIN.
2. The first wrong tries are free; each one after them is followed by a longer wait, during which even the
   right PIN is not looked at. A right one forgets the wrong ones.
3. The wait is counted by the clock that never jumps. After a restart, by which that clock begins anew,
   it begins anew too: pulling the plug gains nothing, and setting the wall clock gains nothing.
4. Pure but for the cost: `attempt` takes about 50 ms on a desktop and several times that on a Raspberry
   Pi, so the thread that feeds the sound card does not call it.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final

from coach.errors import InputError

DIGITS_MIN: Final = 6
"""Security requirement S4 of the product: a PIN of at least six digits."""
DIGITS_MAX: Final = 12
"""More is not remembered at night; chosen."""
FREE_TRIES: Final = 5
"""Wrong tries before the first wait: a carer in a hurry mistypes; chosen."""
WAITS_S: Final = (60, 300, 900, 3600)
"""Seconds after the fifth wrong try, the sixth, ...; the last holds from then on. At one try an hour a PIN of six
digits lasts fifty years on average; chosen."""
_COST: Final = {"n": 2**14, "r": 8, "p": 1}
"""16 MiB and about 50 ms: the parameters RFC 7914 was presented with for interactive use."""
_DIGEST_BYTES: Final = 32

Scrypt = Callable[[str, bytes], bytes]
"""Makes a digest of a PIN and a salt; the tests give a cheap one."""


class Verdict(StrEnum):
    """What came of a try."""

    RIGHT = "right"
    WRONG = "wrong"
    WAIT = "wait"
    """Not looked at: too many wrong ones before it."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What is kept of a PIN and of the tries at it."""

    salt: bytes
    digest: bytes
    wrong: int = 0
    """Wrong tries since the last right one."""
    boot: str = ""
    """Boot of the machine during which the last wrong try was made."""
    uptime_ms: int = 0
    """Milliseconds since that boot at the last wrong try."""


def scrypt(pin: str, salt: bytes) -> bytes:
    """Return the digest of a PIN that is slow to guess."""
    return hashlib.scrypt(pin.encode(), salt=salt, dklen=_DIGEST_BYTES, **_COST)


def make_pin(pin: str, salt: bytes, digest: Scrypt = scrypt) -> Pin:
    """Return what is to be kept of a new PIN.

    Args:
        pin: 6 to 12 digits.
        salt: Random bytes, 16 or more.
        digest: How the digest is made.

    Raises:
        InputError: It is no PIN, or one that anybody would try first.
    """
    if not re.fullmatch(rf"[0-9]{{{DIGITS_MIN},{DIGITS_MAX}}}", pin):
        raise InputError(f"A PIN has {DIGITS_MIN} to {DIGITS_MAX} digits and nothing else; choose another one.")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        raise InputError("That PIN is the first one anybody would try; choose one without such a pattern.")
    return Pin(salt, digest(pin, salt))


def wait_s(kept: Pin, boot: str, uptime_ms: int) -> float:
    """Return how many seconds are left until a PIN is looked at again; 0 where it is at once.

    Args:
        kept: What is kept.
        boot: Names the present boot; empty where the system does not say.
        uptime_ms: Milliseconds since that boot.
    """
    beyond = kept.wrong - FREE_TRIES
    if beyond < 0:
        return 0.0
    whole = WAITS_S[min(beyond, len(WAITS_S) - 1)]
    same = boot == kept.boot and uptime_ms >= kept.uptime_ms
    past_s = (uptime_ms - kept.uptime_ms if same else uptime_ms) / 1000
    return max(0.0, whole - past_s)


def attempt(kept: Pin, pin: str, boot: str, uptime_ms: int, digest: Scrypt = scrypt) -> tuple[Verdict, Pin]:
    """Return what comes of a try, and what is to be kept before the try is answered.

    Args:
        kept: What is kept.
        pin: What was typed; anything.
        boot: Names the present boot.
        uptime_ms: Milliseconds since that boot.
        digest: How the digest is made.
    """
    if wait_s(kept, boot, uptime_ms) > 0:
        return Verdict.WAIT, kept
    if hmac.compare_digest(digest(pin, kept.salt), kept.digest):
        return Verdict.RIGHT, replace(kept, wrong=0, boot="", uptime_ms=0)
    return Verdict.WRONG, replace(kept, wrong=kept.wrong + 1, boot=boot, uptime_ms=uptime_ms)
