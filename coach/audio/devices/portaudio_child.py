"""The process PortAudio lives in. Run by its path; it imports nothing of the coach.

Its one argument is JSON, `Request` in `portaudio_process.py`; its answers are lines of JSON on standard output:

    {"devices": [...]}                          every sound device, and that was all
    {"ready": {...}}                            both streams run; it ends when its standard input does
    {"error": "library" | "missing" | "open", ...}   and it has ended

Why a process: PortAudio 19.6 sees no device that was plugged in after it started, and loops for ever when a USB
device loses its power (PortAudio #1037). A process can be killed, and a fresh one looks afresh.

Rules:

1. A callback copies and counts. It takes no lock, writes no log, opens nothing; the ring buffers are there before it.
   Telling that there is room again is one write to an event counter, which never waits.
2. Sound and counters live in memory shared with the coach. Every counter has one writer and never falls.
3. Both streams run all the time: what nobody wrote is silence, so that HDMI and USB loudspeakers stay awake. It is
   ready when silence has been played for `LEAD_IN_S`: what wakes up then swallows no word.
4. Output and microphone are two streams, so that one can be lost without the other.
5. It is ended by being killed; nothing has to be tidied up, and nothing can hang on the way.
"""

import ctypes
import gc
import json
import mmap
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any, Final

RATE: Final = 48_000
"""Frames a second that are played; the coach's `SAMPLE_RATE`."""
BLOCK: Final = 960
"""Frames played at once; the coach's `BLOCK`."""
BLOCKS_A_SECOND: Final = RATE // BLOCK
KEPT_BLOCKS: Final = 128
"""Blocks a ring buffer holds: 2.56 s, longer than the coach may be busy with anything else."""
INPUT_RATES: Final = (48_000, 44_100, 32_000, 16_000)
"""Rates the microphone is tried at, the playing rate first: with one rate there is one clock to follow."""
START_LIMIT_S: Final = 15
"""Seconds after which a library that hangs while it starts ends this process, should the coach be gone."""
SETTLE_S: Final = 2.0
"""Longest wait for the first sound in both directions; the coach sees for itself which of them stands still."""
LEAD_IN_S: Final = 0.25
"""Seconds of silence before the first word: USB loudspeakers unmute within a fifth of a second; chosen."""
PACE_S: Final = 20.0
"""Seconds over which a rate is measured: callbacks come in bursts of up to 60 ms behind a sound server, and 0.3 % is
to be told from the 1 % that is a fault."""
HALT_S: Final = 0.25
"""Seconds without a callback after which a rate is measured afresh: the device has stood still."""
_PR_SET_PDEATHSIG: Final = 1
"""From linux/prctl.h: which signal this process gets when its parent has died."""
UNKNOWN: Final = -(2**62)
"""Value of `Counter.LEAD` before both directions have run, and of the paces before they are measured."""


class Counter(IntEnum):
    """What is counted in the shared memory, each by one side only."""

    WRITTEN = 0
    """Frames the coach has handed over. Written by the coach; all the others by this process."""
    TAKEN = 1
    """Frames of those that the output has taken."""
    SOUNDED = 2
    """Frames the output has taken altogether, silence included."""
    CAPTURED = 3
    """Frames the microphone has given, at its own rate."""
    LEAD = 4
    """Played frames by which the output was ahead when the microphone last gave a block."""
    UNDERFLOWS = 5
    """Gaps in what was handed over."""
    OVERFLOWS = 6
    """Captured blocks the device lost."""
    BREAKS = 7
    """Gaps the device made itself, which no count of frames knows of: the lead is another one afterwards."""
    LATE = 8
    """Gaps of those in `UNDERFLOWS` in which nothing had been handed over."""
    OUTPUT_PACE = 9
    """By how many millionths the output has lately been faster than its rate, by the monotonic clock."""
    INPUT_PACE = 10
    """The same for the microphone."""


class Pace:
    """How fast a direction runs, window by window, against a clock that never jumps."""

    def __init__(self, rate: int) -> None:
        """Take the frames a second it should have."""
        self.rate = rate
        self._began: float | None = None
        self._last = 0.0
        self._frames = 0

    def note(self, count: int, now: float, *, gap: bool = False) -> int | None:
        """Take in a callback; return the millionths by which the last window was fast when one is complete.

        Args:
            count: Frames of this callback.
            now: Seconds, monotonic.
            gap: Whether the device lost or left out something: the window is then worth nothing.
        """
        if self._began is None or gap or now - self._last > HALT_S:
            self._began, self._frames = now, 0
        else:
            self._frames += count
        self._last = now
        span = now - self._began
        if span < PACE_S:
            return None
        fast = round(1e6 * (self._frames / (span * self.rate) - 1.0))
        self._began, self._frames = now, 0
        return fast


