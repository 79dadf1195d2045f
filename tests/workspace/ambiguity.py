"""Which regular expressions can take a catastrophic time, found in their structure.

Python's engine tries one way after another to match a text. It takes exponential time on some text
if the automaton of the pattern has a state that can be left and reached again by one text in two
ways, and polynomial time if one loop can be left for a second one by a text that either loop takes
(Weideman et al., "Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers by
Using Ambiguity of NFA", 2016). Assertions are taken for true, so that nothing is missed.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

PARSER: Final[Any] = importlib.import_module("re._parser")  # private, and only tests rely on it
ENDLESS: Final = PARSER.MAXREPEAT
MANY: Final = 16
"""Repetitions from which on a bound is no help against exponential time."""
ALPHABET: Final = (*range(256), 0x130, 0x212A, 0x660, 0x2028, 0x4E2D, 0x1F600)

Characters = frozenset[int]
Edge = tuple[Characters, int, int]
"""Characters, the state behind them, and a number that no other edge has."""


class Automaton:
    """The automaton of a pattern.

    Args:
        pattern: the compiled pattern.
        searched: it is looked for anywhere in a text, so any text may come before it.
        bounds: whether bounds such as ``{0,99}`` are respected; else they count as endless.
    """

    def __init__(self, pattern: re.Pattern[Any], *, searched: bool, bounds: bool) -> None:
        self._flags, self._bounds = pattern.flags, bounds
        self._text = isinstance(pattern.pattern, str)
        self._silent: list[list[int]] = []
        self._heard: list[list[tuple[Characters, int]]] = []
        start = self._state()
        if searched:
            self._heard[start].append((frozenset(ALPHABET), start))
        self._sequence(PARSER.parse(pattern.pattern, pattern.flags & ~re.DEBUG), start)
        numbers = iter(range(1 << 60))
        self.edges: list[list[Edge]] = [
            [(characters, target, next(numbers)) for characters, target in self._leaving(state)]
            for state in range(len(self._silent))
        ]
        self.loops = [state for state in range(len(self.edges)) if self._returns(state)]

    def _state(self) -> int:
        self._silent.append([])
        self._heard.append([])
        return len(self._silent) - 1

    def _leaving(self, state: int, seen: tuple[int, ...] = ()) -> Iterator[tuple[Characters, int]]:
        """What can be read next; the same as often as there are ways to it without a character.

        A loop around nothing, as in ``(a*)*``, is a second way.
        """
        yield from self._heard[state]
        for after in self._silent[state]:
            if seen.count(after) < 2:
                yield from self._leaving(after, (*seen, state))

    def _returns(self, state: int) -> bool:
        reached, fresh = set[int](), [state]
        while fresh:
            for _, after, _ in self.edges[fresh.pop()]:
                if after not in reached:
                    reached.add(after)
                    fresh.append(after)
        return state in reached

    def _sequence(self, items: Iterable[tuple[Any, Any]], start: int) -> int:
        for operation, argument in items:
            start = self._item(str(operation), argument, start)
        return start

    def _item(self, operation: str, argument: Any, start: int) -> int:
        if operation in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            end = self._state()
            self._heard[start].append((self._characters(operation, argument), end))
            return end
        if operation == "BRANCH":
            end = self._state()
            for branch in argument[1]:
                first = self._state()
                self._silent[start].append(first)
                self._silent[self._sequence(branch, first)].append(end)
            return end
        if operation in ("SUBPATTERN", "ATOMIC_GROUP"):
            return self._sequence(argument[3] if operation == "SUBPATTERN" else argument, start)
        if operation in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, body = argument
            return self._repeat(least, most, body, start)
        if operation in ("AT", "ASSERT", "ASSERT_NOT"):
            return start
        raise ValueError(f"{operation} is not understood here")

    def _repeat(self, least: int, most: int, body: Any, start: int) -> int:
        endless = most == ENDLESS or (not self._bounds and most > MANY)
        # More than a few copies of the same tell nothing new.
        for _ in range(min(least, 3)):
            start = self._sequence(body, start)
        end = self._state()
        if endless:
            loop = self._state()
            self._silent[start].append(loop)
            self._silent[self._sequence(body, loop)].append(loop)
            self._silent[loop].append(end)
            return end
        self._silent[start].append(end)
        for _ in range(min(most - least, 3)):
            start = self._sequence(body, start)
            self._silent[start].append(end)
        return end

    def _characters(self, operation: str, argument: Any) -> Characters:
        if operation == "ANY":
            return frozenset(ALPHABET) - (set() if self._flags & re.DOTALL else {10})
        if operation != "IN":
            return _inverted({self._folded(argument)}, operation == "NOT_LITERAL")
        parts, negated = [], False
        for kind, value in argument:
            if str(kind) == "NEGATE":
                negated = True
            elif str(kind) == "LITERAL":
                parts.append(self._folded(value))
            elif str(kind) == "RANGE":
                low, high = value
                parts += [self._folded(char) for char in ALPHABET if low <= char <= high]
            else:
                ascii_only = not self._text or bool(self._flags & re.ASCII)
                parts.append(_category(str(value), ascii_only))
        return _inverted(parts, negated)

    def _folded(self, char: int) -> Characters:
        if not self._flags & re.IGNORECASE:
            return frozenset({char})
        cases = {chr(char).lower(), chr(char).upper()}
        return frozenset(ord(case) for case in cases if len(case) == 1) | {char}


def _inverted(parts: Iterable[Characters], negated: bool) -> Characters:
    union = frozenset[int]().union(*parts)
    return frozenset(ALPHABET) - union if negated else union


@functools.cache
def _category(name: str, ascii_only: bool) -> Characters:
    escapes = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}
    kind = name.removeprefix("CATEGORY_")
    escape = escapes[kind.removeprefix("NOT_")]
    escape = escape.upper() if kind.startswith("NOT_") else escape
    matches = re.compile(rf"\{escape}", re.ASCII if ascii_only else 0).match
    return frozenset(char for char in ALPHABET if matches(chr(char)))


def exponential(pattern: re.Pattern[Any]) -> bool:
    """Whether some text takes a time that doubles with each of its characters."""
    automaton = Automaton(pattern, searched=False, bounds=False)
    return any(_two_ways(automaton, state) for state in automaton.loops)


def _two_ways(automaton: Automaton, state: int) -> bool:
    begin = (state, state, False)
    seen, fresh = {begin}, [begin]
    while fresh:
        one, other, parted = fresh.pop()
        for characters, after, number in automaton.edges[one]:
            for also, after_other, number_other in automaton.edges[other]:
                if characters.isdisjoint(also):
                    continue
                reached = (after, after_other, parted or number != number_other)
                if reached == (state, state, True):
                    return True
                if reached not in seen:
                    seen.add(reached)
                    fresh.append(reached)
    return False


def polynomial(pattern: re.Pattern[Any], *, searched: bool) -> bool:
    """Whether some text takes a time that grows with a power of its length above the first."""
    automaton = Automaton(pattern, searched=searched, bounds=True)
    return any(
        _crosses(automaton, one, other)
        for one in automaton.loops
        for other in automaton.loops
        if one != other
    )


def _crosses(automaton: Automaton, one: int, other: int) -> bool:
    """Whether one text goes around the loop at `one`, around that at `other`, and across."""
    begin, end = (one, one, other), (one, other, other)
    seen, fresh = {begin}, [begin]
    while fresh:
        state = fresh.pop()
        ways = [automaton.edges[part] for part in state]
        for first, after_first, _ in ways[0]:
            for second, after_second, _ in ways[1]:
                if first.isdisjoint(second):
                    continue
                for third, after_third, _ in ways[2]:
                    reached = (after_first, after_second, after_third)
                    if reached not in seen and not (first & second).isdisjoint(third):
                        if reached == end:
                            return True
                        seen.add(reached)
                        fresh.append(reached)
    return False
