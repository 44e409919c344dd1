"""Rehearsals by the thousand: what breaks is drawn at random, and an oracle of its own judges what came of it."""
