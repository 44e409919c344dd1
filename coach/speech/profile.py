"""Voice profiles: who speaks, how fast, how high. One file each in ``voices/profiles``."""

from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from coach.errors import SettingsError
from coach.tomlfile import parse, read_toml, toml_files

PACE_STEP_WPM: Final = 15
"""One "speak slower": a tenth of the calm voices' rate, plainly heard (chosen; not measured)."""
SLOWEST_WPM: Final = 120
QUICKEST_WPM: Final = 180
"""Range that suits older listeners: below it synthetic speech is understood worse, not better (Roring et al. 2007),
above 180 it is no longer comfortable (Sutton et al. 1995)."""


class VoiceProfile(BaseModel):
    """How a language is spoken. Everything here but id, name and gain is part of a clip's cache key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    """Name of the profile; the same as its file's."""
    name: str = Field(min_length=1, max_length=80)
    """What a person choosing a voice reads."""
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    """BCP 47 tag of the language it speaks."""
    engine: Literal["pyttsx3", "espeak", "tones"]
    """``pyttsx3`` falls back to the espeak-ng command with the same voice; ``espeak`` is that command alone
    and knows voice variants such as ``en-us+f3``; ``tones`` is a row of tones for tests, no words."""
    voice: str = Field(pattern=r"^[A-Za-z0-9_/-]+(\+[A-Za-z0-9_-]+)?$")
    """Name of an espeak-ng voice, ``language`` or ``language+variant``; see ``espeak-ng --voices``."""
    rate_wpm: int = Field(ge=80, le=300)
    """Words a minute. Older listeners find synthetic speech of 150-200 the most comfortable (Sutton et al.
    1995) and understand it worse when it is stretched (Roring et al. 2007)."""
    pitch: int = Field(default=50, ge=0, le=99)
    """espeak's own scale; 50 is the voice as it was made, lower is deeper."""
    gain_db: float = Field(default=0.0, ge=-12.0, le=6.0)
    """Against the common level of all voices, in decibels; no part of a clip, since the mixer adds it and keeps
    what is said for safety above its floor (`coach.audio.mixer.SAFETY_FLOOR_DB`)."""
    emphasis_db: float = Field(default=0.0, ge=0.0, le=9.0)
    """How far 500-2000 Hz stand out, in decibels, for who hears little of the high tones (`coach.speech.emphasis`)."""
    pause_s: float = Field(default=0.25, ge=0.0, le=2.0)
    """Silence between the parts of a line that is too long for one breath, in seconds."""

    @model_validator(mode="after")
    def _variants_need_espeak(self) -> Self:
        # pyttsx3 sets a variant but reports only the base voice back, so a wrong one cannot be noticed (2.99).
        if "+" in self.voice and self.engine == "pyttsx3":
            raise ValueError(f'the voice variant "{self.voice}" needs engine = "espeak"')
        return self

    def paced(self, steps: int) -> Self:
        """Return the same voice so many steps quicker, or slower where the number is negative.

        It stays between `SLOWEST_WPM` and `QUICKEST_WPM`, unless the profile itself lies beyond.
        """
        slowest, quickest = min(SLOWEST_WPM, self.rate_wpm), max(QUICKEST_WPM, self.rate_wpm)
        rate = max(slowest, min(self.rate_wpm + steps * PACE_STEP_WPM, quickest))
        return self.model_copy(update={"rate_wpm": rate})

    def speaks(self, language: str) -> bool:
        """Return whether a line of this language is for this voice: the part before the region decides."""
        return language.split("-", maxsplit=1)[0].casefold() == self.language.split("-")[0].casefold()


def load_profile(path: Path) -> VoiceProfile:
    """Return the voice profile of a file.

    Raises:
        SettingsError: The file is missing or wrong; the message names file and key.
    """
    profile = parse(VoiceProfile, read_toml(path, SettingsError), path, SettingsError)
    if profile.id != path.stem:
        raise SettingsError(f'{path}, key id: "{profile.id}" is not the name of the file; write id = "{path.stem}".')
    return profile


def load_profiles(folder: Path) -> dict[str, VoiceProfile]:
    """Return every voice profile of a folder by its id.

    Raises:
        SettingsError: The folder cannot be read, or a file in it is wrong.
    """
    profiles = [load_profile(path) for path in toml_files(folder, SettingsError)]
    return {profile.id: profile for profile in profiles}
