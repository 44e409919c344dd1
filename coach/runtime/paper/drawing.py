"""Drawings of an exercise: a person in bed, what moves, and an arrow; one picture for each movement, from its pose.

Seen from the side, the head on the left; what is small in that view has a circle beside it that shows it larger. Where
a movement comes from is drawn in dashes. A pose is told in words; the angles here are for the eye and dose nothing.
"""

import math
from dataclasses import dataclass
from typing import Final

from coach.journal.report.markup import Markup, element, together
from coach.program.models import Exercise, Phase, Pose, SideMode
from coach.runtime.paper.strokes import Point, angle, arc_arrow, arrow, foot_path, limb, limbs, path, toward

_LOOSE: Final = Pose()
_SIZE: Final = (460, 196)
_WIDE: Final = 656
"""Width of a picture with a circle."""
_CIRCLE: Final = Point(554, 98)
_RADIUS: Final = 92.0
_HIP: Final = Point(206, 124)
_THIGH: Final = 84.0
_SHANK: Final = 82.0
_HEEL_Y: Final = 130.0
_ANKLE_DEG: Final = {"square": 0.0, "pointed": -38.0, "flexed": 20.0}
_KNEE_DEG: Final = {"straight": 0.0, "bent": 75.0}


@dataclass(frozen=True, slots=True)
class _Leg:
    """Where the joints of a leg are, and where its toes point."""

    knee: Point
    ankle: Point
    toes: Point


def drawing(exercise: Exercise, phase: Phase, title: str) -> Markup | None:
    """Return the picture of a movement; None where the exercise tells no pose for it.

    Args:
        exercise: What is done.
        phase: The movement, one of the exercise's own.
        title: What a screen reader says of it.
    """
    if phase.pose is None:
        return None
    number = exercise.phases.index(phase)
    before = exercise.phases[number - 1].pose or _LOOSE
    if any(one.pose and one.pose.shoulders == "lifted" for one in exercise.phases):
        return _picture(title, _SIZE[0], _front(phase.pose, before))
    if any(one.pose and one.pose.breath != "none" for one in exercise.phases):
        return _picture(title, _SIZE[0], _breathing(phase.pose))
    detail = _detail(exercise, phase.pose, before)
    ring = Point(384, 112) if _of_foot(exercise) else Point(206, 132)
    shown = _in_circle(detail, ring, 34.0 if _of_foot(exercise) else 24.0) if detail else Markup("")
    return _picture(title, _WIDE if detail else _SIZE[0], together(_lying(exercise, phase.pose, before), shown))


def _picture(title: str, width: int, drawn: Markup) -> Markup:
    box = f"0 0 {width} {_SIZE[1]}"
    return element("svg", element("title", title), drawn, viewBox=box, class_="drawing", role="img")


def _of_foot(exercise: Exercise) -> bool:
    poses = [phase.pose for phase in exercise.phases if phase.pose]
    return any(pose.ankle != "square" or pose.toes != "loose" or pose.circle != "none" for pose in poses)


# ------------------------------------------------------------------ the whole person, lying


def _bed() -> Markup:
    return element("rect", x="12", y="140", width="436", height="24", rx="9", class_="bed")


def _leg(pose: Pose) -> _Leg:
    """Return a leg whose heel stays on the bed however the knee is bent."""
    bend = math.radians(_KNEE_DEG[pose.knee])
    reach = math.sqrt(_THIGH**2 + _SHANK**2 + 2 * _THIGH * _SHANK * math.cos(bend))
    drop = _HEEL_Y - _HIP.y
    ankle = Point(_HIP.x + math.sqrt(reach**2 - drop**2), _HEEL_Y)
    lift = math.degrees(math.acos(min(1.0, (_THIGH**2 + reach**2 - _SHANK**2) / (2 * _THIGH * reach))))
    knee = _HIP + toward(angle(ankle - _HIP) - lift) * _THIGH
    return _Leg(knee, ankle, toward(angle(ankle - knee) - 90 - _ANKLE_DEG[pose.ankle]))


