"""Who is compared, in the order of the tables."""

from .ejabberd import EjabberdMnesia, EjabberdSQL
from .hoopoe import Hoopoe
from .prosody import ProsodyInternal, ProsodySQL
from .server import Server

SERVERS: tuple[type[Server], ...] = (ProsodyInternal, ProsodySQL, EjabberdMnesia, EjabberdSQL, Hoopoe)
NAMES = [server.name for server in SERVERS]
