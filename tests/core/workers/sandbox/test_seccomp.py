"""The filters are right for both architectures, and refuse what they say they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from metaextract_core.workers.sandbox import seccomp
from metaextract_core.workers.sandbox.syscalls import ARCHITECTURES, Architecture, number

Run = Any

ALLOWED, KILLED, ASKED = 0x7FFF0000, 0x80000000, 0x7FC00000
EPERM, ENOSYS = 0x50001, 0x50026


def verdict(
    program: list[seccomp.Instruction], on: Architecture, call: int, *arguments: int
) -> int:
    """What `program` says of a call, by an interpreter of the few instructions that it uses."""
    words = {0: call, 4: on.audit}
    for index in range(6):
        words[16 + 8 * index] = arguments[index] if index < len(arguments) else 0
    step = value = 0
    while True:
        code, if_true, if_false, operand = program[step]
        step += 1
        if code == 0x06:
            return operand
        if code == 0x20:
            value = words[operand]
        elif code == 0x54:
            value &= operand
        else:
            holds = {
                0x15: value == operand,
                0x35: value >= operand,
                0x45: bool(value & operand),
            }[code]
            step += if_true if holds else if_false


@pytest.fixture(params=ARCHITECTURES, ids=lambda on: on.machine)
def on(request: pytest.FixtureRequest) -> Architecture:
    architecture: Architecture = request.param
    return architecture


def call(name: str, on: Architecture) -> int:
    found = number(name, on)
    assert found is not None
    return found


def test_every_call_of_the_list_is_refused_and_others_are_not(on: Architecture) -> None:
    program = seccomp.refusals(on)
    refused = {number(name, on) for name in seccomp.REFUSED} - {None}
    conditional = {number(name, on) for name in ("socketpair", "clone3")}
    for any_call in range(480):
        if any_call not in conditional:
            expected = EPERM if any_call in refused else ALLOWED
            assert verdict(program, on, any_call) == expected, any_call


def test_whoever_makes_the_calls_of_another_architecture_is_ended(on: Architecture) -> None:
    other = next(item for item in ARCHITECTURES if item != on)
    for program in (seccomp.refusals(on), seccomp.forks(on)):
        assert verdict(program, other, 0) == KILLED


def test_the_second_numbers_of_x86_64_are_refused() -> None:
    on = ARCHITECTURES[0]
    assert verdict(seccomp.refusals(on), on, 0x40000000 | 41) == ENOSYS
    assert verdict(seccomp.forks(on), on, 0x40000000 | 57) == ENOSYS


@pytest.mark.parametrize(
    ("family", "kind", "expected"),
    [
        (1, 1, ALLOWED),
        (1, 1 | 0x80000, ALLOWED),
        (1, 2, EPERM),
        (1, 5, EPERM),
        (2, 1, EPERM),
        (16, 3, EPERM),
    ],
    ids=["stream", "stream, close on exec", "datagrams", "packets", "IPv4", "netlink"],
)
def test_pairs_are_unix_streams(on: Architecture, family: int, kind: int, expected: int) -> None:
    assert verdict(seccomp.refusals(on), on, call("socketpair", on), family, kind) == expected


def test_processes_are_made_in_the_namespaces_of_their_parent(on: Architecture) -> None:
    program = seccomp.refusals(on)
    clone = call("clone", on)
    assert verdict(program, on, clone, 0x1200011) == ALLOWED  # as fork() of the C library does
    for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert verdict(program, on, clone, flag | 17) == EPERM
    assert verdict(program, on, call("clone3", on)) == ENOSYS


def test_terminals_are_not_typed_into_and_attributes_stay(on: Architecture) -> None:
    program = seccomp.refusals(on)
    for request in (0x5412, 0x40086602, 0x401C5820):
        assert verdict(program, on, call("ioctl", on), 0, request) == EPERM
    assert verdict(program, on, call("ioctl", on), 0, 0x5401) == ALLOWED


def test_the_limits_of_those_above_stay_as_they_are(on: Architecture) -> None:
    program = seccomp.refusals(on, (1234, 99))
    for pid, expected in ((1234, EPERM), (99, EPERM), (0, ALLOWED), (4321, ALLOWED)):
        assert verdict(program, on, call("prlimit64", on), pid) == expected


def test_a_fork_has_to_ask_and_a_thread_has_not(on: Architecture) -> None:
    program = seccomp.forks(on)
    assert verdict(program, on, call("clone", on), 0x1200011) == ASKED
    assert verdict(program, on, call("clone", on), 0x3D0F00) == ALLOWED  # as pthread_create() does
    assert verdict(program, on, call("clone3", on)) == ENOSYS
    for name in ("fork", "vfork"):
        if number(name, on) is not None:
            assert verdict(program, on, call(name, on)) == ASKED


@pytest.mark.usefixtures("every_layer")
def test_the_kernel_takes_the_filter_and_children_inherit_it(run: Run) -> None:
    said = run(
        "import threading\n"
        "privileges.give_up()\n"
        "attempt(socket.socket)\n"
        "seccomp.refuse_calls()\n"
        "attempt(socket.socket)\n"
        "attempt(socket.socketpair)\n"
        "attempt(os.unshare if hasattr(os, 'unshare') else lambda: os.chroot('/'), *(\n"
        "    [0x10000000] if hasattr(os, 'unshare') else []))\n"
        "sys.stdout.flush()\n"
        "if os.fork() == 0:\n"
        "    attempt(socket.socket)\n"
        "    sys.stdout.flush()\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "thread = threading.Thread(target=print, args=('thread',))\n"
        "thread.start(); thread.join()\n"
    )
    no = "PermissionError"
    assert said == ["done", no, "done", no, no, "thread"]
