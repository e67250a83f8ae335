"""Attacks on a server beside people who text."""
