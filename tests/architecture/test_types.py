"""What the types alone refuse, so that a mistake is found before anything runs."""

from mypy import api

CUES = """
from coach.audio.clip import Clip
from coach.audio.lanes import Lane
from coach.audio.lease import Lease
from coach.audio.mixer import Mixer
from coach.units import Frames
def play(mixer: Mixer, clip: Clip, lease: Lease) -> None:
    mixer.schedule(clip, Frames(0), Lane.CUE, token=1)
    mixer.instruct(clip, Frames(0), Lane.CUE, token=1, epoch=0)
    mixer.instruct(clip, Frames(0), Lane.CUE, None, token=1, epoch=0)
    mixer.instruct(clip, Frames(0), Lane.CUE, lease, token=1, epoch=0)
"""


def test_a_cue_without_a_lease_is_a_type_error_and_one_with_a_lease_is_none(tmp_path):
    snippet = tmp_path / "cues.py"
    snippet.write_text(CUES, encoding="utf-8")

    told, failed, _ = api.run(["--no-error-summary", str(snippet)])

    wrong = [line for line, text in enumerate(CUES.splitlines(), start=1) if "mixer." in text][:3]
    assert [int(line.split(":")[1]) for line in told.splitlines() if ": error:" in line] == wrong, told or failed
