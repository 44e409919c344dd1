"""Set-up as a carer goes through it: what is asked, what is kept, what leaving out costs, and what goes wrong."""

import io
import re
import shutil
import zipfile
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.audio.devices.portaudio import SoundDevice
from coach.errors import InputError, PrescriptionError
from coach.plan.prescription import BodySide, Finding, Operation, Told
from coach.program.models import SideMode
from coach.runtime.pin import Verdict
from coach.runtime.setup.assistant import STEPS, run
from coach.runtime.setup.dialogue import LeftError
from coach.runtime.setup.machine import coach_voice
from coach.runtime.setup.texts import lacking, read_texts
from coach.runtime.trial import Tried

HISTORY = {
    "answered_by": "Anna Brown, daughter",
    "operation": "2",
    "approach": "from behind",
    "side": "left",
    "date": "4",
    "past_clot": "no",
    "cast": "no",
    "boot": "no",
    "fracture": "no",
    "tendon_repair": "no",
    "agreed": "yes",
    "agreed_by": "Dr Lee, surgeon",
}
REST = {
    "name": "Margaret",
    "fetch_model": "no",
    "baseline": "1 wound",
    "told_by": "Ms Park, nurse",
    "baseline_side": "left",
    "since": "3",
    "times": "9:00 12:00 15 18.30",
    "carer": "Anna",
    "care_team": "ward 4, 555 1234",
    "emergency_number": "112",
    "number_right": "yes",
    "new_pin": "259637",
    "pin_again": "259637",
    "speak_now": "no",
    "clock": "9:05",
    "notices": "no",
}
VOICE = np.concatenate(
    [np.zeros(8_000), 0.2 * np.sin(np.arange(16_000)), np.zeros(8_000)], dtype=np.float32
) + 0.003 * np.random.default_rng(4).standard_normal(32_000).astype(np.float32)


def talks(home):
    """Let somebody be heard while the microphone is chosen, and say "stop" three times."""
    room = home.desk.room[:24_000]
    home.desk.heard = [room, VOICE, room, VOICE, VOICE, VOICE]


def test_the_whole_of_set_up_leads_to_a_configuration_that_can_be_read(home):
    talks(home)

    [went_well] = home.run(**HISTORY, **REST)

    told = home.prescription
    assert went_well
    assert (told.name, told.prescribed_by, str(told.prescribed_on)) == ("Margaret", "Dr Lee, surgeon", "2026-11-25")
    assert (told.history.operation, told.history.side, str(told.history.on)) == (
        Operation.HIP_REPLACEMENT,
        BodySide.LEFT,
        "2026-11-21",
    )
    assert [(entry.finding, str(entry.since)) for entry in told.baseline] == [
        (Finding.SWELLING, "2026-11-22"),
        (Finding.WOUND_PAIN, "2026-11-22"),
    ]
    assert told.schedule.times == (540, 720, 900, 1110)
    assert (told.contact.carer, told.contact.emergency_number) == ("Anna", "112")
    assert home.setup().world.pin.attempt("259637") is Verdict.RIGHT
    assert "Left for later: coach setup models" in home.screen.text  # it was answered with no


def test_gone_through_again_enter_keeps_everything(home):
    talks(home)
    home.run(**HISTORY, **REST)
    before = home.settings, home.paths.prescription.read_bytes()
    home.screen.answers = {"fetch-model": "no", "speak-now": "no"}
    talks(home)

    [went_well] = home.run()

    assert went_well
    assert (home.settings, home.paths.prescription.read_bytes()) == before


def test_what_a_carer_wrote_beside_her_settings_stays(home):
    home.paths.settings.write_text('# ours\nlanguage = "en" # as she speaks\n[audio]\nlatency_ms = 100 # stuttered\n')
    talks(home)

    home.run("sound", loudspeaker="2", microphone="2")

    assert "# ours" in home.settings
    assert 'language = "en" # as she speaks' in home.settings
    assert "latency_ms = 100 # stuttered" in home.settings
    assert 'output = "Speakerphone"' in home.settings


@pytest.mark.parametrize("step", list(STEPS))
def test_every_step_can_be_left_out_and_says_what_that_costs(home, step):
    questions = home.screen.texts[0].ask
    home.screen.answers = dict.fromkeys(questions, "skip")

    home.run(step)

    assert home.screen.texts[0].step[step].cost in home.screen.text
    assert f"Left for later: coach setup {step}" in home.screen.text
    assert not home.paths.prescription.exists()