class Memory:
    """Counters and three ring buffers in one piece of shared memory."""

    HEADER: Final = 4_096
    RING: Final = KEPT_BLOCKS * BLOCK
    """Frames in each ring buffer; a whole number of blocks, so that no block is split."""
    SIZE: Final = HEADER + 3 * 4 * RING

    def __init__(self, buffer: mmap.mmap | bytearray) -> None:
        """Lay the counters and rings over `SIZE` bytes."""
        whole = memoryview(buffer)
        # One aligned 8-byte store or load each: never half a number.
        self.counters = whole[: self.HEADER].cast("q")
        rings = whole[self.HEADER :].cast("f")
        self.written = rings[: self.RING]
        """What the coach hands over."""
        self.sounded = rings[self.RING : 2 * self.RING]
        """What the output has really taken."""
        self.captured = rings[2 * self.RING :]
        """What the microphone has given; used in whole blocks of its own rate."""


class Callbacks:
    """What PortAudio calls, from a thread of its own for each direction."""

    def __init__(self, memory: Memory, ahead: int, clock: Callable[[], float], signal_room: Callable[[], None]) -> None:
        """Take the shared memory, the frames to gather before playing, a clock in seconds, and how to tell of room."""
        self._counters = memory.counters
        self._written, self._sounded, self._captured = memory.written, memory.sounded, memory.captured
        self._ahead = ahead
        self._clock = clock
        self._signal_room = signal_room
        self._silence = memoryview(bytes(4 * BLOCK)).cast("f")
        self._flowing = False
        self._sounded_at = 0.0
        self._output_pace, self._input_pace = Pace(RATE), Pace(RATE)
        self.channels = 1
        """Channels of the output; all of them play the same."""
        self.input_rate = RATE
        """Frames a second the microphone gives."""

    def play(self, out: Any, count: int, moment: Any, flags: Any) -> None:  # noqa: ANN401, ARG002 - the library's
        """Give the output its next block: what was handed over, or silence."""
        counters = self._counters
        taken, sounded = counters[Counter.TAKEN], counters[Counter.SOUNDED]
        waiting = counters[Counter.WRITTEN] - taken
        late = self._flowing and waiting < count
        if late:
            counters[Counter.LATE] += 1
        if late or (self._flowing and flags.output_underflow):
            counters[Counter.UNDERFLOWS] += 1
        if flags.output_underflow:
            counters[Counter.BREAKS] += 1
        # Playing begins, and begins again after a gap, with a cushion; so that one late block is one gap.
        self._flowing = waiting >= count if self._flowing else waiting > self._ahead - BLOCK
        at = sounded % Memory.RING
        block = self._sounded[at : at + count]
        if self._flowing:
            begin = taken % Memory.RING
            block[:] = self._written[begin : begin + count]
            counters[Counter.TAKEN] = taken + count
        else:
            block[:] = self._silence[:count]
        speakers = memoryview(out).cast("f")
        for channel in range(self.channels):
            speakers[channel :: self.channels] = block
        self._sounded_at = self._clock()
        pace = self._output_pace.note(count, self._sounded_at, gap=bool(flags.output_underflow))
        if pace is not None:
            counters[Counter.OUTPUT_PACE] = pace
        counters[Counter.SOUNDED] = sounded + count
        self._signal_room()

    def hear(self, data: Any, count: int, moment: Any, flags: Any) -> None:  # noqa: ANN401, ARG002 - the library's
        """Keep what the microphone gives, and how far the output was by then."""
        counters = self._counters
        captured = counters[Counter.CAPTURED]
        begin = captured % (KEPT_BLOCKS * count)
        self._captured[begin : begin + count] = memoryview(data).cast("f")
        if flags.input_overflow and captured:
            counters[Counter.OVERFLOWS] += 1
        captured += count
        now = self._clock()
        self._input_pace.rate = self.input_rate
        pace = self._input_pace.note(count, now, gap=bool(flags.input_overflow))
        if pace is not None:
            counters[Counter.INPUT_PACE] = pace
        if self._sounded_at:
            since = now - self._sounded_at
            sounding = counters[Counter.SOUNDED] + min(since, 3.0 / BLOCKS_A_SECOND) * RATE
            counters[Counter.LEAD] = round(sounding - captured * RATE / self.input_rate)
        counters[Counter.CAPTURED] = captured


def listed(sound: Any) -> list[dict[str, object]]:  # noqa: ANN401 - the library's module
    """Return every device the library sees, in its order."""
    interfaces = sound.query_hostapis()
    preferred = sound.default.hostapi
    devices = []
    for device in sound.query_devices():
        interface = interfaces[device["hostapi"]]
        devices.append(
            {
                "index": device["index"],
                "name": device["name"],
                "host_api": interface["name"],
                "outputs": device["max_output_channels"],
                "inputs": device["max_input_channels"],
                "default_output": device["hostapi"] == preferred
                and device["index"] == interface["default_output_device"],
                "default_input": device["hostapi"] == preferred
                and device["index"] == interface["default_input_device"],
            }
        )
    return devices


