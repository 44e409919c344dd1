# ruff: noqa: RUF001 -- IPA letters look like Latin ones and are meant as they stand
"""The spotter is held with posteriors of a network that is sure of what it writes."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from coach.commands import RULES, Command, Policy
from coach.errors import PackError
from coach.language.utterance import Context, Expectation
from coach.listening.phonemes import thresholds
from coach.listening.phonemes.phrase_table import PhraseTable
from coach.listening.phonemes.pronunciations import load_lexicon
from coach.listening.phonemes.spotter import Spotter
from coach.listening.vocabulary import EVERY_QUESTION, Term, Vocabulary

LEXICON = load_lexicon(Path(__file__).parents[2] / "voices" / "en" / "pronunciations.toml")
TOKENS = [*LEXICON.phones, "r", "ɾ", "tʰ", "pʰ", "kʰ", "c", "ɟ", "͡", "ʝ", "ɡ", "o", "e", "a", "t̪", "<blank>", "<wb>"]
SURE = np.log(0.98)
GONE = np.log(1e-6)


def term(phrase, command=None, *, policy=None):
    rule = None if command is None else RULES[command].policy
    return Term(phrase, "en", command, policy or rule)


TERMS = (
    term("stop", Command.STOP),
    term("pause", Command.PAUSE),
    term("slow down", Command.SLOWER),
    term("it hurts", Command.PAIN),
    term("dizzy", Command.DIZZY_UNWELL),
    term("it doesn't hurt", Command.ALL_CLEAR),
    Term("no", "en", Command.NO, RULES[Command.NO].policy, frozenset({EVERY_QUESTION})),
    term("chest pain", Command.BREATH_CHEST),
    term("not dizzy"),
    term("no chest pain"),
    term("step"),
    term("know"),
    term("stop laughing"),
)


def spotting(*phrases, **more):
    return Spotter(PhraseTable(*phrases, **more))


@pytest.fixture(scope="module")
def spotter():
    return spotting(Vocabulary(TERMS), LEXICON, TOKENS, "<blank>", "<wb>")


def written(*words, silence=12):
    """Return log-posteriors: silence, the words with a boundary between them, silence."""
    tokens = ["<blank>"] * silence
    for place, word in enumerate(words):
        tokens += ["<wb>"] * (place > 0)
        for phone in LEXICON.pronunciations(word)[0][0]:
            tokens += [LEXICON.phones[phone], "<blank>"]
    tokens += ["<blank>"] * silence
    return posteriors(tokens)


def posteriors(tokens):
    rows = np.full((len(tokens), len(TOKENS)), GONE, dtype=np.float32)
    for row, token in enumerate(tokens):
        rows[row, TOKENS.index(token)] = SURE
    return rows


def finals(spotter, *words):
    return [match.term.phrase for match in spotter.final(spotter.excess(written(*words)))]


@pytest.mark.parametrize("phrase", ["stop", "pause", "slow down", "it hurts", "dizzy", "it doesn't hurt", "not dizzy"])
def test_a_phrase_alone_is_heard_as_itself(spotter, phrase):
    assert finals(spotter, *phrase.split()) == [phrase]


def test_silence_is_nothing(spotter):
    assert spotter.final(spotter.excess(posteriors(["<blank>"] * 60))) == ()
    assert spotter.final(spotter.excess(posteriors([]))) == ()


@pytest.mark.parametrize(
    "said",
    [("stop", "that", "noise"), ("the", "bus", "stop"), ("shop",), ("step",), ("window",)],
    ids=" ".join,
)
def test_stop_must_be_the_whole_utterance(spotter, said):
    assert "stop" not in finals(spotter, *said)


def test_a_short_filler_is_forgiven(spotter):
    assert finals(spotter, "uh", "stop") == ["stop"]


def test_a_decoy_that_explains_more_takes_the_hit(spotter):
    assert finals(spotter, "stop", "laughing") == ["stop laughing"]


def test_a_safety_phrase_is_heard_within_other_talk(spotter):
    assert finals(spotter, "well", "dear", "it", "hurts", "so", "much", "today") == ["it hurts"]


def test_a_safety_phrase_across_the_middle_of_words_is_not_heard(spotter):
    sound = [LEXICON.phones[phone] for word in ("bit", "hurts") for phone in LEXICON.pronunciations(word)[0][0]]
    around = ["d", "b", "oʊ", "l"] * 4
    tokens = [token for phone in (*around, *sound, *around) for token in (phone, "<blank>")]

    assert spotter.final(spotter.excess(posteriors(tokens))) == ()


@pytest.mark.parametrize("pause", [False, True], ids=["run together", "between pauses"])
def test_a_single_safety_word_counts_within_other_talk_only_between_pauses(spotter, pause):
    before, dizzy, after = written("we", "went", "down"), written("dizzy"), written("next", "week", "again")
    sound = np.concatenate((before, dizzy, after)) if pause else written("we", "went", "dizzy", "next", "week", "again")

    found = [match.term.phrase for match in spotter.final(spotter.excess(sound))]

    assert ("dizzy" in found) == pause


def test_a_longer_phrase_at_the_same_place_takes_the_hit(spotter):
    assert finals(spotter, "well", "there", "was", "no", "chest", "pain", "at", "all") == ["no chest pain"]


def test_a_longer_phrase_elsewhere_does_not_hide_a_safety_phrase(spotter):
    said = ("it", "hurts", "so", "we", "should", "never", "stop", "laughing")

    assert finals(spotter, *said) == ["it hurts"]


def test_words_may_follow_a_phrase_that_may_open_an_utterance(spotter):
    assert finals(spotter, "slow", "down", "my", "friend", "today") == ["slow down"]


def test_phrases_that_sound_alike_go_to_the_one_that_commands(spotter):
    assert finals(spotter, "know") == ["no"]


def test_other_peoples_long_talk_holds_no_command(spotter):
    sound = np.concatenate((posteriors(["<blank>"] * 220), written("slow", "down")))

    assert spotter.final(spotter.excess(sound)) == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [(("stop",), "stop"), (("it", "hurts"), "it hurts"), (("slow", "down"), None), (("no",), None)],
    ids=["stop", "harm", "control", "answer"],
)
def test_only_what_must_not_wait_is_told_before_the_end(spotter, words, expected):
    match = spotter.partial(spotter.excess(written(*words, silence=12)), from_start=True)

    assert (match.term.phrase if match else None) == expected


def test_a_word_is_not_told_before_it_is_over(spotter):
    sound = spotter.excess(written("stop", silence=12))
    cut = len(sound) - 12

    assert spotter.partial(sound.part(0, cut - 1), from_start=True) is None


@pytest.mark.parametrize(("silence", "expected"), [(12, "pause"), (3, None)])
def test_a_word_that_halts_is_told_as_soon_as_silence_follows_it(spotter, silence, expected):
    sound = np.concatenate((written("pause", silence=12)[:-12], posteriors(["<blank>"] * silence)))

    match = spotter.partial(spotter.excess(sound), from_start=True)

    assert (match.term.phrase if match else None) == expected


def test_it_is_read_otherwise_only_where_a_word_that_halts_is_near(spotter):
    asked = []

    def again():
        asked.append(True)
        return ()

    spotter.partial(spotter.excess(written("know")), from_start=True, again=again)

    assert asked == []


def test_an_unclear_word_that_halts_is_judged_by_all_its_readings_before_the_end(spotter):
    clear = spotter.excess(written("pause"))
    rows = written("pause")
    rows[12, TOKENS.index("p")], rows[12, TOKENS.index("k")] = np.log(0.05), np.log(0.9)
    cause = spotter.excess(rows)

    alone = spotter.partial(cause, from_start=True, again=lambda: (cause,))
    together = spotter.partial(cause, from_start=True, again=lambda: (clear,))

    assert alone is None
    assert together is not None
    assert together.term.phrase == "pause"


def test_in_the_middle_of_long_talk_stop_needs_pauses_around_it(spotter):
    paused = np.concatenate((written("we", "went"), written("stop")))
    fluent = written("we", "went", "stop")

    assert spotter.partial(spotter.excess(paused), from_start=False) is not None
    assert spotter.partial(spotter.excess(fluent), from_start=False) is None


def test_the_place_of_a_phrase_is_told(spotter):
    (match,) = spotter.final(spotter.excess(written("stop", silence=12)))

    assert (match.first, match.last) == (12, 19)


def test_an_open_question_leans_towards_its_answers(spotter):
    sound = spotter.excess(written("no"))
    (before,) = spotter.final(sound)

    spotter.expect(Expectation(Context.QUESTION, "hurt"))
    (during,) = spotter.final(sound)
    spotter.expect(Expectation())

    assert during.margin > before.margin
    assert during.score == before.score


def test_an_answer_that_fits_badly_counts_unsurely_while_its_question_is_open():
    words = spotting(Vocabulary(TERMS), LEXICON, TOKENS, "<blank>", "<wb>")
    rows = written("no")
    for row, token in ((12, "n"), (14, "oʊ")):
        rows[row, TOKENS.index(token)], rows[row, TOKENS.index("<blank>")] = np.log(0.2), np.log(0.77)
    sound = words.excess(rows)

    def heard(expectation):
        words.expect(expectation)
        return [(match.term.phrase, match.sure) for match in words.final(sound) if match.term.policy]

    assert heard(Expectation()) == []
    assert heard(Expectation(Context.QUESTION, "hurt")) == [("no", False)]


@pytest.mark.parametrize("said", ["stop", "it hurts"])
def test_a_lenient_spotter_lets_stop_and_harm_lose_by_more(said):
    def lead(lenience):
        made = spotting(Vocabulary(TERMS), LEXICON, TOKENS, "<blank>", "<wb>", lenience=lenience)
        return made.final(made.excess(written(*said.split())))[0].margin

    assert lead(2.0) == pytest.approx(lead(0.0) + 2.0, abs=0.01)


def test_a_word_cut_out_of_talk_must_lead_clearly(spotter):
    assert spotter.alone(spotter.excess(written("stop")), cut_out=True).term.phrase == "stop"
    assert spotter.alone(spotter.excess(written("step")), cut_out=True) is None
    assert spotter.alone(spotter.excess(written("it", "hurts")), cut_out=True) is None


def test_the_margin_is_the_distance_to_another_meaning(spotter):
    (clear,) = spotter.final(spotter.excess(written("it", "doesn't", "hurt")))
    (near,) = spotter.final(spotter.excess(written("pause")))

    assert clear.margin > near.margin > 0


def test_longer_phrases_need_a_lesser_score_within_other_talk():
    inside = [thresholds.inside_least(length) for length in range(1, 12)]

    assert all(later <= earlier for earlier, later in pairwise(inside))


def test_a_phrase_without_a_pronunciation_is_refused():
    with pytest.raises(PackError, match=r'"zyzzyva".*"zyzzyva please"'):
        spotting(Vocabulary((term("zyzzyva please"),)), LEXICON, TOKENS, "<blank>", "<wb>")


def sounding_like(one, other, share):
    """Return posteriors of a word of which the network holds each phone to be another's by a share."""
    rows = np.log((1 - share) * np.exp(written(one)) + share * np.exp(written(other)))
    return rows.astype(np.float32)


