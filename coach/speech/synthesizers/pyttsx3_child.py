"""The process pyttsx3 lives in. Run by its path; it imports nothing of the coach.

One request a line on standard input, one answer a line on standard output, both JSON:

    {"text": ..., "voice": ..., "rate": ..., "pitch": ..., "path": ...}
    {"path": ..., "done": true} | {"path": ..., "error": ...} | {"unavailable": ...} | {"path": ..., "voices": [...]}

What pyttsx3 2.99 does on Linux, and what is done about it:

1. `runAndWait` may return while a thread of espeak's still speaks and writes: it sleeps 10 ms and leaves, most of all
   on the first line of a process (1 of 60 long lines). So the end of the utterance is waited for, and then the
   thread's own end.
2. Of several lines queued only the last is written, and a `say` plays through the shell and overwrites the file
   before it. So: one line for each `runAndWait`, `save_to_file` only.
3. Voice, rate and pitch start with the driver's own values, and espeak's thread takes them in when it finds the time:
   in 15 of 800 fresh processes a first line had the driver's rate or pitch, and a line handed over meanwhile was
   dropped 69 times in 9,000 (a file with a header and nothing else). So they are set before every line, again until
   they are in force, and only then is the line handed over.
4. The driver takes any voice name and keeps the last good one. So the name is looked up first.
5. Its read-back of rate and pitch leaves out an argument and gives the current or the default value by chance.
   So the library is asked, and a line spoken with other settings than asked for is refused.
6. It prints on standard output. So answers go out on a copy, and the original leads nowhere.
"""

import json
import os
import signal
import sys
import threading
import time
from typing import Any

ORPHAN_LIMIT_S = 60
"""Seconds after which a line that hangs in the library ends this process, should the parent be gone."""

SETTING_TRIES = 20
"""How often settings are given; one time is nearly always enough, and a line that still differs is refused."""

Settings = tuple[str, int, int]
"""Voice id of the driver, words a minute, pitch."""


class Speaker:
    """pyttsx3's engine, one line at a time."""

    def __init__(self) -> None:
        """Load the library.

        Raises:
            Exception: Whatever pyttsx3 raises where the espeak library is missing or broken.
        """
        import pyttsx3  # noqa: PLC0415 - what fails here is an answer to the parent, not a crash
        from pyttsx3.drivers import _espeak  # noqa: PLC0415

        self._library: Any = _espeak
        self._engine: Any = pyttsx3.init("espeak")
        self._finished = threading.Event()
        self._engine.connect("finished-utterance", lambda **_: self._finished.set())
        listed = self._engine.getProperty("voices")
        self.voices: dict[str, str] = {
            **{tag.casefold(): voice.id for voice in reversed(listed) for tag in voice.languages},
            **{voice.id.casefold(): voice.id for voice in listed},
        }
        """The driver's voice id for every name a profile may use: language tags and ids."""

    def speak(self, text: str, settings: Settings, path: str) -> Settings:
        """Write a line to a file and return the settings it was really spoken with."""
        self._set(settings)
        self._finished.clear()
        self._engine.save_to_file(text, path)
        self._engine.runAndWait()
        self._finished.wait()
        self._await_idle()
        return self._granted()

    def _set(self, settings: Settings) -> None:
        """Set voice, rate and pitch until they are in force."""
        for _ in range(SETTING_TRIES):
            self._await_idle()
            if self._granted() == settings:
                return
            for name, value in zip(("voice", "rate", "pitch"), settings, strict=True):
                self._engine.setProperty(name, value)

    def _granted(self) -> Settings:
        """Return the settings that are in force."""
        current = 1
        read = self._library.dll.espeak_GetParameter
        voice = self._engine.getProperty("voice")
        return voice, read(self._library.RATE, current), read(self._library.PITCH, current)

    def _await_idle(self) -> None:
        """Wait until espeak's thread has nothing left to do; the parent's time limit holds here too."""
        while self._library.IsPlaying():
            time.sleep(0.001)


def reply(speaker: Speaker, request: dict[str, Any]) -> dict[str, object]:
    """Return the answer to one request."""
    voice = speaker.voices.get(request["voice"].casefold())
    if voice is None:
        return {"voices": sorted(speaker.voices)}
    wanted = (voice, request["rate"], request["pitch"])
    signal.alarm(ORPHAN_LIMIT_S)
    try:
        granted = speaker.speak(request["text"], wanted, request["path"])
    except Exception as error:  # noqa: BLE001 - whatever the library raises is passed on in words
        return {"error": f"failed ({error or type(error).__name__})"}
    finally:
        signal.alarm(0)
    return {"done": True} if granted == wanted else {"error": f"spoke as {granted} instead of {wanted}"}


def main() -> None:
    """Serve requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        speaker = Speaker()
    except Exception as error:  # noqa: BLE001 - whatever the library raises is passed on in words
        print(json.dumps({"unavailable": str(error) or type(error).__name__}), file=answers, flush=True)
        return
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"path": request["path"], **reply(speaker, request)}), file=answers, flush=True)


if __name__ == "__main__":
    main()
