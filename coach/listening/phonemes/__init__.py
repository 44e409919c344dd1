"""The embedded recognizer's own arithmetic: pronunciations, alignment and what counts as heard."""
