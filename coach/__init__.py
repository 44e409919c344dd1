"""A voice-guided, hands-free, offline exercise coach for somebody lying in bed."""

__version__ = "0.1.0"
