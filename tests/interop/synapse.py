"""A throw-away Synapse on loopback: installed once from PyPI into a venv of its own, SQLite, nothing leaves the machine."""
import hashlib
import hmac
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

PIN = "matrix-synapse==1.163.2"
SERVER = "interop.test"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def install(venv):
    """Python of a venv that has Synapse."""
    python = os.path.join(venv, "bin", "python")
    probe = [python, "-c", "import synapse"]
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", venv], check=True, stdout=sys.stderr)
    if subprocess.run(probe, capture_output=True).returncode:
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", PIN]
        subprocess.run(pip, check=True, stdout=sys.stderr)
        subprocess.run(probe, check=True)
    return python


class Synapse:
    def __init__(self, python, folder):
        self.python, self.folder = python, folder
        self.port = free_port()
        self.secret = secrets.token_hex(16)
        self.keys = {name: secrets.token_hex(16) for name in ("macaroon_secret_key", "form_secret")}
        self.process = None
        os.makedirs(folder, exist_ok=True)
        key = secrets.token_bytes(32)
        import base64
        with open(self.path("signing.key"), "w") as f:
            f.write("ed25519 a_key %s\n" % base64.b64encode(key).decode().rstrip("="))

    def path(self, name):
        return os.path.join(self.folder, name)

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.port

    def configure(self, real_limits):
        config = {
            "server_name": SERVER, "public_baseurl": self.url + "/", "pid_file": self.path("homeserver.pid"),
            "listeners": [{"port": self.port, "type": "http", "tls": False, "bind_addresses": ["127.0.0.1"],
                           "resources": [{"names": ["client"], "compress": False}]}],
            "database": {"name": "sqlite3", "args": {"database": self.path("homeserver.db")}},
            "media_store_path": self.path("media"), "signing_key_path": self.path("signing.key"),
            "log_config": self.path("log.yaml"), "registration_shared_secret": self.secret, **self.keys,
            "enable_registration": False, "report_stats": False, "federation_domain_whitelist": [],
            "trusted_key_servers": [], "suppress_key_server_warning": True, "url_preview_enabled": False,
            "push": {"enabled": False}, "presence": {"enabled": False}, "bcrypt_rounds": 4,
        }
        if not real_limits:  # else Synapse's own: 0.2 messages a second, 10 at once
            high = {"per_second": 100000, "burst_count": 100000}
            config.update({name: high for name in ("rc_message", "rc_registration", "rc_admin_redaction",
                                                   "rc_joins_per_room", "rc_room_creation", "rc_media_create")})
            config.update({"rc_login": {"address": high, "account": high, "failed_attempts": high},
                           "rc_joins": {"local": high, "remote": high},
                           "rc_invites": {"per_room": high, "per_user": high, "per_issuer": high}})
        log = {"version": 1, "formatters": {"f": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
               "handlers": {"h": {"class": "logging.FileHandler", "filename": self.path("synapse.log"),
                                  "formatter": "f"}}, "root": {"level": "WARNING", "handlers": ["h"]}}
        for name, value in (("homeserver.yaml", config), ("log.yaml", log)):
            with open(self.path(name), "w") as f:
                json.dump(value, f, indent=1)  # JSON is YAML

    def start(self, real_limits=False):
        self.configure(real_limits)
        with open(self.path("stdout.log"), "ab") as out:
            self.process = subprocess.Popen(
                [self.python, "-m", "synapse.app.homeserver", "-c", self.path("homeserver.yaml")], stdout=out,
                stderr=out, stdin=subprocess.DEVNULL, cwd=self.folder)
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("Synapse does not start, see " + self.path("stdout.log"))

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def register(self, name, password):
        base = self.url + "/_synapse/admin/v1/register"
        with urllib.request.urlopen(base) as r:
            nonce = json.load(r)["nonce"]
        mac = hmac.new(self.secret.encode(), b"\0".join(
            [nonce.encode(), name.encode(), password.encode(), b"notadmin"]), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": password, "admin": False, "mac": mac}
        with urllib.request.urlopen(urllib.request.Request(base, json.dumps(body).encode())) as r:
            return json.load(r)["access_token"]
