"""What is measured, with what arguments of `load`, and what Hoopoe may cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One column of a scenario's table: a field of the generator's answer."""

    field: str
    title: str
    digits: int
    more_is_better: bool = False
    # What Hoopoe has to reach or to stay under; none where a figure only explains others.
    budget: float | None = None

    def keeps(self, value: float) -> bool:
        if self.budget is None:
            return True
        return value >= self.budget if self.more_is_better else value <= self.budget


@dataclass(frozen=True)
class Scenario:
    """One table."""

    name: str
    title: str
    arguments: Callable[[float], Sequence[str]]
    figures: tuple[Figure, ...]
    # Needs a server that has done nothing before.
    alone: bool = False
    # Its figure hardly varies and it takes long: the first round is enough.
    once: bool = False
    # Peers have no such thing.
    hoopoe_only: bool = False

    @property
    def verb(self) -> str:
        return self.name.partition("-")[0]


# What is late isn't lost: a saturated server has half a minute for what is under way when the window closes.
_PAIRS = ("--pairs", "100", "--body", "200", "--warmup", "2", "--settle", "30")
IDLE_AT = (1000, 5000, 8000)


def _seconds(seconds: float) -> tuple[str, str]:
    return ("--seconds", f"{seconds:g}")


_ACK = Figure("ack_p99_ms", "ack p99 ms", 1)


def _chat(least: float, most_cpu: float | None, *more: Figure) -> tuple[Figure, ...]:
    return (
        Figure("per_second", "delivered/s", 0, more_is_better=True, budget=least),
        Figure("server_cpu_s_per_1000", "CPU-s per 1,000", 3, budget=most_cpu),
        Figure("p50_ms", "p50 ms", 1),
        Figure("p99_ms", "p99 ms", 1),
        *more,
    )


SCENARIOS = (
    Scenario(
        "idle",
        "Idle TLS clients, present, nothing said: PSS of all processes",
        lambda _: ("idle", "--at", ",".join(str(count) for count in IDLE_AT)),
        tuple(Figure(f"kib_per_connection_{count}", f"KiB each at {count:,}", 1, budget=30) for count in IDLE_AT),
        alone=True,
        once=True,
    ),
    Scenario(
        "login",
        "Log-ins: TCP, TLS 1.3 without resumption, SCRAM-SHA-256, bind",
        lambda seconds: ("login", *_seconds(seconds), "--parallel", "50"),
        (
            Figure("per_second", "log-ins/s", 0, more_is_better=True, budget=700),
            Figure("server_cpu_ms_per_login", "CPU ms each", 2, budget=1.2),
            Figure("p50_ms", "p50 ms", 1),
            Figure("p99_ms", "p99 ms", 1),
        ),
    ),
    Scenario(
        "chat-1",
        "Chat: 100 pairs, one message of 200 bytes under way in each",
        lambda seconds: ("chat", *_PAIRS, "--window", "1", *_seconds(seconds)),
        _chat(8000, 0.06),
    ),
    Scenario(
        "chat-10",
        "Chat: 100 pairs, ten messages under way in each",
        lambda seconds: ("chat", *_PAIRS, "--window", "10", *_seconds(seconds)),
        _chat(15000, 0.06),
    ),
    Scenario(
        "chat-10-acks",
        "The same with stream management: an acknowledgement asked for after each message",
        lambda seconds: ("chat", *_PAIRS, "--window", "10", "--acks", *_seconds(seconds)),
        _chat(10000, None, _ACK),
    ),
    Scenario(
        "chat-500-acks",
        "Chat: 500 messages a second over 100 pairs, whatever the server does, with stream management",
        lambda seconds: ("chat", *_PAIRS, "--rate", "500", "--acks", *_seconds(seconds)),
        (
            Figure("per_second", "delivered/s", 0, more_is_better=True, budget=490),
            Figure("server_cpu_s_per_1000", "CPU-s per 1,000", 3, budget=0.15),
            # Texts that trickle in wait up to 20 ms for company (decision 18).
            Figure("p50_ms", "p50 ms", 1, budget=12),
            Figure("p99_ms", "p99 ms", 1, budget=25),
            _ACK,
        ),
    ),
    Scenario(
        "offline",
        "Held messages, delivered to recipients who come",
        lambda _: ("offline", "--messages", "5000", "--pairs", "100"),
        (
            Figure("per_second", "delivered/s", 0, more_is_better=True, budget=40000),
            Figure("server_cpu_s_per_1000", "CPU-s per 1,000", 3),
        ),
    ),
    Scenario(
        "sms",
        "Texts to numbers, through the durable queue to a carrier by SMPP",
        lambda _: ("sms", "--senders", "100", "--texts", "200", "--numbers", "20"),
        (
            Figure("per_second", "submit_sm/s", 0, more_is_better=True, budget=5000),
            Figure("server_cpu_s_per_1000", "CPU-s per 1,000", 3),
        ),
        alone=True,
        hoopoe_only=True,
    ),
)


def chosen(names: Sequence[str]) -> list[Scenario]:
    """Scenarios by name (`chat-10`) or by verb (`chat`), in the order of the table; all of them for no name."""
    known = {scenario.name for scenario in SCENARIOS} | {scenario.verb for scenario in SCENARIOS}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"no scenario {unknown[0]}: take some of {', '.join(scenario.name for scenario in SCENARIOS)}")
    return [one for one in SCENARIOS if not names or one.name in names or one.verb in names]
