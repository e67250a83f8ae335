"""A disk as it is allowed to be: what was synced is there; what wasn't is there, or not, or in part, in any order.

Bytes are kept by sectors, each for itself. Names are kept in the order in which they were made, up to some point, as file systems
with a journal do: a name is sure once its folder was synced.
"""

import os
from pathlib import Path

from .journal import CREATE, FOLDER, LINK, RENAME, RMDIR, SYNC, TRUNCATE, UNLINK, WRITE

NAMES = {CREATE, FOLDER, RENAME, UNLINK, LINK, RMDIR}


class File:
    def __init__(self, content=b""):
        self.synced = bytearray(content)
        self.pending = []

    def sync(self):
        for call in self.pending:
            _apply(self.synced, call)
        self.pending = []


class Disk:
    """`root` as it lies now is taken to be on the disk."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.files, self.folders, self.names = {}, {}, {}
        self.pending_names = []
        for folder, folders, files in os.walk(self.root):
            self.folders[os.stat(folder).st_ino] = None
            for name in folders:
                path = os.path.join(folder, name)
                self.names[path] = os.stat(path).st_ino
            for name in files:
                path = os.path.join(folder, name)
                if not name.endswith("-shm") and os.path.isfile(path):
                    self.names[path] = os.stat(path).st_ino
                    self.files[os.stat(path).st_ino] = File(Path(path).read_bytes())

    def copy(self):
        """The same disk, to do something else with."""
        other = object.__new__(Disk)
        other.__dict__.update(self.__dict__)
        other.files = {inode: File(file.synced) for inode, file in self.files.items()}
        for inode, file in self.files.items():
            other.files[inode].pending = list(file.pending)
        other.folders, other.names = dict(self.folders), dict(self.names)
        other.pending_names = list(self.pending_names)
        return other

    def take(self, call):
        """The next call of the record."""
        if call.kind in (WRITE, TRUNCATE):
            self.files.setdefault(call.file, File()).pending.append(call)
        elif call.kind == SYNC:
            if call.file in self.folders:
                self._sync_names(call.file)
            elif call.file in self.files:
                self.files[call.file].sync()
        else:
            if call.kind == CREATE:
                self.files[call.file] = File()
            elif call.kind == FOLDER:
                self.folders[call.file] = None
            self.pending_names.append(call)

    def _sync_names(self, folder):
        """What is older than the last entry of this folder is sure as well: the journal has one order."""
        last = max((n for n, call in enumerate(self.pending_names) if folder in (call.folder, call.place)), default=-1)
        for call in self.pending_names[:last + 1]:
            _name(self.names, call)
        del self.pending_names[:last + 1]

    def leave(self, chance, target, wholly=False):
        """Writes to `target` what a power cut might leave now; with `wholly`, what is there without one."""
        names = dict(self.names)
        kept = len(self.pending_names) if wholly else chance.choice(
            (0, len(self.pending_names), chance.randint(0, len(self.pending_names))))
        for call in self.pending_names[:kept]:
            _name(names, call)
        keep = _everything if wholly else chance.choice(WAYS)
        for path, inode in sorted(names.items()):
            place = Path(target) / os.path.relpath(path, self.root)
            if inode in self.folders:
                place.mkdir(parents=True, exist_ok=True)
                place.chmod(0o700)
            else:
                file = self.files[inode]
                content = bytearray(file.synced)
                if file.pending:
                    keep(chance, content, file.pending)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
                place.chmod(0o600)
        return keep.__name__.strip("_"), kept, len(self.pending_names)


def _name(names, call):
    if call.kind in (CREATE, FOLDER, LINK):
        names[call.target or call.path] = call.file
    elif call.kind == RENAME:
        for path in [path for path in names if path == call.path or path.startswith(call.path + "/")]:
            names[call.target + path[len(call.path):]] = names.pop(path)
    else:
        names.pop(call.path, None)


def _apply(content, call, start=0, end=None):
    """Writes the call's bytes from `start` to `end`, or cuts the file."""
    if call.kind == TRUNCATE:
        del content[call.place:]
        content.extend(bytes(call.place - len(content)))
        return
    end = len(call.bytes) if end is None else end
    place = call.place + start
    if len(content) < place:
        content.extend(bytes(place - len(content)))
    content[place:place + end - start] = call.bytes[start:end]


# Ways in which what wasn't synced is kept.


def _everything(chance, content, pending):
    for call in pending:
        _apply(content, call)


def _nothing(chance, content, pending):
    pass


def _first_ones(chance, content, pending):
    """In order up to some call, the last one torn within."""
    count = chance.randint(0, len(pending))
    for call in pending[:count]:
        _apply(content, call)
    if count < len(pending) and pending[count].kind == WRITE:
        _apply(content, pending[count], 0, chance.randint(0, len(pending[count].bytes)))


def _last_ones(chance, content, pending):
    """The later ones without the earlier."""
    for call in pending[chance.randint(0, len(pending)):]:
        _apply(content, call)


def _sectors(size):
    def some(chance, content, pending):
        share = chance.choice((0.1, 0.5, 0.9))
        for call in pending:
            if call.kind == TRUNCATE:
                if chance.random() < share:
                    _apply(content, call)
                continue
            start = 0
            while start < len(call.bytes):
                end = min(len(call.bytes), start + size - (call.place + start) % size)
                if chance.random() < share:
                    _apply(content, call, start, end)
                start = end

    some.__name__ = f"sectors_of_{size}"
    return some


WAYS = (_everything, _nothing, _first_ones, _last_ones, _sectors(512), _sectors(4096))
