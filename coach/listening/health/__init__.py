"""Whether what is heard can be believed: a microphone that gives nothing true, a recognizer that hears nothing true.

Pure and counted in blocks and seconds that are given from outside: the live host and rehearsals use the same.
"""