def _drawn_leg(leg: _Leg, thigh: str, shank: str, foot: str) -> Markup:
    return together(
        path(foot_path(leg.ankle, leg.toes, 0.43), f"outlined {foot}"),
        limbs((thigh, 27, (_HIP, leg.knee)), (shank, 20, (leg.knee, leg.ankle))),
    )


def _resting_leg(*, bent: bool) -> Markup:
    """Return the other leg, behind the one that works."""
    leg = _leg(Pose(knee="bent" if bent else "straight"))
    if bent:
        leg = _Leg(leg.knee, leg.ankle, toward(-4))  # the sole stands on the bed
    return _drawn_leg(leg, "far", "far", "far")


def _lying(exercise: Exercise, pose: Pose, before: Pose) -> Markup:
    one_leg = exercise.sides.limb == "leg" and exercise.sides.default is SideMode.EACH
    leg, was = _leg(pose), _leg(before)
    moved = "moves" if pose.knee != before.knee else "cloth"
    thigh = "moves" if pose.press == "knee" else moved
    foot = "moves" if _of_foot(exercise) else "skin"
    return together(
        _bed(),
        element("rect", x="22", y="112", width="84", height="30", rx="13", class_="pillow"),
        _resting_leg(bent=any(one.pose and one.pose.press == "knee" for one in exercise.phases)) if one_leg else None,
        _ghost_leg(was) if pose.knee != before.knee else None,
        _drawn_leg(leg, thigh, moved, foot),
        _upper_body(),
        _sliding(leg, was) if pose.knee != before.knee else None,
        arrow(Point(290, 60), Point(290, 106)) if pose.press == "knee" else None,
    )


def _ghost_leg(leg: _Leg) -> Markup:
    told = f"M{_HIP} L{leg.knee} L{leg.ankle}"
    return together(path(told, "ghost"), path(foot_path(leg.ankle, leg.toes, 0.43), "ghost"))


def _sliding(leg: _Leg, was: _Leg) -> Markup:
    """Return the arrow below the heel, along the bed."""
    down = Point(0, 52)
    back = (was.ankle - leg.ankle).unit * 14
    return arrow(was.ankle + down + back, leg.ankle + down - back)


def _upper_body() -> Markup:
    shoulder = Point(112, 119)
    return together(
        limb("skin", 16, Point(84, 110), Point(104, 116)),
        _face(Point(66, 97), 0.0),
        limb("cloth", 36, shoulder, _HIP),
        limbs(
            ("sleeve", 14, (Point(116, 118), Point(160, 131))),
            ("skin", 11, (Point(160, 131), Point(206, 134))),
        ),
    )


def _face(center: Point, turned: float) -> Markup:
    """Return a head in profile, the eyes shut; 0 looks at the ceiling, more looks towards the feet."""
    way = toward(-90 + turned)
    chin = way.aside

    def at(out: float, down: float) -> Point:
        return center + way * out + chin * down

    nose = f"M{at(19, -3)} Q{at(22, 0)} {at(26, 3)} Q{at(25, 7)} {at(19, 7)} Z"
    hair = f"M{at(15, -15)} A22 22 0 0 0 {at(-21, 4)} Q{at(-17, -8)} {at(4, -11)} Z"
    eye = f"M{at(11, -8)} Q{at(8, -4)} {at(11, 0)}"
    mouth = f"M{at(15, 12)} Q{at(11, 11)} {at(10, 8)}"
    ear = f"M{at(-2, -2)} Q{at(-8, 2)} {at(-2, 6)}"
    return together(
        path(nose, "outlined skin"),
        element("circle", cx=f"{center.x:.1f}", cy=f"{center.y:.1f}", r="21", class_="outlined skin"),
        path(hair, "hair"),
        *(path(line, "line") for line in (eye, mouth, ear)),
    )


# ------------------------------------------------------------------ what is shown larger