def test_who_leaves_keeps_what_was_answered_in_full(home):
    with pytest.raises(LeftError, match="What was answered in full is kept"):
        home.run("name", "history", **{**HISTORY, "cast": "quit"}, name="Margaret")

    assert home.prescription.name == "Margaret"
    assert home.prescription.history is None


def test_where_nobody_can_type_any_more_set_up_is_left(home):
    home.screen.ends = 2

    with pytest.raises(LeftError):
        home.run(name="Margaret")


def test_a_step_that_does_not_exist_is_told_with_those_that_do(home):
    with pytest.raises(InputError, match=r"no step 'sounds'; there are: language, name, sound"):
        home.run("sounds")


def test_a_question_mark_tells_why_it_is_asked(home):
    home.run("name", name=["?", "Margaret"])

    assert home.screen.texts[0].ask["name"].why in home.screen.shown
    assert home.prescription.name == "Margaret"


@pytest.mark.parametrize(
    ("step", "question", "wrong", "told"),
    [
        ("name", "name", ["x9", "Margaret"], "A name may have letters"),
        ("name", "name", ["yes", "Margaret"], "That is no name"),
        ("name", "name", ["", "Margaret"], "Please answer, or type skip"),
        ("language", "language", ["7", "1"], "from 1 to 2"),
        ("language", "language", ["klingon", "1"], "from 1 to 2"),
        ("history", "date", ["2026-13-40", "4"], "a day as 2026-11-25"),
        ("history", "date", ["2026-12-24", "4"], "still to come"),
        ("history", "past-clot", ["perhaps", "no"], "yes, no or unknown"),
        ("history", "agreed-by", ["no", "Dr Lee, surgeon"], "That is no name"),
        ("times", "times", ["often", "3"], "how many times a day"),
        ("times", "times", ["99", "3"], "Between 1 and 12"),
        ("times", "times", ["25:00", "3"], "how many times a day"),
        ("times", "times", ["9:00 9:10", "3"], "minimum_gap_min"),
        ("times", "times", ["23:00", "3"], "quiet hours"),
        ("contact", "emergency-number", ["one one two", "112"], "A telephone number has digits"),
        ("contact", "number-right", ["perhaps", "yes"], "Please answer yes or no"),
        ("pin", "new-pin", ["12", "259637", "259637"], "6 to 12 digits"),
    ],
)
def test_an_answer_that_cannot_be_used_gets_one_kind_sentence_and_is_asked_again(home, step, question, wrong, told):
    answers = {key.replace("_", "-"): answer for key, answer in {**HISTORY, **REST}.items()}
    answers[question] = wrong
    if question == "new-pin":
        answers["pin-again"] = ["12", "259637"]
    home.screen.answers = answers

    [went_well] = home.run(step)

    assert went_well
    assert told in home.screen.text
    assert len(wrong) <= 1


def test_the_emergency_number_is_read_back_and_asked_again_where_it_is_wrong(home):
    home.run("contact", **{**REST, "emergency_number": ["119", "112"], "number_right": ["no", "yes"]})

    assert "1 1 9. Is that the right number?" in home.screen.text
    assert home.prescription.contact.emergency_number == "112"


def test_nobody_need_be_named(home):
    home.run("contact", **{**REST, "carer": "none", "care_team": "none"})

    contact = home.prescription.contact
    assert (contact.carer, contact.care_team, contact.emergency_number) == (None, None, "112")


def test_before_the_care_team_agrees_nothing_is_guided(home):
    home.run("history", **{**HISTORY, "agreed": "unknown"})
    setup = home.setup()

    assert "nothing is guided until the care team agrees" in home.screen.text
    with pytest.raises(PrescriptionError):
        setup.house.tailored(setup.house.program("ankle-pumps"))

    home.run("history", **HISTORY, excluded="")
    assert home.prescription.prescribed_by == "Dr Lee, surgeon"
    assert home.setup().house.tailored(setup.house.program("ankle-pumps")).left_out == ()


def test_a_clot_without_supervision_leaves_the_exercise_out_and_says_so(home):
    home.run("history", **{**HISTORY, "past_clot": "yes", "supervised": "no"})

    assert home.prescription.history.past_clot is Told.YES
    assert "past blood clot" in home.screen.text
    assert "Please ask the care team" in home.screen.text


