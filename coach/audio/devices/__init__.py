"""Devices that play and capture: each file is one technology."""
