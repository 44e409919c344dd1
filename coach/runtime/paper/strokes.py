"""The pen: points, limbs, feet and arrows, as SVG elements. Units are the picture's own, y grows downwards."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from coach.journal.report.markup import Markup, element, together

HEAD_LENGTH: Final = 17.0
"""Length of an arrow's head: still a head on a copy of a copy."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point, or the way from one to another."""

    x: float
    y: float

    def __add__(self, other: Self) -> "Point":
        """Return the point so much further on."""
        return Point(self.x + other.x, self.y + other.y)

    def __sub__(self, other: Self) -> "Point":
        """Return the way from the other point to this one."""
        return Point(self.x - other.x, self.y - other.y)

    def __mul__(self, factor: float) -> "Point":
        """Return a way so many times as long."""
        return Point(self.x * factor, self.y * factor)

    @property
    def unit(self) -> "Point":
        """Return the way of length 1 in the same direction."""
        length = math.hypot(self.x, self.y)
        return Point(self.x / length, self.y / length)

    @property
    def aside(self) -> "Point":
        """Return the way turned a quarter clockwise, as it looks on the page."""
        return Point(-self.y, self.x)

    def __str__(self) -> str:
        """Return it as SVG writes it."""
        return f"{self.x:.1f} {self.y:.1f}"


def toward(degrees: float) -> Point:
    """Return the way of length 1 at an angle: 0 to the right, 90 down, -90 up."""
    return Point(math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))


def angle(way: Point) -> float:
    """Return the angle of a way in degrees, as `toward` counts it."""
    return math.degrees(math.atan2(way.y, way.x))


def path(told: str, class_: str) -> Markup:
    """Return a path."""
    return element("path", d=told, class_=class_)


def limb(class_: str, width: float, *points: Point) -> Markup:
    """Return a rounded limb along some points, with an outline."""
    told = "M" + " L".join(map(str, points))
    return together(
        element("path", d=told, class_="limb edge", stroke_width=f"{width + 4:.1f}"),
        element("path", d=told, class_=f"limb {class_}", stroke_width=f"{width:.1f}"),
    )


def limbs(*rows: tuple[str, float, Sequence[Point]]) -> Markup:
    """Return limbs that belong together: the outlines of all lie below the surface of each."""
    ways = [(class_, width, "M" + " L".join(map(str, points))) for class_, width, points in rows]
    edges = [element("path", d=told, class_="limb edge", stroke_width=f"{width + 4:.1f}") for _, width, told in ways]
    faces = [element("path", d=told, class_=f"limb {name}", stroke_width=f"{width:.1f}") for name, width, told in ways]
    return together(*edges, *faces)


def foot_path(ankle: Point, toes: Point, size: float) -> str:
    """Return the outline of a foot seen from the side.

    Args:
        ankle: Where it hangs.
        toes: Way of length 1 from the ankle to the toes; the sole lies a quarter clockwise of it.
        size: Length of the foot in units of a hundred.
    """
    sole = toes.aside

    def at(along: float, across: float) -> str:
        return str(ankle + toes * (along * size) + sole * (across * size))

    return (
        f"M{at(10, -21)} C{at(34, -21)} {at(60, -9)} {at(88, 3)} Q{at(104, 9)} {at(100, 20)} "
        f"Q{at(96, 28)} {at(80, 27)} L{at(-6, 30)} Q{at(-30, 28)} {at(-28, 6)} Q{at(-26, -14)} {at(-8, -21)} Z"
    )


def arrow(*points: Point) -> Markup:
    """Return an arrow along straight lines."""
    last, before = points[-1], points[-2]
    way = (last - before).unit
    shaft = (*points[:-1], last - way * (HEAD_LENGTH * 0.8))
    told = "M" + " L".join(map(str, shaft))
    return together(element("path", d=told, class_="arrow"), _head(last, way))


def arc_arrow(center: Point, radius: float, begin: float, end: float) -> Markup:
    """Return an arrow along a circle between two angles in degrees; clockwise where the end is the larger one."""
    turn = 1 if end > begin else -1
    short = end - turn * math.degrees(HEAD_LENGTH * 0.8 / radius)
    start, stop, tip = (center + toward(at) * radius for at in (begin, short, end))
    large = int(abs(short - begin) > 180)
    told = f"M{start} A{radius:.1f} {radius:.1f} 0 {large} {int(turn > 0)} {stop}"
    return together(element("path", d=told, class_="arrow"), _head(tip, (tip - stop).unit))


def _head(tip: Point, way: Point) -> Markup:
    back, side = tip - way * HEAD_LENGTH, way.aside * (HEAD_LENGTH * 0.55)
    return element("polygon", points=f"{tip} {back + side} {back - side}", class_="arrowhead")
