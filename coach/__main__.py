"""The way in: ``coach``, or ``python -m coach``. What waits beside a session all its life is split off first.

The parent of a session (see `coach.runtime.supervisor`) has loaded nothing but this: no command line, no settings, no
sound. What rings the alarm is loaded when the coach has died.
"""

import resource
import signal
import sys
from types import FrameType
from typing import Final, NoReturn

from coach.errors import CoachError
from coach.runtime.supervisor import supervised

WATCHED_OVER: Final = ("run", "serve")
"""Commands that somebody in bed counts on; each takes the pulse of `coach.cli.frame.Given`."""


def main() -> None:
    """Run the command line; every failure leaves with one sentence and its exit code."""
    signal.signal(signal.SIGTERM, _interrupted)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what was heard lies in memory, and stays there (hazard H84)
    try:
        pulse = supervised(_ring) if sys.argv[1:2] and sys.argv[1] in WATCHED_OVER else None
        from coach.cli import app

        app(standalone_mode=True, obj=pulse)
    except CoachError as failure:
        _complain(f"coach: {failure}")
        sys.exit(failure.exit_code)
    except KeyboardInterrupt:
        _complain("coach: stopped.")
        sys.exit(130)


def _ring(sound: memoryview, card: bytes) -> None:
    """Play the alarm of last resort on the card of the session that has died."""
    from coach.runtime.alarm import play
    from coach.runtime.settings import AudioSettings

    if not play(sound, AudioSettings.model_validate_json(card)):
        _complain("The alarm could not be played.")


def _complain(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 - all there is to print with, before anything is loaded


def _interrupted(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
