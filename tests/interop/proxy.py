"""Between learnd and its homeserver: says 429, loses answers, drops connections. Seeded; counts what it did."""
import http.client
import json
import random
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Proxy:
    def __init__(self, synapse, seed):
        self.synapse = synapse
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.share = {"limited": 0.0, "lost": 0.0, "bad": 0.0}  # of the sends
        self.done = {"limited": 0, "lost": 0, "bad": 0}
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                proxy.handle(self)

            do_GET = do_PUT = do_POST = pass_on

            def handle(self):
                try:
                    super().handle()
                except OSError:  # it was killed
                    pass

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def draw(self, method, path):
        if method != "PUT" or "/send/" not in path:
            return None
        with self.lock:
            x = self.random.random()
            for name, share in self.share.items():
                if x < share:
                    self.done[name] += 1
                    return name
                x -= share
        return None

    def set(self, **share):
        with self.lock:
            self.share = {"limited": 0.0, "lost": 0.0, "bad": 0.0, **share}

    @staticmethod
    def reply(handler, status, body):
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def handle(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        what = self.draw(handler.command, handler.path)
        if what == "limited":
            wait = self.random.randrange(20, 200)
            self.reply(handler, 429, json.dumps({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": wait}).encode())
            return
        if what == "bad":
            self.reply(handler, 502, b"<html>bad gateway</html>")
            return
        try:
            onward = http.client.HTTPConnection("127.0.0.1", self.synapse.port, timeout=90)
            headers = {k: v for k, v in handler.headers.items() if k.lower() not in ("host", "connection")}
            onward.request(handler.command, handler.path, body or None, headers)
            answer = onward.getresponse()
            got = answer.read()
            onward.close()
        except (OSError, http.client.HTTPException):
            got = None
        try:
            if what == "lost" or got is None:  # applied, or perhaps not; nobody hears of it
                handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                handler.close_connection = True
                handler.connection.close()
            else:
                self.reply(handler, answer.status, got)
        except OSError:
            handler.close_connection = True
