"""What the recorder wrote down: every call that changed a folder, in order."""

import struct
from dataclasses import dataclass
from pathlib import Path

from harness.shim import build

HEAD = struct.Struct("=7q")
WRITE, TRUNCATE, SYNC, CREATE, FOLDER, RENAME, UNLINK, LINK, RMDIR = range(1, 10)


@dataclass(frozen=True)
class Call:
    kind: int
    file: int  # inode
    folder: int  # inode of the folder whose entries change
    place: int  # where it is written, to what length it is cut, the source folder's inode of a renaming
    path: str
    target: str
    bytes: bytes
    end: int  # up to where the record reaches in the journal


class Recorder:
    """Put under one server, records what it does to `root`; it is killed right after `last` calls, if that is given."""

    def __init__(self, work, root, last=None):
        self.journal = Path(work) / "journal"
        self.journal.touch()
        self.root = Path(root).resolve()
        self.last = last

    @property
    def environment(self):
        end = {} if self.last is None else {"DISK_RECORDER_CALLS": str(self.last)}
        return {
            "LD_PRELOAD": str(build("disk-recorder")), "DISK_RECORDER_ROOT": str(self.root),
            "DISK_RECORDER_JOURNAL": str(self.journal), **end,
        }

    @property
    def position(self):
        """Everything that has returned by now is in the journal before here."""
        return self.journal.stat().st_size

    def calls(self):
        data, at, calls = self.journal.read_bytes(), 0, []
        while at + HEAD.size <= len(data):
            kind, file, folder, place, first, second, count = HEAD.unpack_from(data, at)
            start = at + HEAD.size
            end = start + first + second + count
            if end > len(data):
                break  # the program was killed while it was written
            calls.append(Call(kind, file, folder, place, data[start:start + first].decode(),
                              data[start + first:start + first + second].decode(), data[end - count:end], end))
            at = end
        return calls
