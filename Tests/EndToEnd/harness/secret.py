"""Files for their owner's eyes, from their first moment."""

import os


def write_secret(path, text):
    """Whatever the umask; one that is there is written anew."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
