"""A server under a steady load for a long time, and whether anything about it grows that shouldn't."""
