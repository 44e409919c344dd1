"""Who and when: the prescription, and what of it a session may know."""