def _in_circle(detail: Markup, ring: Point, size: float) -> Markup:
    """Return the circle that shows something larger, and the ring around it in the small picture."""
    way = (_CIRCLE - ring).unit
    near, far = ring + way * size, _CIRCLE - way * _RADIUS
    return together(
        element("circle", cx=f"{ring.x:.1f}", cy=f"{ring.y:.1f}", r=f"{size:.1f}", class_="ring"),
        path(f"M{near} L{far}", "ring"),
        element("circle", cx=f"{_CIRCLE.x:.1f}", cy=f"{_CIRCLE.y:.1f}", r=f"{_RADIUS:.1f}", class_="glass"),
        detail,
        element("circle", cx=f"{_CIRCLE.x:.1f}", cy=f"{_CIRCLE.y:.1f}", r=f"{_RADIUS:.1f}", class_="ring"),
    )


def _detail(exercise: Exercise, pose: Pose, before: Pose) -> Markup | None:
    poses = [phase.pose for phase in exercise.phases if phase.pose]
    if any(one.circle != "none" for one in poses):
        return _sole(pose)
    if any(one.toes != "loose" for one in poses):
        return _toes(pose, f"glass-{exercise.id}-{pose.toes}")
    if any(one.ankle != "square" for one in poses):
        return _ankle(pose, before)
    return (
        _buttocks(pose, f"glass-{exercise.id}-{pose.press}") if any(one.press == "buttocks" for one in poses) else None
    )


def _ankle(pose: Pose, before: Pose) -> Markup:
    joint, size = _CIRCLE + Point(-18, 24), 0.82
    now, was = (-90 - _ANKLE_DEG[each.ankle] for each in (pose, before))
    knee = Point(_CIRCLE.x - _RADIUS * 0.93, joint.y - 2)
    bed = f"M{_CIRCLE.x - 76:.1f} {joint.y + 27:.1f} H{_CIRCLE.x + 76:.1f}"
    return together(
        path(bed, "sheet"),
        path(foot_path(joint, toward(was), size), "ghost"),
        limb("cloth", 40, knee, joint + Point(-26, 0)),
        limb("skin", 34, joint + Point(-24, 0), joint + Point(-4, 1)),
        path(foot_path(joint, toward(now), size), "outlined moves"),
        arc_arrow(joint, 101 * size, was + 4 * (1 if now > was else -1), now),
    )


def _sole(pose: Pose) -> Markup:
    """Return a foot seen from the end of the bed, and the half of the circle that its toes draw."""
    center, radius = _CIRCLE + Point(0, -20), 52.0
    heel, ball = _CIRCLE + Point(0, 52), _CIRCLE + Point(0, -4)
    toes = [
        element(
            "ellipse",
            cx=f"{ball.x + across:.1f}",
            cy=f"{ball.y - 32 + rise:.1f}",
            rx=f"{size:.1f}",
            ry=f"{size * 1.25:.1f}",
            class_="outlined moves",
        )
        for across, rise, size in ((-20, 0, 9), (-5, -5, 6.5), (7, -3, 6), (17, 2, 5.5), (26, 8, 5))
    ]
    begin, end = (190, 350) if pose.circle == "upper" else (10, 170)
    return together(
        path(
            f"M{heel + Point(-20, 0)} Q{heel + Point(-22, 26)} {heel} Q{heel + Point(22, 26)} {heel + Point(20, 0)} "
            f"C{heel + Point(18, -20)} {ball + Point(34, 16)} {ball + Point(31, -8)} Q{ball + Point(22, -28)} "
            f"{ball + Point(-8, -26)} Q{ball + Point(-32, -26)} {ball + Point(-30, 2)} "
            f"C{ball + Point(-28, 20)} {heel + Point(-18, -22)} {heel + Point(-20, 0)} Z",
            "outlined moves",
        ),
        *toes,
        element("circle", cx=f"{center.x:.1f}", cy=f"{center.y:.1f}", r=f"{radius:.1f}", class_="ghost"),
        arc_arrow(center, radius, begin, end),
    )


