"""Synthesizers: each file is one technology."""
