"""Steps about the person: language, name, when sessions are, and whom she may turn to."""

from coach.errors import InputError
from coach.plan.daytime import clock
from coach.plan.prescription import Prescription, Schedule
from coach.runtime.setup import reading
from coach.runtime.setup.context import Setup


def language(setup: Setup) -> None:
    """Ask in which language the coach speaks and listens."""
    packs = setup.house.packs
    kept = setup.language if setup.language in packs else ""
    labels = {tag: pack.name for tag, pack in packs.items()}
    chosen = setup.dialogue.choose("language", sorted(packs), labels=labels, kept=kept)
    if chosen is not None:
        setup.change_settings(language=chosen)
        if setup.prescription.read().language is not None:
            setup.prescription.change(language=chosen)
        setup.prepare_voice()


def name(setup: Setup) -> None:
    """Ask what the person is called."""
    given = setup.dialogue.text("name", reading.name, kept=setup.prescription.read().name or "")
    setup.prescription.change(name=given)


def times(setup: Setup) -> None:
    """Ask which program, and how often a day or when."""
    before = setup.prescription.read()
    labels = {row["id"]: f"{row['title']} ({row['minutes']} min)" for row in _program_rows(setup)}
    usual = before.program or setup.house.settings.program
    program = setup.dialogue.choose("program", list(labels), labels=labels, kept=usual if usual in labels else "")
    while True:
        given = setup.dialogue.ask("times", reading.times, kept=_shown(before.schedule))
        changes: dict[str, object] = {"program": program or usual}
        if given is not None:
            key = "sessions_per_day" if isinstance(given, int) else "times"
            changes["schedule"] = _hours(before) | {key: given}
        try:
            setup.prescription.change(**changes)
        except InputError as wrong:
            if given is None:
                raise
            setup.show(str(wrong))
        else:
            break
    setup.refresh()
    tell_what_is_left_out(setup)


def contact(setup: Setup) -> None:
    """Ask whom the person and the coach may turn to; the emergency number is read back."""
    before, asks = setup.prescription.read().contact, setup.dialogue
    carer = asks.text("carer", reading.name, kept=before.carer or "", may_lack=True)
    team = asks.text("care-team", reading.spoken, kept=before.care_team or "", may_lack=True)
    number = before.emergency_number
    while True:
        given = asks.ask("emergency-number", reading.telephone, kept=number or "")
        if given is None:
            break
        digit_by_digit = " ".join(given.replace(" ", ""))
        if asks.yes("number-right", slots={"number": digit_by_digit}):
            number = given
            break
    told = {"carer": carer, "care_team": team, "emergency_number": number}
    setup.prescription.change(contact={key: value for key, value in told.items() if value})


def tell_what_is_left_out(setup: Setup) -> bool:
    """Tell what of the usual program must not be done; return whether anything is told."""
    try:
        out = setup.house.tailored(setup.house.program(setup.house.usual_program)).left_out
    except InputError as nothing:
        setup.show(str(nothing))
        setup.dialogue.tell("nothing-left", aloud=True)
        return True
    for missing in out:
        setup.show(f"  {missing}")
    if out:
        setup.dialogue.tell("left-out")
    return bool(out)


def _program_rows(setup: Setup) -> list[dict[str, str]]:
    titles = {program.id: program.title for program in setup.house.programs.values()}
    rows = setup.house.program_rows(setup.language)
    return [{"id": row["id"], "title": titles[row["id"]], "minutes": str(row["minutes"])} for row in rows]


def _shown(schedule: Schedule | None) -> str:
    if schedule is None:
        return ""
    return ", ".join(map(clock, schedule.times)) or str(schedule.sessions_per_day or "")


def _hours(before: Prescription) -> dict[str, object]:
    """Return what else the schedule says, as it stands in a file."""
    if before.schedule is None:
        return {}
    told = before.schedule.model_dump(by_alias=True, exclude_none=True, exclude_unset=True, mode="json")
    return {key: value for key, value in told.items() if key not in ("times", "sessions_per_day")}
