"""What is claimed where, counted from the attacks: the tables of docs/security.md."""

from collections.abc import Iterable, Sequence

from reckon.interpreter.attacks.attack import CATEGORIES, NO_TIER, Attack

_EVERYWHERE = frozenset({"no new privileges", "resource limits", "seccomp", "size of the directory"})
_FILES = _EVERYWHERE | {"landlock files", "network allow-list"}
_NEW_KERNEL = _FILES | {"landlock tcp", "landlock scope"}
_NAMESPACES = frozenset(
    {"network namespace", "mount namespace", "ipc namespace", "host name", "read-only view"}
)
_GROUPS = frozenset({"process limit", "memory of a session"})

# The features (see isolation.py) in force in places that differ.
PLACES = {
    "root, Linux 6.12": _NEW_KERNEL | _NAMESPACES | _GROUPS | {"own user"},
    "user with namespaces, 6.12": _NEW_KERNEL | _NAMESPACES,
    "user without, 6.12": _NEW_KERNEL,
    "user without, 6.2": _FILES,
    "no Landlock": _EVERYWHERE,
}


def claimed(attack: Attack, features: Iterable[str]) -> bool:
    return not attack.needs or not set(attack.needs).isdisjoint(features)


def by_place(attacks: Sequence[Attack]) -> str:
    """Categories × places in Markdown: how many attacks of each are claimed to be contained."""
    rows = [["category", "", "attacks", *PLACES], ["---"] * (3 + len(PLACES))]
    for category, words in CATEGORIES.items():
        ours = [attack for attack in attacks if attack.category == category]
        rows.append([f"`{category}`", words, *_counts(ours)])
    rows.append(["all", "", *_counts(attacks)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def unclaimed(attacks: Sequence[Attack]) -> str:
    """A Markdown list: what no tier stops, then what each place lacks."""
    lines = [f"* nowhere: {_names(attack for attack in attacks if attack.needs == NO_TIER)}"]
    for place, features in PLACES.items():
        missing = [a for a in attacks if a.needs != NO_TIER and not claimed(a, features)]
        if 0 < len(missing) <= 30:
            lines.append(f"* {place}: {_names(missing)}")
        elif missing:
            lines.append(f"* {place}: {len(missing)} attacks, most of what reaches for files")
    return "".join(f"{line}\n" for line in lines)


def _counts(attacks: Sequence[Attack]) -> list[str]:
    held = [sum(claimed(attack, features) for attack in attacks) for features in PLACES.values()]
    return [str(count) for count in (len(attacks), *held)]


def _names(attacks: Iterable[Attack]) -> str:
    return ", ".join(f"`{attack.id}`" for attack in attacks)
