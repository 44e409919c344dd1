"""The whole coach against a simulated room and person, faster than real time."""