def test_a_safety_word_that_something_else_explains_a_little_better_is_doubted():
    ow = Term("ow", "en", Command.PAIN, Policy.WHOLE)
    spotter = spotting(Vocabulary((ow,)), LEXICON, TOKENS, "<blank>", "<wb>")

    clear, mixed, badly, other = (
        [
            (match.term.phrase, match.doubted)
            for match in spotter.final(spotter.excess(sounding_like("oh", "ow", share)))
        ]
        for share in (0.9, 0.1, 0.02, 0.0)
    )

    assert clear == [("ow", False)]
    assert mixed == badly == [("ow", True)]
    assert ("ow", False) not in other


@pytest.mark.parametrize(("said", "doubted"), [("ouch", False), ("out", True)])
def test_a_safety_word_that_sounds_like_an_everyday_word_is_doubted(said, doubted):
    spotter = spotting(Vocabulary((term("ouch", Command.PAIN),)), LEXICON, TOKENS, "<blank>", "<wb>")

    (match,) = spotter.final(spotter.excess(written(said)))

    assert (match.term.phrase, match.doubted) == ("ouch", doubted)


def in_a_hard_room(share):
    """Return log-posteriors of "so" in which so much of each row is what "stop" has there."""
    so, stop = (
        ["<blank>"] * 12 + tokens + ["<blank>"] * 12 for tokens in (["s", "<blank>", "oʊ", "<blank>"], list("stɑp"))
    )
    return np.log((1 - share) * np.exp(posteriors(so)) + share * np.exp(posteriors(stop))).astype(np.float32)


