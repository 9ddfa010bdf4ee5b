"""Programs that ask their host: for undefined names, for failed statements, for functions outside the jail.

the host's half                            what runs inside
    ask.py       Ask, Question, Unknown        channel.py     a question, and the wait for its answer
    answering.py the host's end of a run       names.py       undefined names, and calls of them
                                               statements.py  statements that raised
    both: literals.py, values as plain data    bindings.py    functions of the host
"""
