"""Hoopoe beside Debian's Prosody and ejabberd: the same load, on the same machine, in one run."""
