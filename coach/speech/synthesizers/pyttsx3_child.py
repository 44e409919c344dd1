"""The process pyttsx3 lives in. Run by its path; it imports nothing of the coach.

One request a line on standard input, one answer a line on standard output, both JSON:

    {"text": ..., "voice": ..., "rate": ..., "pitch": ..., "path": ...}
    {"path": ..., "done": true} | {"path": ..., "error": ...} | {"unavailable": ...} | {"path": ..., "voices": [...]}

1. One line for each `runAndWait`, `save_to_file` only: of several queued only the last is written, and a
   `say` plays through the shell and overwrites the file before it (pyttsx3 2.99).
2. Voice, rate and pitch are set before every line; the driver starts with its own.
3. The driver takes any voice name and keeps the last good one: the name is looked up here first.
4. Settings are queued until the loop runs; what was really used is read back afterwards.
5. The driver prints on standard output, so answers go out on a copy and the original leads nowhere.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

ORPHAN_LIMIT_S = 60
"""Seconds after which a line that hangs in the library ends this process, should the parent be gone."""


def main() -> None:
    """Serve requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)

    def answer(message: dict[str, object]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    try:
        import pyttsx3  # noqa: PLC0415 - raises where the espeak library is missing, which is an answer, not a crash

        engine = pyttsx3.init("espeak")
        voices = _voices(engine)
    except Exception as error:  # noqa: BLE001 - whatever the library raises is passed on in words
        answer({"unavailable": str(error) or type(error).__name__})
        return
    for line in sys.stdin:
        _serve(engine, voices, json.loads(line), answer)


def _voices(engine: Any) -> dict[str, str]:  # noqa: ANN401 - pyttsx3 ships no types
    """Return the driver's voice id for every name a profile may use: ids and language tags."""
    listed = engine.getProperty("voices")
    by_language = {tag.casefold(): voice.id for voice in reversed(listed) for tag in voice.languages}
    return by_language | {voice.id.casefold(): voice.id for voice in listed}


def _serve(
    engine: Any,  # noqa: ANN401 - pyttsx3 ships no types
    voices: dict[str, str],
    request: dict[str, Any],
    answer: Callable[[dict[str, object]], None],
) -> None:
    path = request["path"]
    voice = voices.get(request["voice"].casefold())
    if voice is None:
        answer({"path": path, "voices": sorted(voices)})
        return
    signal.alarm(ORPHAN_LIMIT_S)
    try:
        engine.setProperty("voice", voice)
        engine.setProperty("rate", request["rate"])
        engine.setProperty("pitch", request["pitch"])
        engine.save_to_file(request["text"], path)
        engine.runAndWait()
        # Settings are queued and take effect inside the loop, so only now can they be read back.
        granted = (engine.getProperty("voice"), engine.getProperty("rate"), engine.getProperty("pitch"))
    except Exception as error:  # noqa: BLE001 - whatever the library raises is passed on in words
        answer({"path": path, "error": f"failed ({error or type(error).__name__})"})
    else:
        wanted = (voice, request["rate"], request["pitch"])
        answer({"path": path, "done": True} if granted == wanted else {"path": path, "error": f"spoke as {granted}"})
    finally:
        signal.alarm(0)


if __name__ == "__main__":
    main()
