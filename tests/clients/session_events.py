"""Asks what stands on standard input, a question a line, in one session, and prints every event.

    python3 session_events.py http://127.0.0.1:8000 MODEL_ID

Server-sent events, nothing but the standard library.
"""

import json
import sys
import time
import urllib.error
import urllib.request
import uuid

ENDS = {"question_answered", "question_failed", "question_cancelled"}


class Session:
    def __init__(self, server, model_id):
        self.server, self.headers = server, {"Content-Type": "application/json"}
        begun = self.call("POST", "/v1/sessions", {"model_id": model_id})
        self.path = "/v1/sessions/" + begun["session_id"]
        self.headers["Authorization"] = "Bearer " + begun["token"]
        self.epoch, self.last = begun["epoch"], 0
        self.stream = self.events()

    def open(self, method, path, body=None, timeout=60):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.server + path, data, self.headers, method=method)
        return urllib.request.urlopen(request, timeout=timeout)

    def call(self, method, path, body=None):
        """Until the server answers: what is sent here may be sent again."""
        while True:
            try:
                with self.open(method, path, body) as response:
                    text = response.read()
                    return json.loads(text) if text else None
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    raise RuntimeError(error.read().decode()) from error
                time.sleep(float(error.headers.get("Retry-After", 1)))
            except OSError:
                time.sleep(1)

    def messages(self):
        """One connection: JSON of every message. A line that begins with a colon is a heartbeat."""
        path = f"{self.path}/events?after={self.last}&epoch={self.epoch}"
        with self.open("GET", path, timeout=45) as lines:
            for line in lines:
                if line.startswith(b"data: "):
                    yield json.loads(line[len(b"data: "):])

    def events(self):
        """All events, whatever happens to connections and servers."""
        while True:
            pause = 1
            try:
                for message in self.messages():
                    if message["type"] == "draining":
                        pause = message["reconnect_after_ms"] / 1000
                    elif message["type"] == "log_truncated":
                        self.last = message["first_seq"] - 1
                    elif message["type"] == "epoch_changed":
                        self.epoch, self.last = message["epoch"], 0
                    elif "seq" in message:
                        assert message["seq"] == self.last + 1, (message["seq"], self.last)
                        self.last = message["seq"]
                        yield message
            except OSError:
                pass
            time.sleep(pause)

    def ask(self, text):
        """The events up to the end of the question."""
        question_id = uuid.uuid4().hex
        self.call("POST", self.path + "/questions", {"question_id": question_id, "text": text})
        for event in self.stream:
            yield event
            if event["type"] in ENDS and event["question_id"] == question_id:
                return

    def end(self):
        self.stream.close()
        self.call("DELETE", self.path)


session = Session(*sys.argv[1:3])
for line in sys.stdin:
    for event in session.ask(line):
        answer = (event.get("answer") or {}).get("answer") or {}
        print(event["seq"], event["type"], answer.get("text", ""), flush=True)
session.end()
