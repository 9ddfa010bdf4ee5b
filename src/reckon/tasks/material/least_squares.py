"""Linear least squares in plain arithmetic, the same to the last bit on every platform."""

from collections.abc import Sequence

# Given a list `equations` of ([coefficients], right side): the unknowns that fit them best.
SOLVER = """\
def solve(equations):
    n = len(equations[0][0])
    m = [[sum(a[i] * a[j] for a, _ in equations) for j in range(n)] for i in range(n)]
    for i in range(n):
        m[i].append(sum(a[i] * b for a, b in equations))
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(m[k][i]))
        m[i], m[pivot] = m[pivot], m[i]
        for k in range(n):
            if k != i:
                factor = m[k][i] / m[i][i]
                m[k] = [x - factor * y for x, y in zip(m[k], m[i])]
    return [m[i][n] / m[i][i] for i in range(n)]
"""


def fit(rows: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The x that makes the sum of (row . x - right)^2 least; [] where the rows do not determine it.

    Normal equations, solved by Gauss-Jordan elimination with partial pivots.
    """
    size = len(rows[0])
    matrix = [[sum(row[i] * row[j] for row in rows) for j in range(size)] for i in range(size)]
    for i in range(size):
        matrix[i].append(sum(row[i] * value for row, value in zip(rows, right, strict=True)))
    for i in range(size):
        pivot = max(range(i, size), key=lambda k, i=i: abs(matrix[k][i]))  # type: ignore[misc]
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        if abs(matrix[i][i]) < 1e-9:
            return []
        for k in range(size):
            if k != i:
                factor = matrix[k][i] / matrix[i][i]
                matrix[k] = [x - factor * y for x, y in zip(matrix[k], matrix[i], strict=True)]
    return [matrix[i][size] / matrix[i][i] for i in range(size)]