def test_an_answer_that_leaves_nothing_of_the_program_is_written_down_all_the_same(home):
    home.run("history", "times", **HISTORY, times="4")
    kept = home.prescription.program

    [went_well] = home.run("history", **{**HISTORY, "past_clot": "yes", "supervised": "no"})

    assert kept == "ankle-pumps"
    assert went_well
    assert home.prescription.history.past_clot is Told.YES
    assert "Nothing of the program may be done" in home.screen.text
    home.run("history", **{**HISTORY, "agreed": "no"})
    assert home.prescription.prescribed_by is None


def test_who_does_not_find_the_way_out_is_told_it_again(home):
    home.run("name", name=["1", "2", "3", "skip"])

    assert home.screen.texts[0].say["how-to-answer"] in home.screen.shown


def test_somebody_without_an_operation_is_not_asked_on_which_side(home):
    home.run("history", **{**HISTORY, "operation": "1"})

    assert "side" not in {question for question, _prompt, _hidden in home.screen.asked}
    assert home.prescription.history.operation is Operation.NONE


def test_one_leg_after_the_other_is_a_dose_of_the_prescription(home):
    home.run("history", **HISTORY, legs="one after the other")

    doses = {dose.id: dose.sides for dose in home.prescription.dose.exercises}
    assert doses["ankle-pumps"] is SideMode.EACH
    assert "deep-breathing" not in doses  # it has no sides


def test_that_no_exercise_is_left_is_asked_once_more(home):
    every = " ".join(str(number + 1) for number in range(len(home.setup().house.exercises)))

    home.run("history", **HISTORY, excluded=[every, "none"], everything_excluded="no")

    assert home.prescription.exclusions.exercises == ()


def test_the_language_is_the_one_of_the_next_question(home):
    home.run("language", language="2")
    home.run("name", name="김영희")

    assert 'language = "ko"' in home.settings
    assert any(line.startswith("운동하실 분의 성함") for line in home.screen.shown)


def test_a_settings_file_that_cannot_be_read_is_put_aside_only_when_asked(home):
    home.paths.settings.write_text("language = \n")

    with pytest.raises(LeftError, match="mend the file first"):
        home.run("name", put_aside="no")
    assert home.settings == "language = \n"
    home.run("name", put_aside="yes", name="Margaret")

    assert (home.paths.own / "coach.broken.toml").read_text() == "language = \n"
    assert home.prescription.name == "Margaret"


def test_a_prescription_that_cannot_be_read_is_put_aside(home):
    home.paths.prescription.write_text("name = 3\n")

    home.run("name", put_aside="yes", name="Margaret")

    assert (home.paths.own / "prescription.broken.toml").read_text() == "name = 3\n"
    assert home.prescription.name == "Margaret"


def test_a_full_disk_is_told_and_nothing_is_half_written(home, full_disk):
    home.paths = replace(home.paths, own=full_disk)
    with suppress(OSError):
        (full_disk / "filler").write_bytes(bytes(2**20))

    assert home.run("language", language="2") == [False]
    assert "the disk is full; make room" in home.screen.text
    assert home.setup().language == "en"


# ------------------------------------------------------------------ sound


def test_devices_go_by_name_and_the_system_may_choose(home):
    talks(home)

    home.run("sound", loudspeaker="2", microphone="1")

    assert home.desk.used[-1] == ("Speakerphone", "")
    assert 'output = "Speakerphone"' in home.settings


def test_a_device_that_is_gone_is_told_and_another_one_is_chosen(home):
    home.paths.settings.write_text('[audio]\noutput = "Jabra"\ninput = "Jabra"\n')
    talks(home)

    home.run("sound", loudspeaker="2", microphone="2")

    assert '"Jabra" was chosen before and is not there now' in home.screen.text
    assert home.desk.used[-1] == ("Speakerphone", "Speakerphone")


def test_a_bluetooth_loudspeaker_is_warned_of(home):
    home.devices.append(SoundDevice("Blue Box (bluez)", "ALSA", 2, 0, False, False))
    talks(home)

    home.run("sound", loudspeaker="3")

    assert "Bluetooth device is late" in home.screen.text


