"""Python's own HTTP client, trusting the server's own authority."""

import http.client
import socket
import ssl
from urllib.parse import urlsplit


class Browser:
    def __init__(self, server):
        self.server = server
        self.context = ssl.create_default_context(cafile=server.ca)

    def connect(self, timeout=10):
        return http.client.HTTPSConnection("localhost", self.server.https[1], timeout=timeout, context=self.context)

    def ask(self, path, method="GET", body=None, headers=None):
        """The answer, with its whole content in `content`; `path` may be a link of the server's."""
        connection = self.connect()
        try:
            connection.request(method, urlsplit(path).path, body=body, headers=headers or {})
            answer = connection.getresponse()
            answer.content = answer.read()
            return answer
        finally:
            connection.close()

    def raw(self, timeout=10):
        """A TLS connection to write one's own bytes on."""
        plain = socket.create_connection(self.server.https, timeout=timeout)
        return self.context.wrap_socket(plain, server_hostname="localhost")
