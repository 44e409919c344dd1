from coach.speech.engines import every_synthesizer


def names(text, profile, folder=None):
    return [synthesizer.name for synthesizer in every_synthesizer(folder) if synthesizer.offers(text, profile)]


def test_pyttsx3_speaks_and_the_espeak_command_stands_by(profile):
    assert names("Paused.", profile(engine="pyttsx3")) == ["pyttsx3", "espeak-ng"]


def test_voice_variants_go_to_the_espeak_command_alone(profile):
    assert names("Paused.", profile(engine="espeak", voice="en-us+f3")) == ["espeak-ng"]


def test_tones_never_stand_in_for_words(profile):
    assert names("Paused.", profile(engine="tones")) == ["tones"]


def test_recordings_of_every_language_pack_come_first(tmp_path, profile, write_sound):
    for tag in ("en", "ko"):
        folder = tmp_path / tag / "recordings"
        folder.mkdir(parents=True)
        write_sound(folder / "a.wav")
        (folder / "index.toml").write_text('[[recording]]\nkey = "a"\ntext = "Paused."\nfile = "a.wav"\n')

    assert names("Paused.", profile(engine="pyttsx3"), tmp_path) == ["recordings", "pyttsx3", "espeak-ng"]