@pytest.mark.parametrize(("share", "heard"), [(0.1, [("stop", False)]), (0.0, [("stop", True)])])
def test_so_may_have_been_stop_and_is_doubted_with_nothing_of_stop_in_it(spotter, share, heard):
    found = spotter.final(spotter.excess(in_a_hard_room(share)))

    guesses = [match for match in found if match.heard_as]

    assert [(match.term.phrase, match.doubted) for match in guesses] == heard
    assert all(match.heard_as == "so" for match in guesses)
    assert all(match.term.command is None for match in found if not match.heard_as)


def test_what_hard_rooms_do_to_stop_is_nothing_to_a_pack_without_the_word():
    spotter = spotting(Vocabulary((term("pause", Command.PAUSE),)), LEXICON, TOKENS, "<blank>", "<wb>")

    assert not any(match.heard_as for match in spotter.final(spotter.excess(in_a_hard_room(0.1))))


def test_an_utterance_is_judged_by_all_its_readings_together(spotter):
    first, second = written("know"), written("stop")

    alone = spotter.final(spotter.excess(second))
    together = spotter.final(spotter.excess(second), [spotter.excess(second), spotter.excess(second)])
    torn = spotter.final(spotter.excess(first), [spotter.excess(second), spotter.excess(second)])

    assert [match.term.phrase for match in alone] == [match.term.phrase for match in together] == ["stop"]
    assert together[0].score == pytest.approx(alone[0].score, abs=1e-4)
    assert [match.term.phrase for match in torn] == ["stop"]


