"""What is done: exercises, programs, tempo, sets and their limits."""
