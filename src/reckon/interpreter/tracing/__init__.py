"""Traced runs: the executed lines of the user's code, and what each of them changed.

the host's half                               what runs inside
    trace.py    Trace: what to record            recorder.py    from frames to events, bounded
    reading.py  from what came to a TraceRecord  short.py       a value in a few characters
                                                 stepping.py    who calls the recorder: settrace or monitoring
"""