def _toes(pose: Pose, glass: str) -> Markup:
    """Return the front of a foot seen from above, the toes curled in or spread."""
    base = _CIRCLE + Point(0, 26)
    spread, length = (15.0, 46.0) if pose.toes == "spread" else (4.0, 22.0)
    rows = ((-34, 1.0, 19), (-15, 0.98, 14), (2, 0.92, 13), (18, 0.82, 12), (33, 0.68, 11))
    toes: list[Markup] = []
    for number, (across, share, width) in enumerate(rows):
        way = toward(-90 + spread * (number - 2))
        root = base + Point(across, -8 + abs(number - 1) * 3)
        tip = root + way * (length * share)
        toes.append(limb("moves", width, root, tip))
        nail = tip + way * (width * 0.1)
        if pose.toes == "spread":
            toes.append(
                element("circle", cx=f"{nail.x:.1f}", cy=f"{nail.y:.1f}", r=f"{width * 0.27:.1f}", class_="nail")
            )
        else:
            toes.append(
                path(f"M{tip + Point(-width * 0.4, 3)} Q{tip + Point(0, 9)} {tip + Point(width * 0.4, 3)}", "line")
            )
    foot = (
        f"M{base + Point(-46, 0)} Q{base + Point(-44, -22)} {base + Point(-20, -20)} L{base + Point(30, -12)} "
        f"Q{base + Point(46, -8)} {base + Point(42, 12)} L{base + Point(30, 78)} L{base + Point(-34, 78)} Z"
    )
    top, aside = _CIRCLE.y - 58, 62
    arrows = (
        (
            arrow(Point(_CIRCLE.x - 44, top + 14), Point(_CIRCLE.x - aside - 18, top + 34)),
            arrow(Point(_CIRCLE.x + 44, top + 14), Point(_CIRCLE.x + aside + 18, top + 34)),
        )
        if pose.toes == "spread"
        else tuple(arrow(Point(_CIRCLE.x + x, top - 14), Point(_CIRCLE.x + x, top + 24)) for x in (-30, 0, 30))
    )
    clip = element("clipPath", element("circle", cx=_CIRCLE.x, cy=_CIRCLE.y, r=_RADIUS - 2), id_=glass)
    return together(
        clip, element("g", together(*toes, path(foot, "outlined skin")), clip_path=f"url(#{glass})"), *arrows
    )


def _buttocks(pose: Pose, glass: str) -> Markup:
    """Return them from behind: pressed together, or loose."""
    pressed = pose.press == "buttocks"
    apart, wide = (25, 27) if pressed else (30, 32)
    middle, name = _CIRCLE + Point(0, 8), "moves" if pressed else "cloth"
    legs = [limb("cloth", 42, middle + Point(side * 27, 24), middle + Point(side * 25, 62)) for side in (-1, 1)]
    rounds = [
        element(
            "ellipse",
            cx=f"{middle.x + side * apart:.1f}",
            cy=f"{middle.y:.1f}",
            rx=f"{wide:.1f}",
            ry="34",
            class_=f"outlined {name}",
        )
        for side in (-1, 1)
    ]
    arrows = [arrow(middle + Point(side * 86, -44), middle + Point(side * 54, -24)) for side in (-1, 1)]
    back = (
        f"M{middle + Point(-42, -22)} Q{middle + Point(-34, -48)} {middle + Point(-32, -74)} "
        f"L{middle + Point(32, -74)} Q{middle + Point(34, -48)} {middle + Point(42, -22)} Z"
    )
    clip = element("clipPath", element("circle", cx=_CIRCLE.x, cy=_CIRCLE.y, r=_RADIUS - 2), id_=glass)
    body = element("g", together(*legs, path(back, "outlined cloth"), *rounds), clip_path=f"url(#{glass})")
    return together(clip, body, *(arrows if pressed else ()))


