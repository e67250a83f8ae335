"""What `listen.metrics` answers, by Python's own HTTP client, and the numbers in it by prometheus-client's parser."""

import http.client

from prometheus_client.parser import text_string_to_metric_families


class Status:
    def __init__(self, server):
        self.server = server

    def ask(self, path, method="GET"):
        """(status, headers, body as bytes)"""
        connection = http.client.HTTPConnection(*self.server.metrics, timeout=10)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def metrics(self):
        return self.ask("/metrics")[2]

    def families(self):
        return list(text_string_to_metric_families(self.metrics().decode()))

    def value(self, name, **labels):
        """One sample's value; it must be there once."""
        found = [s.value for f in self.families() for s in f.samples if s.name == name and s.labels == labels]
        assert len(found) == 1, f"{name} {labels} is there {len(found)} times"
        return found[0]