@pytest.mark.parametrize(
    ("mic", "told"),
    [
        (np.zeros(24_000, dtype=np.float32), "nothing but zeros"),
        (np.full(24_000, 0.05, dtype=np.float32), "stands still"),
        (np.sign(np.sin(np.arange(24_000))).astype(np.float32), "overdriven"),
        (0.0001 * np.sin(np.arange(24_000)).astype(np.float32), "very quiet"),
        (0.3 + 0.01 * np.sin(np.arange(24_000)).astype(np.float32), "off the middle"),
        (np.zeros(0, dtype=np.float32), "Nothing comes from the microphone"),
    ],
    ids=["muted", "stuck", "overdriven", "faint", "offset", "nothing"],
)
def test_a_microphone_that_brings_no_good_sound_is_named(home, mic, told):
    home.desk.heard = [mic]

    home.run("sound", faint_all_right="no", sound_again="no")

    assert told in home.screen.text


def test_a_tone_that_was_not_heard_means_choosing_again(home):
    talks(home)

    home.run("sound", tone_heard=["no", "yes"], sound_again="yes")

    assert [question for question, _prompt, _hidden in home.screen.asked].count("loudspeaker") == 2


@pytest.mark.parametrize("step", ["sound", "voice", "echo", "practice"])
def test_without_a_sound_card_the_step_says_so_and_the_others_go_on(home, step):
    home.desk.missing, home.devices = True, []

    [went_well] = home.run(step)

    assert not went_well
    assert "There is no loudspeaker" in home.screen.text
    assert home.screen.texts[0].step[step].cost in home.screen.text


def test_every_voice_is_heard_and_the_chosen_one_speaks_from_then_on(home):
    home.run("coach-voice", coach_voice="2")

    asked = next(prompt for question, prompt, _hidden in home.screen.asked if question == "coach-voice")
    assert "Calm, British English" in asked
    assert 'en = "clear-en"' in home.settings
    assert home.setup().house.voice("en").id == "clear-en"
    home.screen.asked.clear()

    home.run("coach-voice", coach_voice="")  # Enter keeps it

    assert home.screen.asked[0][1].startswith("[Clear and deep")
    assert home.setup().house.voice("en").id == "clear-en"


def test_every_voice_says_the_same_sentence_before_it_is_asked_which(home):
    setup = home.setup(quiet=False)
    setup.open_sound()

    coach_voice(setup)

    samples = home.desk.played[:3]
    assert len(samples) == len({len(sample) for sample in samples}) == 3
    loudness = [float(np.sqrt(np.mean(sample**2))) for sample in samples]
    assert max(loudness) < 10 * min(loudness)


def test_the_voices_of_rehearsals_are_not_offered(home):
    home.run("coach-voice")

    assert "Person in rehearsals" not in home.screen.text


def test_a_stop_from_the_bed_is_heard_with_its_level(home):
    home.desk.heard = [home.desk.room[:24_000], VOICE, VOICE, VOICE]

    home.run("voice")

    assert "Heard, at -17 dB." in home.screen.text
    assert "Heard 3 of 3 times" in home.screen.text
    assert [engine for _models, _language, engine, _length in home.trials] == ["auto"] * 3


def test_a_voice_that_is_there_and_not_understood_is_told_from_silence(home):
    home.tried = Tried("", ())
    home.desk.heard = [home.desk.room[:24_000], VOICE, home.desk.room, 0.01 * VOICE + home.desk.room[:32_000]]

    home.run("voice", voice_again="no")

    assert "it was not understood as stop" in home.screen.text
    assert "No voice stood out of the room" in home.screen.text
    assert "Heard 0 of 3 times. That is too little" in home.screen.text
    assert home.screen.texts[0].step["voice"].cost in home.screen.text


def test_recognizers_that_break_down_are_told(home):
    home.tried = Tried("The recognizers broke down.")
    home.desk.heard = [home.desk.room[:24_000], VOICE]

    assert home.run("voice") == [False]
    assert "The recognizers broke down." in home.screen.text


def test_the_kind_of_hardware_is_told(home):
    home.run("echo")

    assert "cancelling: The coach's voice does not come back" in home.screen.text


# ------------------------------------------------------------------ models


