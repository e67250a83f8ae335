"""A disk small enough to be filled: an ext4 image of its own where one may be mounted, else the shim that says ENOSPC."""

import os
import shutil
import subprocess
from pathlib import Path

from harness.shim import FullDiskShim

SIZE = 3 << 30  # sparse: it takes what is written


class SmallDisk:
    """`folder` lies on it; `shim` is what the server needs to be started with, if it isn't a real one."""

    def __init__(self, work):
        self.work = Path(work)
        self.folder = self.work / "disk"
        self.folder.mkdir()
        self.shim = None
        self.is_mounted = self._mount()
        if not self.is_mounted:
            self.shim = FullDiskShim(work)
        self._ballast = self.folder / "ballast"

    def _mount(self):
        if os.geteuid() != 0 or not all(shutil.which(tool) for tool in ("mkfs.ext4", "mount")):
            return False
        image = self.work / "disk.image"
        with open(image, "wb") as file:
            file.truncate(SIZE)
        # Nothing is reserved for root, who may be who runs this.
        for command in (["mkfs.ext4", "-q", "-F", "-m", "0", image], ["mount", "-o", "loop", image, self.folder]):
            if subprocess.run(command, capture_output=True).returncode != 0:
                image.unlink()
                return False
        return True

    def fill(self):
        """From now on no file grows."""
        if self.shim:
            return self.shim.fill()
        with open(self._ballast, "wb") as file:
            length = 1 << 28
            while length >= 512:
                try:
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), length)
                except OSError:
                    length //= 2

    def release(self):
        if self.shim:
            return self.shim.release()
        self._ballast.unlink(missing_ok=True)

    def close(self):
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", self.folder], capture_output=True)
            (self.work / "disk.image").unlink(missing_ok=True)
