"""Sound: clips, lanes, the mixer, resampling, and the port to a device."""
