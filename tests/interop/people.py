"""People with Matrix clients, as far as a test needs one."""
import http.client
import json
import time
import urllib.parse

quote = lambda text: urllib.parse.quote(text, safe="")


class Refused(Exception):
    pass


class Person:
    def __init__(self, synapse, name, server):
        self.name, self.synapse, self.user = name, synapse, "@%s:%s" % (name, server)
        self.token = synapse.register(name, "secret-of-" + name)
        self.connection = None
        self.txn = 0
        self.seen = {}

    def call(self, method, path, body=None):
        """Patient: waits when told to, goes on when the server restarts; the transaction ids make it safe."""
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body)
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                if not self.connection:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.synapse.port, timeout=60)
                self.connection.request(method, "/_matrix/client/v3" + path, data, headers)
                answer = self.connection.getresponse()
                got = json.loads(answer.read() or b"{}")
            except (OSError, http.client.HTTPException):
                self.connection = None
                time.sleep(0.1)
                continue
            if answer.status == 200:
                return got
            if answer.status == 429:
                time.sleep(got.get("retry_after_ms", 500) / 1000)
            elif answer.status < 500:
                raise Refused("%s %s: %d %s" % (method, path, answer.status, got))
        raise Refused("%s %s: no answer" % (method, path))

    def create(self, **options):
        return self.call("POST", "/createRoom", options)["room_id"]

    def direct(self, user, **options):
        return self.create(is_direct=True, preset="trusted_private_chat", invite=[user], **options)

    def join(self, room):
        self.call("POST", "/join/" + quote(room), {})

    def leave(self, room):
        self.call("POST", "/rooms/%s/leave" % quote(room), {})

    def send(self, room, content, kind="m.room.message"):
        self.txn += 1
        path = "/rooms/%s/send/%s/t%d" % (quote(room), kind, self.txn)
        return self.call("PUT", path, content)["event_id"]

    def say(self, room, text, **more):
        return self.send(room, {"msgtype": "m.text", "body": text, **more})

    def react(self, room, event, key):
        return self.send(room, {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": key}}, "m.reaction")

    def edit(self, room, event, text):
        return self.send(room, {"msgtype": "m.text", "body": "* " + text, "m.new_content": {"msgtype": "m.text", "body": text},
                                "m.relates_to": {"rel_type": "m.replace", "event_id": event}})

    def redact(self, room, event):
        self.txn += 1
        self.call("PUT", "/rooms/%s/redact/%s/t%d" % (quote(room), quote(event), self.txn), {})

    def state(self, room, kind, key=""):
        return self.call("GET", "/rooms/%s/state/%s/%s" % (quote(room), kind, quote(key)))

    def members(self, room):
        got = self.call("GET", "/rooms/%s/members" % quote(room))
        return {e["state_key"]: e["content"]["membership"] for e in got["chunk"]}

    def rooms(self):
        return self.call("GET", "/joined_rooms")["joined_rooms"]

    def invitations(self):
        got = self.call("GET", "/sync?timeout=0&filter=" + quote('{"room":{"timeline":{"limit":1}}}'))
        return list(got.get("rooms", {}).get("invite", {}))

    def history(self, room):
        """All events of a room that are seen, the oldest first; what was redacted has lost its content."""
        events, place = self.seen.get(room, ([], ""))
        while True:
            got = self.call("GET", "/rooms/%s/messages?dir=f&limit=200%s" % (quote(room), place))
            for event in got["chunk"]:
                if event["type"] == "m.room.redaction":
                    gone = event.get("redacts") or event["content"].get("redacts")
                    events = [{**e, "content": {}} if e["event_id"] == gone else e for e in events]
                events.append(event)
            if got["chunk"] and "end" in got:
                place = "&from=" + quote(got["end"])
                self.seen[room] = (events, place)
            else:
                return events
