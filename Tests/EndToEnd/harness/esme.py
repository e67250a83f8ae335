"""An ESME on PyPI's `smpplib`, for talking to the pocket SMSC as any other program would."""

import socket
import threading
import time

import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

from .waiting import seconds, wait_until


class Esme:
    def __init__(self, address, system_id, password):
        self.delivered = []
        self.responses = []
        host, port = address.rsplit(":", 1)
        self._client = smpplib.client.Client(host, int(port), timeout=seconds(5), allow_unknown_opt_params=True)
        self._client.logger.disabled = True
        self._client.set_message_received_handler(self._on_message)
        self._client.set_message_sent_handler(lambda pdu: self.responses.append(pdu))
        self._client.set_error_pdu_handler(lambda pdu: self.responses.append(pdu))
        self._stopping = threading.Event()
        self._thread = None
        self._client.connect()
        try:
            self._client.bind_transceiver(system_id=system_id, password=password)
        except Exception:
            self._client.disconnect()
            raise

    def _on_message(self, pdu):
        self.delivered.append(pdu)
        return 0

    def listen(self):
        """Reads in the background from now on."""

        def read():
            while not self._stopping.is_set():
                try:
                    self._client.read_once()
                except (OSError, smpplib.exceptions.ConnectionError, smpplib.exceptions.PDUError):
                    if not self._stopping.is_set():
                        time.sleep(0.02)

        self._thread = threading.Thread(target=read, daemon=True)
        self._thread.start()

    def send(self, source, destination, text):
        parts, coding, flag = smpplib.gsm.make_parts(text)
        for part in parts:
            self._client.send_message(
                source_addr_ton=1, source_addr_npi=1, source_addr=source.lstrip("+"), dest_addr_ton=1, dest_addr_npi=1,
                destination_addr=destination.lstrip("+"), short_message=part, data_coding=coding, esm_class=flag,
                registered_delivery=True)
        return len(parts)

    def wait_responses(self, count, timeout=10.0):
        wait_until(lambda: len(self.responses) >= count, timeout, lambda: f"{count} responses, has {len(self.responses)}")
        return self.responses[:count]

    def receipts(self):
        return [p for p in self.delivered if p.esm_class & 0x04]

    def incoming(self):
        return [p for p in self.delivered if not p.esm_class & 0x04]

    def close(self):
        self._stopping.set()
        try:
            self._client._socket.shutdown(socket.SHUT_RDWR)  # wakes the reader
            self._client._socket.close()
        except (OSError, AttributeError):
            pass
        if self._thread:
            self._thread.join(6)
