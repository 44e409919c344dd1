"""The coach in motion: the loop, the interpreter of effects, the player of the score, wiring."""
