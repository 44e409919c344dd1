import numpy as np

from coach.audio.clip import Clip
from coach.audio.wavefile import pcm16


def test_a_clip_from_a_file_takes_half_the_memory_and_sounds_the_same_to_the_bit():
    steps = pcm16(np.linspace(-1.0, 1.0, 4_800, dtype=np.float32))
    from_file, computed = Clip("line", steps), Clip("line", steps.astype(np.float32) / np.float32(32_768))

    assert from_file.samples.dtype == np.float32
    assert np.array_equal(from_file.samples, computed.samples)
    assert from_file.length == computed.length == 4_800
    assert 2 * from_file.kept.nbytes == computed.kept.nbytes
