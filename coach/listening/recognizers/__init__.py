"""Recognizers: each file is one technology."""