def test_what_nothing_comes_near_is_sure(spotter):
    spotter.expect(Expectation(Context.QUESTION, "go-on"))
    (clear,) = spotter.final(spotter.excess(written("no")))
    (torn,) = spotter.final(spotter.excess(sounding_like("no", "go", 0.6)))
    spotter.expect(Expectation())

    assert clear.sure
    assert not torn.sure


def test_it_counts_the_phones_that_the_network_wrote(spotter):
    assert spotter.phones_in(spotter.excess(written("slow", "down"))) == 6
    assert spotter.phones_in(spotter.excess(posteriors(["<blank>"] * 60))) == 0


def test_a_safety_phrase_that_fits_badly_within_talk_waits_for_the_end_and_is_doubted(spotter):
    before, after = written("well", "dear"), written("so", "much", "today")
    clear = spotter.excess(np.concatenate((before, written("it", "hurts"), after)))
    hurts = written("it", "hurts")
    vowel = np.flatnonzero(hurts[:, TOKENS.index("ɝ")] > GONE)
    hurts[vowel, TOKENS.index("ɝ")] = np.log(0.2)
    hurts[vowel, TOKENS.index("aɪ")] = np.log(0.7)
    blurred = spotter.excess(np.concatenate((before, hurts, after)))

    assert [(match.term.phrase, match.doubted) for match in spotter.final(clear)] == [("it hurts", False)]
    assert [(match.term.phrase, match.doubted) for match in spotter.final(blurred)] == [("it hurts", True)]
    assert spotter.partial(clear, from_start=True) is not None
    assert spotter.partial(blurred, from_start=True) is None


