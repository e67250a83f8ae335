"""What ends a torture: a promise that wasn't kept."""


class Broken(AssertionError):
    """One sentence of what was promised and what was found."""


def hold(kept, otherwise):
    """Goes on if the promise was kept; `otherwise` is what to say if not, a text or something that makes one."""
    if not kept:
        raise Broken(otherwise() if callable(otherwise) else otherwise)
