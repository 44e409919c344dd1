"""Which words of a line are being said at a moment, as far as the length of words tells.

A clip carries no word times. Syllables are near enough: the pauses between the clauses of the greetings, 14 and 19
seconds long, lie within half a second of where the syllables put them, in every voice of English and Korean
(`tests/runtime/test_own_words.py` renders and measures them).
"""

from coach.language.syllables import syllables


def words_between(text: str, begin: float, end: float) -> str:
    """Return the words of a line that are said between two shares of its length.

    Args:
        text: The words.
        begin: Share of the line's length, 0 at its beginning and 1 at its end; below 0 counts as 0.
        end: The same, not before `begin`; above 1 counts as 1.

    Returns:
        Neighboring words, at least one; the line itself where it has no words.
    """
    words = text.split()
    weights = [max(1, syllables(word)) for word in words]
    total = sum(weights)
    if not total:
        return text
    chosen: list[str] = []
    said = 0.0
    for word, weight in zip(words, weights, strict=True):
        first, said = said, said + weight
        if first < end * total and said > begin * total:
            chosen.append(word)
    return " ".join(chosen) or (words[0] if end <= 0 else words[-1])
