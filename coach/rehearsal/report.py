"""What a rehearsal came to, in plain words for a terminal."""

from coach.rehearsal.run import Finished
from coach.rehearsal.transcript import transcript


def plain_words(finished: Finished) -> str:
    """Return the transcript, and where the sound and the picture are."""
    parts = [transcript(finished.result).rstrip()]
    if finished.out is not None:
        parts.append("")
        parts.append(f"Listen:  {finished.out / 'session.wav'}  (left: what the coach plays, right: what it hears)")
        parts.append(f"Look:    {finished.out / 'timeline.html'}")
        parts.append(f"Read:    {finished.out / 'transcript.txt'}")
    return "\n".join(parts)
