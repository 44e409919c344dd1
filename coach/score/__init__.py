"""When: a program laid out in time as segments, cues and re-entry points."""
