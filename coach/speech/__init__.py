"""Text to clips, ahead of time: synthesizers, the clip cache, earcons."""
