"""Branch a live interpreter: both sides keep the variables, neither sees the other's changes."""

import reckon

with reckon.Interpreter() as interpreter, interpreter.session() as session:
    session.run("import math; data = [math.factorial(n) for n in range(10)]")
    branch = session.fork()
    branch.run("data.clear()")
    print("branch:", branch.run("len(data)").value)
    print("session:", session.run("len(data)").value)
