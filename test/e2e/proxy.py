# SPDX-License-Identifier: Apache-2.0
"""proxy: stands between agent and server, at the server's address, with the server's certificate.

    proxy = Proxy(port, certificate, key, ca_file, server_port)
    with proxy.watch() as seen: ...            # seen: the requests of that time
    hold = proxy.hold("POST", r"/v1/jobs$", "after")
    hold.wait(); stack.kill("server"); hold.cut()

It ends TLS, so that it counts what a line would carry: requests, and connections. A request can
be held before the server gets it or before the agent gets the answer, let go, or cut.
"""
import http.client
import re
import socket
import ssl
import threading
import time
from contextlib import contextmanager

BODY_MAX = 1 << 20
SECONDS_MAX = 120


class Request:
    """What went by."""

    def __init__(self, connection, method, path, headers, body):
        self.connection, self.method, self.path = connection, method, path
        self.headers, self.body = headers, body
        self.status, self.answer = None, None
        self.server_ms = None  # how long the server took, the proxy's own time left out

    @property
    def token(self):
        return self.headers.get("authorization", "").removeprefix("Bearer ")


class Hold:
    """One request that is stopped on its way, once."""

    def __init__(self, method, path, when, nth):
        self.method, self.path, self.when, self.left = method, re.compile(path), when, nth
        self.reached, self.decided = threading.Event(), threading.Event()
        self.is_cut, self.request = False, None

    def takes(self, request, when):
        if self.reached.is_set() or when != self.when or request.method != self.method:
            return False
        if not self.path.search(request.path):
            return False
        self.left -= 1
        return self.left == 0

    def wait(self, seconds=20):
        if not self.reached.wait(seconds):
            raise TimeoutError(f"no {self.method} {self.path.pattern} within {seconds} s")
        return self.request

    def release(self):
        self.decided.set()

    def cut(self):
        """The agent's connection is closed; nothing more is sent in either direction."""
        self.is_cut = True
        self.decided.set()


class Cut(Exception):
    pass


class Proxy:
    def __init__(self, port, certificate, key, ca_file, server_port):
        self.server_port, self.ca_file = server_port, ca_file
        self.requests, self.connections, self.holds = [], 0, []
        self.lock, self.closing, self.open_sockets = threading.Lock(), False, set()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.upstream = ssl.create_default_context(cafile=ca_file)
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    # ---- for tests ----

    def hold(self, method, path, when="before", nth=1):
        hold = Hold(method, path, when, nth)
        with self.lock:
            self.holds.append(hold)
        return hold

    def let_go(self):
        """Nothing is held any longer."""
        with self.lock:
            holds, self.holds = self.holds, []
        for hold in holds:
            hold.cut()

    @contextmanager
    def watch(self):
        seen = []
        with self.lock:
            first = len(self.requests)
        try:
            yield seen
        finally:
            with self.lock:
                seen.extend(self.requests[first:])

    def close(self):
        self.closing = True
        self.let_go()
        # close() alone does not wake the thread that is in accept().
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.drop()

    def drop(self):
        """Cuts every connection, as a broken line does."""
        with self.lock:
            sockets = list(self.open_sockets)
        for one in sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    # ---- inside ----

    def _accept(self):
        while not self.closing:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with self.lock:
            self.connections += 1
            number = self.connections
            self.open_sockets.add(client)
        upstream = http.client.HTTPSConnection("127.0.0.1", self.server_port,
                                               context=self.upstream, timeout=SECONDS_MAX)
        try:
            client.settimeout(SECONDS_MAX)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.context.wrap_socket(client, server_side=True) as tls:
                with self.lock:
                    self.open_sockets.discard(client)
                    self.open_sockets.add(tls)
                self._talk(number, tls, upstream)
        except (OSError, Cut, http.client.HTTPException, ValueError):
            pass  # to the agent it looks like a broken line, which is what it is
        finally:
            upstream.close()
            client.close()

    def _talk(self, number, tls, upstream):
        stream = tls.makefile("rb")
        while True:
            request = read_request(number, stream)
            if request is None:
                return
            with self.lock:
                self.requests.append(request)
            self._stop_if_held(request, "before")
            headers = {k: v for k, v in request.headers.items() if k != "expect"}
            started = time.monotonic()
            upstream.request(request.method, request.path, request.body or None, headers)
            answer = upstream.getresponse()
            request.answer = answer.read()
            request.status = answer.status
            request.server_ms = (time.monotonic() - started) * 1000
            self._stop_if_held(request, "after")
            tls.sendall(answer_bytes(answer, request))

    def _stop_if_held(self, request, when):
        with self.lock:
            hold = next((one for one in self.holds if one.takes(request, when)), None)
        if hold is None:
            return
        hold.request = request
        hold.reached.set()
        hold.decided.wait(SECONDS_MAX)
        if hold.is_cut:
            raise Cut


def read_request(number, stream):
    line = stream.readline(8192).decode("ascii").split()
    if len(line) != 3:
        return None
    headers = {k.lower(): v for k, v in http.client.parse_headers(stream).items()}
    length = int(headers.get("content-length", "0"))
    if length > BODY_MAX:
        raise ValueError("a body too large")
    return Request(number, line[0], line[1], headers, stream.read(length))


def answer_bytes(answer, request):
    head = [f"HTTP/1.1 {answer.status} {answer.reason}"]
    head += [f"{k}: {v}" for k, v in answer.getheaders()
             if k.lower() not in ("transfer-encoding", "content-length", "connection")]
    head += [f"Content-Length: {len(request.answer)}", "", ""]
    return "\r\n".join(head).encode("latin-1") + request.answer