# ------------------------------------------------------------------ sitting up


def _breathing(pose: Pose) -> Markup:
    hip, shoulder = Point(214, 122), Point(134, 66)
    chest = {"in": 52.0, "kept": 50.0, "out": 32.0, "none": 40.0}[pose.breath]
    back = (shoulder - hip).unit
    front = back.aside
    head = Point(108, 42)
    wedge = "M44 140 L44 60 Q46 26 84 30 L196 140 Z"
    leg = _leg(_LOOSE)
    lips = head + toward(-90 + 46) * 24
    air = toward(-16)
    middle = hip + back * 56
    return together(
        _bed(),
        path(wedge, "pillow"),
        path(foot_path(leg.ankle, leg.toes, 0.43), "outlined skin"),
        limbs(("cloth", 27, (hip, leg.knee)), ("cloth", 20, (leg.knee, leg.ankle))),
        limb("skin", 16, head + Point(10, 10), shoulder),
        _face(head, 46),
        limbs(
            ("moves" if pose.breath != "out" else "cloth", chest, (shoulder + back * -12, hip + back * 30)),
            ("cloth", 33, (hip, hip + back * 12)),
        ),
        limbs(
            ("sleeve", 14, (shoulder + Point(4, 12), Point(186, 128))),
            ("skin", 11, (Point(186, 128), Point(236, 132))),
        ),
        arrow(lips + air * 78, lips + air * 10) if pose.breath == "in" else None,
        arrow(lips + air * 8, lips + air * 84) if pose.breath == "out" else None,
        arrow(middle + front * (chest / 2 + 6), middle + front * (chest / 2 + 44)) if pose.breath == "in" else None,
        _still(middle + front * 62) if pose.breath == "kept" else None,
    )


def _still(at: Point) -> Markup:
    """Return two bars: stay as you are."""
    bars = [
        element(
            "rect", x=f"{at.x + side:.1f}", y=f"{at.y - 17:.1f}", width="9", height="34", rx="2", class_="arrowhead"
        )
        for side in (-12, 4)
    ]
    return together(*bars)


def _front(pose: Pose, before: Pose) -> Markup:
    """Return head and shoulders from the foot of the bed."""
    middle = 230
    lift, was = (30.0 if each.shoulders == "lifted" else 0.0 for each in (pose, before))

    def outline(up: float) -> str:
        corners = ((-96, 200.0), (-88, 158 - up), (-82, 126 - up), (-46, 120 - up), (-15, 108.0))
        left = [Point(middle + x, y) for x, y in corners]
        right = [Point(middle - x, y) for x, y in reversed(corners)]
        return "M{} L{} Q{} {} L{} L{} L{} Q{} {} L{} Z".format(*left, *right)

    begin, end = (156, 104) if lift > was else (104, 156)
    edge = [Point(middle + x, y) for x, y in ((-37, 58), (37, 58), (22, 34), (0, 36), (-22, 34), (-37, 58))]
    hair = "M{} A37 37 0 0 1 {} Q{} {} Q{} {} Z".format(*edge)
    eyes = [f"M{middle + x - 8} 62 Q{middle + x} 68 {middle + x + 8} 62" for x in (-13, 13)]
    nose, mouth = f"M{middle} 68 L{middle - 4} 77 L{middle + 2} 78", f"M{middle - 10} 85 Q{middle} 90 {middle + 10} 85"
    return together(
        element("rect", x="92", y="14", width="276", height="190", rx="34", class_="pillow"),
        limb("skin", 26, Point(middle, 84), Point(middle, 112)),
        path(outline(lift), "outlined moves"),
        element("circle", cx=middle, cy="62", r="37", class_="outlined skin"),
        path(hair, "hair"),
        *(path(line, "line") for line in (*eyes, nose, mouth)),
        path(outline(was), "ghost"),
        *(arrow(Point(middle + side * 118, begin), Point(middle + side * 118, end)) for side in (-1, 1)),
    )
