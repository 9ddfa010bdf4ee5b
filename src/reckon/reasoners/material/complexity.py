"""How much a program computes, as CodeSteer's symbolic checker counts it (Chen et al., arXiv 2502.04350).

Differs from the paper: statements are counted in the syntax tree, not by words in the text, where "format"
counts as a loop. It is a hint for a guide; padding raises it, so it is no reward.
"""

import ast
import re

SIMPLE = 2.0  # the paper's threshold: at most this much may not be complex enough
_EVALUATES = {"eval", "exec", "format"}


def complexity(code: str) -> float:
    """Loops + branches + handlers + binary operations / 4; 0 for what does not parse."""
    nodes = _nodes(code)
    loops = sum(isinstance(n, ast.For | ast.While | ast.comprehension) for n in nodes)
    branches = sum(1 + (bool(n.orelse) and not _is_elif(n)) for n in nodes if isinstance(n, ast.If))
    handlers = sum(1 + len(n.handlers) for n in nodes if isinstance(n, ast.Try))
    return loops + branches + handlers + sum(isinstance(n, ast.BinOp) for n in nodes) / 4


def kind(code: str) -> str:
    """ "search" (loops, itertools), "symbolic" (evaluates or formats text), "numeric", or "plain"."""
    nodes = _nodes(code)
    if any(isinstance(n, ast.For | ast.While | ast.comprehension) for n in nodes) or "itertools" in code:
        return "search"
    names = {n.id for n in nodes if isinstance(n, ast.Name)}
    names |= {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    if names & _EVALUATES or any(isinstance(n, ast.JoinedStr) for n in nodes):
        return "symbolic"
    return "numeric" if any(isinstance(n, ast.BinOp) for n in nodes) else "plain"


def report(code: str) -> str:
    """One line for a guide."""
    score = complexity(code)
    doubt = " It may not be complex enough to compute the answer." if score <= SIMPLE else ""
    return f"The program is {kind(code)} code of complexity {score:g}.{doubt}"


def _nodes(code: str) -> list[ast.AST]:
    try:
        return list(ast.walk(ast.parse(re.sub("\0", "", code))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _is_elif(node: ast.If) -> bool:
    return len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
