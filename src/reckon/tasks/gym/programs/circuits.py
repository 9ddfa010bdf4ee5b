"""A program that follows the wires of a circuit drawn in text."""

from reckon.tasks.gym.programs.reading import found
from reckon.values import Problem


def circuit_logic(problem: Problem) -> str:
    drawing = found(problem, r"(?s)circuit\.\n\n(.*?)\n\n\s*Legend").split("\n")
    values = found(problem, r"(?s)assignments:\n(.*?)\n\nWhat").replace(" ", "").split("\n")
    bits = {line[0]: int(line[-1]) for line in values}
    return f"""drawing = {drawing}
values = {bits}
wires = {{line.index("┐"): line[0] for line in drawing if line[1:2] == ":"}}
gate, terms, last, term = max(wires) + 6, [], "", None
for line in drawing[len(wires) :]:
    last = last or next((c for c in line[gate + 3 :] if c in "+↓⊕&"), "")
    taps = [column for column, c in enumerate(line) if c in "├└" and column in wires]
    if not taps:
        term = None
        continue
    if term is None:
        term = (line[gate], [])
        terms.append(term)
    term[1].append(values[wires[taps[0]]] ^ (">" in line))


def output(kind, bits):
    if kind == "⊕":
        return sum(bits) % 2
    return int({{"&": all(bits), "↑": not all(bits), "+": any(bits), "↓": not any(bits)}}.get(kind, bits[0]))


print(output(last, [output(kind, bits) for kind, bits in terms]))"""
