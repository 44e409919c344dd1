"""What the coach hears in recordings of people and in synthetic voices: `coach bench hearing`.

Every figure goes through the product's own chain, the `Listener` of a live session. `corpus` reads the recordings,
`scene` puts a voice into noise, a room or the coach's own speech, `plan` lists what is tried, `trial` tries it,
`table` counts. Thresholds were chosen on one half of the speakers; the other half is what counts.
"""