def test_what_no_word_explains_is_no_short_safety_word():
    ow = Term("ow", "en", Command.PAIN, Policy.WHOLE)
    spotter = spotting(Vocabulary((ow,)), LEXICON, TOKENS, "<blank>", "<wb>")
    breath = posteriors(["<blank>"] * 40)
    breath[20, TOKENS.index("aʊ")] = np.log(0.4)

    assert spotter.final(spotter.excess(breath)) == ()


def faint(*words, share, beginning=0):
    """Return log-posteriors of words of which the network writes phones by a share, those at the beginning surely."""
    rows = written(*words)
    silent = [TOKENS.index("<blank>"), TOKENS.index("<wb>")]
    spoken = np.flatnonzero(rows[:, silent].max(axis=1) < np.log(0.5))[beginning:]
    rows[spoken] = np.log((1 - share) * np.exp(posteriors(["<blank>"] * len(spoken))) + share * np.exp(rows[spoken]))
    return rows


@pytest.mark.parametrize(
    ("command", "share", "heard"),
    [
        (Command.PAIN, 0.15, [("chest pain", False)]),
        (Command.PAIN, 0.02, []),
        (Command.BREATH_CHEST, 0.15, []),
        (Command.BREATH_CHEST, 0.3, [("chest pain", False)]),
    ],
    ids=["harm", "hardly there", "a call for help must fit better", "and does"],
)
def test_a_long_safety_phrase_outlasts_a_short_word_that_explains_its_beginning_better(command, share, heard):
    spotter = spotting(Vocabulary((term("chest pain", command),)), LEXICON, TOKENS, "<blank>", "<wb>")
    rows = faint("chest", "pain", share=share, beginning=4)

    found = spotter.final(spotter.excess(rows))

    assert [(match.term.phrase, match.doubted) for match in found if match.term.policy] == heard


def test_beside_another_language_nothing_is_outlasted():
    table = PhraseTable(Vocabulary(TERMS), LEXICON, TOKENS, "<blank>", "<wb>")
    beside = Spotter(table, outlasting=False)

    found = beside.final(beside.excess(faint("chest", "pain", share=0.15, beginning=4)))

    assert not [match for match in found if match.term.policy]


def test_a_phrase_of_the_same_length_is_not_outlasted(spotter):
    rows = np.log(0.98 * np.exp(written("chest", "lane")) + 0.02 * np.exp(written("chest", "pain"))).astype(np.float32)
    alike = spotting(Vocabulary((*TERMS, term("chest lane"))), LEXICON, TOKENS, "<blank>", "<wb>")

    heard, other = ([match.term.phrase for match in one.final(one.excess(rows))] for one in (spotter, alike))

    assert heard == ["chest pain"]
    assert other == ["chest lane"]


@pytest.mark.parametrize(("share", "doubted"), [(0.6, False), (0.3, True)])
def test_a_long_safety_phrase_is_doubted_where_the_network_wrote_hardly_any_of_it(share, doubted):
    spotter = spotting(Vocabulary((term("it hurts", Command.PAIN),)), LEXICON, TOKENS, "<blank>", "<wb>")

    (match,) = spotter.final(spotter.excess(faint("it", "hurts", share=share)))

    assert (match.term.phrase, match.doubted) == ("it hurts", doubted)


@pytest.mark.parametrize(("silence", "doubted"), [(40, False), (80, True)])
def test_a_short_safety_word_in_an_utterance_that_goes_on_is_doubted(silence, doubted):
    spotter = spotting(Vocabulary((term("ow", Command.PAIN),)), LEXICON, TOKENS, "<blank>", "<wb>")

    (match,) = spotter.final(spotter.excess(written("ow", silence=silence)))

    assert (match.term.phrase, match.doubted) == ("ow", doubted)
