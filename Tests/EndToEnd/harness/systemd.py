"""A machine of its own with systemd as its first process: this one's files, of which nothing is changed, and its network."""

import os
import shutil
import subprocess
from pathlib import Path

from .process import Process, run
from .waiting import seconds, wait_until

SYSTEMD = Path("/lib/systemd/systemd")

# Takes the folder for the machine's own files, then what has to be there though it lies on another disk. What systemd writes
# goes into memory; the kernel's settings can be read only, so it leaves them alone, as in a container.
_BOOT = """
set -eu
place=$1; shift
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$place"
mkdir "$place/upper" "$place/work" "$place/root"
root=$place/root
mount -t overlay -o "lowerdir=/,upperdir=$place/upper,workdir=$place/work" overlay "$root"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount --rbind /dev "$root/dev"
for path; do mkdir -p "$root$path"; mount --rbind "$path" "$root$path"; done
for path in /run /tmp; do mount -t tmpfs -o mode=755 tmpfs "$root$path"; done
mkdir "$root/old"
cd "$root"
pivot_root . old
umount -l /old
container=test exec /lib/systemd/systemd --unit=basic.target --show-status=no
"""


def usable():
    """Whether this machine lets us make another: root, namespaces, and systemd itself."""
    if os.geteuid() != 0 or not SYSTEMD.exists():
        return False
    # In some containers not all of these can be mounted.
    mounts = """mount --make-rprivate / && mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work /mnt/root &&
        mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root &&
        mount -t sysfs -o ro sysfs /mnt/root/sys && mount -t cgroup2 cgroup2 /mnt/root/sys/fs/cgroup"""
    tried = subprocess.run(
        ["unshare", "--mount", "--pid", "--ipc", "--uts", "--cgroup", "--fork", "sh", "-c", mounts],
        capture_output=True, timeout=seconds(20))
    return tried.returncode == 0


class Machine:
    """Runs from the beginning to `close()`; `run` is a command within."""

    def __init__(self, folder, program):
        folder.mkdir()
        # The libraries of a debug build are the toolchain's.
        swift = shutil.which("swift")
        needed = [path for path in (Path(program).resolve().parents[0], swift and Path(swift).resolve().parents[2]) if path]
        self.process = Process(["unshare", "--mount", "--pid", "--ipc", "--uts", "--cgroup", "--fork", "--kill-child",
                                "sh", "-c", _BOOT, "boot", folder, *needed])
        self._first = wait_until(self._find, 20, lambda: f"systemd\n{self.process.errors}")
        wait_until(self._is_up, 60, lambda: f"systemd is up\n{self.process.output}\n{self.process.errors}")

    def _find(self):
        assert self.process.running, self.process.errors
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next((pid for pid in children if Path(f"/proc/{pid}/comm").read_text().strip() == "systemd"), None)

    def _is_up(self):
        return self.run("systemctl", "is-active", "basic.target", check=False).output.strip() == "active"

    def run(self, *words, **options):
        return run(["nsenter", "--target", self._first, "--mount", "--pid", "--ipc", "--uts", "--cgroup", *words], **options)

    def path(self, path):
        """A file of the machine's, from outside."""
        return Path(f"/proc/{self._first}/root{path}")

    def show(self, unit, setting):
        return self.run("systemctl", "show", "--value", f"--property={setting}", unit).output.strip()

    def journal(self, unit):
        return self.run("journalctl", "--no-pager", "--output=cat", f"--unit={unit}").output.splitlines()

    def close(self):
        self.process.kill()
