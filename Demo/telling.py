"""What the demo prints: titles, plain sentences, evidence beneath them, and checks that end it when they fail."""

import shutil
import sys
import textwrap


class NotAsTold(Exception):
    """Something went otherwise than the story says."""


class Teller:
    def __init__(self, out=sys.stdout):
        self._out = out
        self.checked = 0
        self._steps = 0
        self.is_terminal = out.isatty()
        self._width = min(shutil.get_terminal_size((100, 24)).columns, 100)

    def step(self, title):
        self._steps += 1
        self.title(f"{self._steps}. {title}")

    def title(self, text):
        self.line("")
        self.line(self._styled("1", text))

    def say(self, *sentences):
        self._wrapped(" ".join(sentences), "   ", "   ")

    def show(self, *lines):
        """Evidence: what went over a wire or lies in a file, as it is."""
        for line in lines:
            self._wrapped(line, "     ", "       ")

    def check(self, holds, sentence, otherwise=None):
        """Says the sentence if it is true; else ends the story with what is true instead."""
        if not holds:
            raise NotAsTold(f"it should be so, and isn't: {sentence}" + ("" if otherwise is None else f"\n{otherwise}"))
        self.checked += 1
        self._wrapped(sentence, "   " + self._styled("32", "✓") + " ", "     ")

    def line(self, text):
        print(text, file=self._out, flush=True)

    def _wrapped(self, text, first, rest):
        # The escape codes of a styled mark take no room.
        width = self._width + len(first) - len(rest) if "\x1b" in first else self._width
        for line in textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest,
                                  break_long_words=False, break_on_hyphens=False):
            self.line(line)

    def _styled(self, code, text):
        return f"\x1b[{code}m{text}\x1b[0m" if self.is_terminal else text
