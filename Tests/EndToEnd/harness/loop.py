"""One asyncio loop in a thread of its own, so that plain tests can drive asynchronous peers."""

import asyncio
import concurrent.futures
import threading

from .waiting import TimedOut, seconds


class LoopThread:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._main, name="peers", daemon=True)
        self._thread.start()

    def _main(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def run(self, coroutine, timeout=10.0, what="an asynchronous step"):
        """Runs it on the loop and returns its result; bounded."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        try:
            return future.result(seconds(timeout))
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise TimedOut(f"not within {seconds(timeout):g} s: {what}") from None

    def call(self, function, *arguments, timeout=10.0):
        """Calls a plain function on the loop's thread and returns its result."""

        async def step():
            return function(*arguments)

        return self.run(step(), timeout)

    def close(self):
        async def leave():
            others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        try:
            self.run(leave(), 5)
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(5)
