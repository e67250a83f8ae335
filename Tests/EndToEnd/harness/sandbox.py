"""A service unit's walls without systemd: its list of system calls and what else bubblewrap can build of it."""

import errno
import platform
import re
import struct
import subprocess
from pathlib import Path

from .waiting import seconds

UNIT = Path(__file__).resolve().parents[3] / "Deployment" / "hoopoe.service"
NUMBERS = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, EQUALS, AND, RETURN = 0x20, 0x15, 0x54, 0x06

usable = platform.machine() == "x86_64" and NUMBERS.exists()


def settings(unit=UNIT):
    """{key: [values]} of the unit's [Service] section, in the order they stand in."""
    found = {}
    for line in unit.read_text().split("[Service]")[1].split("\n[")[0].splitlines():
        if line and not line.startswith(("#", ";")):
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


def _members(name):
    """The system calls of a set, those of the sets in it included."""
    if not name.startswith("@"):
        return {name}
    shown = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True, capture_output=True, timeout=seconds(20))
    words = [line.strip() for line in shown.stdout.decode().splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*(_members(word) for word in words))


def allowed_calls(unit=UNIT):
    """Names that `SystemCallFilter=` leaves; the first line allows, lines with a tilde take away (systemd.exec(5))."""
    names = _members("@default")
    for value in settings(unit)["SystemCallFilter"]:
        takes = value.startswith("~")
        for word in value.lstrip("~").split():
            names = names - _members(word) if takes else names | _members(word)
    return names


def filter_program(unit=UNIT):
    """The unit's restrictions as a BPF program: what isn't allowed ends the process, so that no test overlooks it."""
    numbers = {name: int(number) for name, number in re.findall(r"__NR_(\w+)\s+(\d+)", NUMBERS.read_text())}
    families = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
    wanted = [families[word] for value in settings(unit)["RestrictAddressFamilies"] for word in value.split()]
    out = []

    def add(code, value, yes=0, no=0):
        out.append(struct.pack("=HBBI", code, yes, no, value))

    def argument(number):
        return 16 + 8 * number

    add(LOAD, 4), add(EQUALS, 0xC000003E, 1, 0), add(RETURN, KILL)
    add(LOAD, 0)
    # RestrictAddressFamilies: another family is an error, as systemd makes it one; the C library asks for netlink and can do without.
    add(EQUALS, numbers["socket"], 0, 2 + 2 * len(wanted)), add(LOAD, argument(0))
    for family in wanted:
        add(EQUALS, family, 0, 1), add(RETURN, ALLOW)
    add(RETURN, ERRNO | errno.EAFNOSUPPORT)
    # MemoryDenyWriteExecute.
    if settings(unit)["MemoryDenyWriteExecute"] == ["yes"]:
        add(EQUALS, numbers["mmap"], 0, 5), add(LOAD, argument(2)), add(AND, 6), add(EQUALS, 6, 0, 1), add(RETURN, KILL), add(RETURN, ALLOW)
        for name in ("mprotect", "pkey_mprotect"):
            add(EQUALS, numbers[name], 0, 5), add(LOAD, argument(2)), add(AND, 4), add(EQUALS, 4, 0, 1), add(RETURN, KILL), add(RETURN, ALLOW)
    # RestrictNamespaces: a call whose arguments can't be looked at doesn't exist.
    add(EQUALS, numbers["clone3"], 0, 1), add(RETURN, ERRNO | errno.ENOSYS)
    for name in sorted(allowed_calls(unit) & set(numbers)):
        add(EQUALS, numbers[name], 0, 1), add(RETURN, ALLOW)
    add(RETURN, KILL)
    return b"".join(out)


def wrapper(scratch, *writable, unit=UNIT):
    """Words to put before a command, so that it runs with no privileges, in a file system it can write `writable` of only."""
    program = Path(scratch) / "filter.bpf"
    program.write_bytes(filter_program(unit))
    binds = [word for path in writable for word in ("--bind", str(path), str(path))]
    return ["sh", "-c", 'exec 9<"$0"; exec bwrap --seccomp 9 "$@"', str(program),
            "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/run",
            # The program and the unit, wherever the checkout lies.
            "--ro-bind", str(UNIT.parents[1]), str(UNIT.parents[1]), *binds,
            "--unshare-user", "--uid", "990", "--gid", "990", "--unshare-ipc", "--unshare-uts", "--cap-drop", "ALL",
            "--new-session", "--die-with-parent", "--"]


def inner(pid, name="hoopoe"):
    """The process of that name below `pid`."""
    below = [pid]
    while below:
        one = below.pop()
        try:
            if Path(f"/proc/{one}/comm").read_text().strip() == name:
                return one
            for task in Path(f"/proc/{one}/task").iterdir():
                below += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return None
