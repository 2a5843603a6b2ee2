"""Asks what stands on standard input, a question a line, in one session over a WebSocket, and prints every event.

    pip install websockets
    python3 session_socket.py http://127.0.0.1:8000 MODEL_ID
"""

import json
import sys
import time
import urllib.request
import uuid

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

ENDS = {"question_answered", "question_failed", "question_cancelled"}


class Session:
    def __init__(self, server, model_id):
        body = json.dumps({"model_id": model_id}).encode()
        request = urllib.request.Request(server + "/v1/sessions", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            begun = json.load(response)
        self.address = server.replace("http", "ws", 1) + "/v1/sessions/" + begun["session_id"] + "/ws"
        self.headers = {"Authorization": "Bearer " + begun["token"]}
        self.epoch, self.last = begun["epoch"], 0

    def ask(self, text):
        """The events up to the end of the question, whatever happens to connections and servers."""
        frame = json.dumps({"type": "ask", "question_id": uuid.uuid4().hex, "text": text})
        while True:
            pause = 1
            try:
                place = f"?after={self.last}&epoch={self.epoch}"
                with connect(self.address + place, additional_headers=self.headers) as socket:
                    # It has a name, so it is never asked twice.
                    socket.send(frame)
                    for message in map(json.loads, socket):
                        if message["type"] == "draining":
                            pause = message["reconnect_after_ms"] / 1000
                        elif message["type"] == "log_truncated":
                            self.last = message["first_seq"] - 1
                        elif message["type"] == "epoch_changed":
                            self.epoch, self.last = message["epoch"], 0
                        elif message["type"] == "error" and message["error"]["status"] < 500:
                            raise RuntimeError(message["error"]["detail"])
                        elif "seq" in message:
                            assert message["seq"] == self.last + 1, (message["seq"], self.last)
                            self.last = message["seq"]
                            yield message
                            if message["type"] in ENDS and message["question_id"] == json.loads(frame)["question_id"]:
                                return
            except (OSError, WebSocketException):
                pass
            time.sleep(pause)


session = Session(*sys.argv[1:3])
for line in sys.stdin:
    for event in session.ask(line):
        answer = (event.get("answer") or {}).get("answer") or {}
        print(event["seq"], event["type"], answer.get("text", ""), flush=True)
