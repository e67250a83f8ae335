"""What is looked at every few seconds, and what is to be said about it at the end."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass
class Sample:
    seconds: float
    resident: int
    descriptors: int
    wal: int
    content: int
    sessions: int
    texts: int
    p50: float | None
    p99: float | None


def slope(rows):
    """By least squares: how much y grows in an hour, of (seconds, y)."""
    if len(rows) < 2:
        return 0.0
    mean_x, mean_y = sum(x for x, _ in rows) / len(rows), sum(y for _, y in rows) / len(rows)
    spread = sum((x - mean_x) ** 2 for x, _ in rows)
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in rows) / spread if spread else 0.0


def median(values):
    values = sorted(values)
    return values[len(values) // 2] if values else 0.0


def judge(samples):
    """(figures, complaints). The first half is for caches to fill; what counts is the second."""
    half, quarter = samples[len(samples) // 2:], max(1, len(samples) // 4)
    earlier, later = samples[quarter:2 * quarter], samples[-quarter:]

    def course(name, rows=half):
        return [(s.seconds, getattr(s, name)) for s in rows if getattr(s, name) is not None]

    figures, complaints = {}, []
    for name, unit, scale in (("resident", "MiB", MIB), ("descriptors", "", 1), ("wal", "MiB", MIB), ("content", "MiB", MIB),
                              ("p50", "ms", 1), ("p99", "ms", 1)):
        values = [y / scale for _, y in course(name, samples)]
        figures[name] = {
            "unit": unit, "first": round(values[0], 3), "last": round(values[-1], 3), "max": round(max(values), 3),
            "median_earlier": round(median([y for _, y in course(name, earlier)]) / scale, 3),
            "median_later": round(median([y for _, y in course(name, later)]) / scale, 3),
            "slope_per_hour": round(slope(course(name)) / scale, 3)} if values else {"unit": unit}

    # What is remembered of each text, to know it again, is bounded at a million of them (docs/limits.md); until then memory
    # may grow by so many bytes a text, and by a little for the allocator's sake.
    hours = (half[-1].seconds - half[0].seconds) / 3600 or 1
    allowed = 100 * (half[-1].texts - half[0].texts) / hours + 0.04 * half[0].resident / max(hours, 0.25)
    # A slope over less than five minutes says nothing, nor one before the database's cache of 32 MiB is full.
    figures["resident"]["judged"] = hours > 1 / 12 and half[0].content > 40 * MIB
    if figures["resident"]["judged"] and slope(course("resident")) > allowed:
        complaints.append(f"memory grows by {slope(course('resident')) / MIB:.1f} MiB an hour; {allowed / MIB:.1f} are allowed")
    if max(s.descriptors for s in later) > max(s.descriptors for s in earlier) + 8:
        complaints.append("file descriptors grow")
    if max(s.wal for s in samples) > 80 * MIB or max(s.wal for s in later) > 1.5 * max(s.wal for s in earlier) + 4 * MIB:
        complaints.append("the write-ahead log grows")
    for name in ("p50", "p99"):
        before, after = (median([y for _, y in course(name, rows)]) for rows in (earlier, later))
        if after > 1.5 * before + (5 if name == "p50" else 25):
            complaints.append(f"latency grows: {name} was {before:.1f} ms and is {after:.1f} ms")
    return figures, complaints