def offer(home, shelf, tmp_path):
    """Let English's model be offered by the server of the test."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("m/am/final.mdl", b"sound to phones")
    shelf.data = raw.getvalue()
    voices = home.paths.own / "voices"
    shutil.copytree(home.paths.voices, voices)
    pack = voices / "en" / "pack.toml"
    text = pack.read_text(encoding="utf-8")
    text = re.sub(r"^address = .*$", f'address = "{shelf.address}"', text, flags=re.MULTILINE)
    pack.write_text(re.sub(r"^sha256 = .*$", f'sha256 = "{shelf.sha256}"', text, flags=re.MULTILINE), encoding="utf-8")
    home.paths = type(home.paths).find(home.paths.own, tmp_path / "data")


def test_a_model_is_fetched_only_after_a_yes(home, shelf, tmp_path):
    offer(home, shelf, tmp_path)

    home.run("models", fetch_model="no")
    before = list(shelf.asked)
    home.tried = Tried("")
    home.run("models", fetch_model="yes")

    assert before == []
    assert (home.paths.models / "vosk-model-small-en-us-0.15" / "am" / "final.mdl").exists()
    assert "Installed and tried" in home.screen.text
    home.run("models")
    assert "Installed: " in home.screen.text


def test_a_model_that_does_not_work_here_is_told(home, shelf, tmp_path):
    offer(home, shelf, tmp_path)
    home.tried = Tried("The recognizers broke down.")

    assert home.run("models", fetch_model="yes") == [False]
    assert "does not work here: The recognizers broke down." in home.screen.text


def test_a_model_given_by_hand_stands_in_the_settings(home, tmp_path):
    (tmp_path / "mine" / "am").mkdir(parents=True)
    home.tried = Tried("")

    run(home.setup(model=tmp_path / "mine"), "models")

    assert f'en = "{tmp_path / "mine"}"' in home.settings
    assert home.trials[-1][:3] == ({"en": str(tmp_path / "mine")}, "en", "vosk")


# ------------------------------------------------------------------ practise stopping me


@pytest.mark.parametrize("heard", [True, False], ids=["heard", "not heard"])
def test_set_up_ends_with_practising_to_stop_the_coach(home, heard):
    home.heard_in_practice = heard

    home.run("practice", practise_now="yes")

    assert [(paths, language) for paths, language, _ in home.practices] == [(home.paths, "en")]
    assert home.practices[0][2] == ""  # the card was let go before
    assert (home.screen.texts[0].step["practice"].cost in home.screen.text) != heard
    assert list(STEPS)[-1] == "practice"


def test_nobody_practises_before_she_is_ready(home):
    home.run("practice", practise_now="no")

    assert home.practices == []
    assert "Left for later: coach setup practice" in home.screen.text


# ------------------------------------------------------------------ the carer's PIN


def test_what_a_lock_means_is_told_with_and_without_a_carer(home):
    home.run("pin", **REST)
    without = home.screen.text
    home.run("contact", **REST)
    home.run("pin", **REST)

    assert "No carer is named yet" in without
    assert "until Anna lifts the lock" in home.screen.text


def test_a_pin_is_typed_unseen_and_twice(home):
    home.run("pin", new_pin=["259637", "259637"], pin_again=["259638", "259637"])

    assert [hidden for question, _prompt, hidden in home.screen.asked if "pin" in question] == [True] * 4
    assert "The two were not the same" in home.screen.text


def test_a_pin_is_changed_only_by_whoever_knows_it(home):
    home.run("pin", **REST)
    home.run("pin", change_pin="yes", old_pin=["111999", "skip"])
    home.run("pin", change_pin="yes", old_pin=["259637"], new_pin=["482913"], pin_again=["482913"])

    assert "That is not the PIN" in home.screen.text
    assert home.setup().world.pin.attempt("482913") is Verdict.RIGHT


# ------------------------------------------------------------------ all of it


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=30) | st.sampled_from(["yes", "no", "1", "2", "?", "4", "112", ""]), max_size=60))
def test_whatever_is_typed_set_up_ends_well_or_is_left(home, typed):
    lines = iter([*typed, *["skip"] * 100])
    home.desk.missing, home.devices = True, []
    home.screen.read = lambda _prompt, hidden=False: next(lines, None)  # noqa: ARG005 - the port's signature
    with suppress(LeftError):
        run(home.setup())


def test_both_languages_say_everything(home):
    voices = home.paths.voices
    english, korean = (read_texts(voices / tag / "setup.toml") for tag in ("en", "ko"))

    assert list(lacking(korean, english)) == []
    assert list(lacking(english, korean)) == []
