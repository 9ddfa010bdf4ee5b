"""Figures as SVG text: curves and points with their intervals, drawn without a library.

Every label is escaped: names of models and reasoners come from files that others wrote.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.intervals import Estimate
from reckon.evaluation.report.blocks import escaped

# Told apart by eyes that see colours differently (Okabe and Ito, 2008), and by the dashes in print.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7a5195", "#000000")
DASHES = ("", "7 3", "2 3", "9 3 2 3")
_WIDTH, _LEFT, _RIGHT, _TOP, _PLOT = 720, 64, 24, 16, 260
_LINE = 20  # pixels of a line of text
_LABEL = 70  # characters of a name


@dataclass(frozen=True)
class Series:
    """A name and its points: (x, y with its interval). One point alone is a mark without a line."""

    name: str
    points: tuple[tuple[float, Estimate], ...]


def curves(series: Sequence[Series], x: str, y: str, *, span: tuple[float, float] | None = None) -> str:
    """Shares (0 to 1) against x, with vertical intervals and a legend below.

    x, y: what the axes say.  span: of the x axis; by default from 0 to the largest x.
    """
    found = [Series(s.name, tuple(p for p in s.points if p[1].n)) for s in series]
    low, high = span or (0.0, max((at for s in found for at, _ in s.points), default=1.0) * 1.05)
    high = high if high > low else low + 1.0
    height = _TOP + _PLOT + 52 + _LINE * len(found)

    def across(value: float) -> float:
        return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    parts = [*_shares(y), *(_tick(across(value), value) for value in _round_steps(low, high))]
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _TOP + _PLOT + 38, x, "middle"))
    for number, one in enumerate(found):
        colour = COLOURS[number % len(COLOURS)]
        shift = (number - (len(found) - 1) / 2) * 3  # intervals at the same x stay apart
        marks = [(across(at) + shift, estimate) for at, estimate in one.points]
        if len(marks) > 1:
            path = " ".join(f"{at:.1f},{_down(estimate.value):.1f}" for at, estimate in marks)
            parts.append(
                f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"'
                f' stroke-dasharray="{DASHES[number // len(COLOURS) % len(DASHES)]}"/>'
            )
        parts += [_mark(at, estimate, colour) for at, estimate in marks]
        parts += _entry(_TOP + _PLOT + 58 + _LINE * number, one.name, colour)
    return _svg(height, parts, f"{y} against {x}")


def intervals(rows: Sequence[tuple[str, Estimate]], x: str) -> str:
    """A line for each name: its share (0 to 1) and its interval."""
    left, height = 250, _TOP + _LINE * len(rows) + 46
    width = _WIDTH - left - _RIGHT - 56
    parts = []
    bottom = _TOP + _LINE * len(rows) + 4
    for tenths in range(0, 11, 2):
        at = left + width * tenths / 10
        parts.append(f'<line x1="{at:.1f}" y1="{_TOP}" x2="{at:.1f}" y2="{bottom}" stroke="#ddd"/>')
        parts.append(_text(at, bottom + 16, f"{tenths * 10}%", "middle"))
    parts.append(_text(left + width / 2, bottom + 34, x, "middle"))
    for number, (name, estimate) in enumerate(rows):
        middle = _TOP + _LINE * number + 12
        parts.append(_text(left - 10, middle + 4, _short(name, 38), "end"))
        if estimate.n:
            low, at, high = (left + width * v for v in (estimate.low, estimate.value, estimate.high))
            parts.append(
                f'<line x1="{low:.1f}" y1="{middle}" x2="{high:.1f}" y2="{middle}" stroke="{COLOURS[0]}"'
                f' stroke-width="2"/><circle cx="{at:.1f}" cy="{middle}" r="4" fill="{COLOURS[0]}"/>'
            )
        said = f"{estimate.value:.1%}" if estimate.n else "-"
        parts.append(_text(_WIDTH - 8, middle + 4, said, "end"))
    return _svg(height, parts, x)


def _svg(height: float, parts: Sequence[str], title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:g}" width="{_WIDTH}"'
        f' height="{height:g}" role="img" font-family="sans-serif" font-size="12">'
        f"<title>{escaped(title)}</title>"
        f'<rect width="{_WIDTH}" height="{height:g}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def _shares(label: str) -> list[str]:
    """The y axis: 0 to 100 %."""
    parts = []
    for tenths in range(0, 11, 2):
        at = _down(tenths / 10)
        parts.append(f'<line x1="{_LEFT}" y1="{at:.1f}" x2="{_WIDTH - _RIGHT}" y2="{at:.1f}" stroke="#ddd"/>')
        parts.append(_text(_LEFT - 8, at + 4, f"{tenths * 10}%", "end"))
    middle = _TOP + _PLOT / 2
    turned = f'<g transform="rotate(-90 14 {middle:g})">{_text(14, middle, label, "middle")}</g>'
    return [*parts, turned]


def _down(share: float) -> float:
    return _TOP + _PLOT * (1 - min(1.0, max(0.0, share)))


def _tick(at: float, value: float) -> str:
    return _text(at, _TOP + _PLOT + 18, f"{value:,.4g}", "middle")


def _mark(at: float, estimate: Estimate, colour: str) -> str:
    top, bottom = _down(estimate.high), _down(estimate.low)
    return (
        f'<line x1="{at:.1f}" y1="{top:.1f}" x2="{at:.1f}" y2="{bottom:.1f}" stroke="{colour}"/>'
        f'<circle cx="{at:.1f}" cy="{_down(estimate.value):.1f}" r="4" fill="{colour}"/>'
    )


def _entry(at: float, name: str, colour: str) -> list[str]:
    box = f'<rect x="{_LEFT}" y="{at - 9:g}" width="14" height="10" fill="{colour}"/>'
    return [box, _text(_LEFT + 22, at, _short(name, _LABEL), "start")]


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#222">{escaped(text)}</text>'


def _short(name: str, characters: int) -> str:
    return name if len(name) <= characters else name[: characters - 1] + "…"


def _round_steps(low: float, high: float) -> list[float]:
    """About five round numbers from low to high."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    count = math.floor((high - first * step) / step + 1e-9)
    return [(first + n) * step for n in range(count + 1)]