def found(devices: Iterable[Mapping[str, Any]], direction: str, name: str, host_api: str) -> Mapping[str, Any] | None:
    """Return the device with that name, or with that in its name; without a name the system's default.

    Args:
        devices: As `listed` gives them.
        direction: ``output`` or ``input``.
        name: The name or a part of it; upper and lower case are the same. Empty: the default.
        host_api: The same for the interface it is reached by, such as ALSA. Empty: any.
    """
    usable = [
        device
        for device in devices
        if device[f"{direction}s"] > 0 and host_api.casefold() in device["host_api"].casefold()
    ]
    if name:
        exact = [device for device in usable if device["name"].casefold() == name.casefold()]
        usable = exact or [device for device in usable if name.casefold() in device["name"].casefold()]
    else:
        usable = [device for device in usable if device[f"default_{direction}"]] or usable
    return usable[0] if usable else None


def answer(**facts: object) -> None:
    """Tell the coach something."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def choose(devices: Sequence[Mapping[str, Any]], direction: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the device asked for, or end with an answer that there is none."""
    device = found(devices, direction, request[direction], request["host_api"])
    if device is None:
        there = ", ".join(f"{each['name']} ({each['host_api']})" for each in devices if each[f"{direction}s"])
        wanted = " / ".join(filter(None, (request[direction], request["host_api"])))
        answer(error="missing", direction=direction, wanted=wanted, there=there)
        sys.exit()
    return device


def serve(sound: Any, request: Mapping[str, Any]) -> None:  # noqa: ANN401 - the library's module
    """Play and capture until standard input ends."""
    memory = Memory(mmap.mmap(request["memory"], Memory.SIZE))
    for unknown in (Counter.LEAD, Counter.OUTPUT_PACE, Counter.INPUT_PACE):
        memory.counters[unknown] = UNKNOWN
    callbacks = Callbacks(memory, request["ahead"], time.monotonic, lambda: os.eventfd_write(request["room"], 1))
    devices = listed(sound)
    output = choose(devices, "output", request)
    microphone = None if request["input"] is None else choose(devices, "input", request)
    callbacks.channels = min(2, output["outputs"])
    direction, chosen = "output", output
    try:
        settings = {"dtype": "float32", "latency": request["latency_s"]}
        playing = sound.RawOutputStream(
            samplerate=RATE,
            blocksize=BLOCK,
            device=output["index"],
            channels=callbacks.channels,
            callback=callbacks.play,
            **settings,
        )
        hearing = None
        if microphone is not None:
            direction, chosen = "input", microphone
            callbacks.input_rate = _input_rate(sound, microphone["index"])
            hearing = sound.RawInputStream(
                samplerate=callbacks.input_rate,
                blocksize=callbacks.input_rate // BLOCKS_A_SECOND,
                device=microphone["index"],
                channels=1,
                callback=callbacks.hear,
                **settings,
            )
        gc.collect()
        gc.freeze()
        gc.disable()  # a callback that has to wait for the collector is late; nothing here makes rings of objects
        if hearing is not None:
            hearing.start()
        direction, chosen = "output", output
        playing.start()
    except sound.PortAudioError as error:
        answer(error="open", direction=direction, name=chosen["name"], why=str(error.args[0]))
        return
    _settle(memory.counters, hears=hearing is not None)
    signal.alarm(0)
    answer(
        ready={
            "output": f"{output['name']} ({output['host_api']})",
            "input": "" if microphone is None else f"{microphone['name']} ({microphone['host_api']})",
            "input_rate": callbacks.input_rate,
            "output_latency_s": playing.latency,
            "input_latency_s": 0.0 if hearing is None else hearing.latency,
        }
    )
    sys.stdin.read()
    os._exit(0)  # without a word to the library, which may hang


def _input_rate(sound: Any, index: int) -> int:  # noqa: ANN401 - the library's module
    """Return the first rate the microphone can be opened at; the last one when it refuses them all."""
    for rate in INPUT_RATES:
        try:
            sound.check_input_settings(device=index, channels=1, dtype="float32", samplerate=rate)
        except sound.PortAudioError:
            continue
        return rate
    return INPUT_RATES[-1]


def _settle(counters: "memoryview[int]", *, hears: bool) -> None:
    """Wait until what was opened has run and the loudspeaker is awake; a sound server may take a second for it."""
    until = time.monotonic() + SETTLE_S
    while time.monotonic() < until and (
        (hears and counters[Counter.LEAD] == UNKNOWN) or counters[Counter.SOUNDED] < LEAD_IN_S * RATE
    ):
        time.sleep(0.005)


def main() -> None:
    """Do what the request says."""
    request = json.loads(sys.argv[1])
    # However the coach dies, this process does: one that is stopped or stuck would keep the card from the next.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.alarm(START_LIMIT_S)
    # What ALSA and JACK have to say while they are tried is for nobody (PortAudio #739).
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        import sounddevice  # noqa: PLC0415 - what fails here is an answer to the coach, not a crash
    except Exception as error:  # noqa: BLE001 - the library's own error has no name before it is imported
        answer(error="library", why=str(error))
        return
    if request.get("list"):
        answer(devices=listed(sounddevice))
    else:
        serve(sounddevice, request)


if __name__ == "__main__":
    main()
