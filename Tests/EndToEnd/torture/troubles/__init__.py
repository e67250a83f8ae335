"""What befalls a server, a file each. A trouble is a function `befall(house, load, chance)` that returns when it is over.

It may return a few words about what it saw. The server may need starting again then, which is who watches it's to do.
"""

from . import carrier, clock, full_disk, kill, refusing_disk, slow_reader, stop, storm, vanishing

TROUBLES = {
    "sigkill": kill.befall,
    "full-disk": full_disk.befall,
    "fsync-fails": refusing_disk.befall,
    "clock-jumps": clock.befall,
    "carrier-gone": carrier.befall,
    "clients-vanish": vanishing.befall,
    "storm": storm.befall,
    "slow-reader": slow_reader.befall,
    "sigterm": stop.befall,
}

# Those that touch neither the server nor the carrier: each SMS arrives.
HARMLESS = {"clients-vanish", "storm", "slow-reader"}
