"""Records answers of a running server with an empty data folder as examples: python3 openapi/record_examples.py URL.

Writes openapi/examples.json, which the OpenAPI document takes in when the server is built.
"""

import json
import pathlib
import sys
import urllib.error
import urllib.request

URL, HERE = sys.argv[1].rstrip("/"), pathlib.Path(__file__).parent
found = {}


def call(name, method, path, body=None, headers=None, parameters=None):
    """Sends a request; keeps its body and its answer under the operation's name."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
    sent = {"content-type": kind} if body is not None else {}
    request = urllib.request.Request(
        URL + path, method=method, data=None if body is None else raw, headers={**sent, **(headers or {})}
    )
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    media, text = (answer.headers.get("content-type") or "").split(";")[0], answer.read()
    value = json.loads(text) if media.endswith("json") else None
    kept = found.setdefault(name, {"responses": {}})
    if value is not None:
        kept["responses"].setdefault(str(answer.status), {})[media] = shortened(value)
    elif media.startswith("text/"):
        kept["responses"].setdefault(str(answer.status), {})[media] = text.decode()[:600]
    if isinstance(body, dict) and answer.status < 300:
        kept["request"] = {"application/json": body}
    if parameters and answer.status < 300:
        kept["parameters"] = parameters
    return value


def shortened(value):
    """Long lists give three of their entries."""
    if isinstance(value, list):
        return [shortened(entry) for entry in value[:3]]
    if isinstance(value, dict):
        return {key: "TOKEN" if key == "token" else shortened(entry) for key, entry in value.items()}
    return value


house = (HERE.parent / "samples/house.ifcjson.json").read_bytes()
model = call("create_model", "POST", "/v1/models?wait=true&name=house", house)["model_id"]
call("create_model", "POST", "/v1/models?wait=true", b"no model")
call("list_models", "GET", "/v1/models")
at, of = f"/v1/models/{model}", {"id": model}
answer = call("create_question", "POST", f"{at}/questions", {"text": "Wie viele Fenster gibt es?"}, None, of)
for name, path in [
    ("read_model", ""),
    ("list_problems", "/problems"),
    ("read_overview", "/overview"),
    ("list_suggestions", "/suggestions?language=de&count=3"),
    ("list_completions", "/completions?text=How%20many%20"),
    ("list_chunks", "/chunks?limit=2"),
]:
    made = call(name, "GET", at + path, None, None, of)
    call(name, "GET", "/v1/models/none" + path)
chunk = made["chunks"][0]
chunk = chunk.get("chunk_id") or chunk.get("id")
call("read_chunk", "GET", f"{at}/chunks/{chunk}", None, None, {"id": model, "chunk_id": chunk})
call("export_model", "GET", "/v1/models/none/export")
evidence = answer["evidence"]["id"]
call("read_evidence", "GET", f"/v1/evidence/{evidence}", None, None, {"id": evidence})
call("read_evidence", "GET", f"/v1/evidence/{evidence}?format=csv")
session = call("create_session", "POST", "/v1/sessions", {"model_id": model})
owner = {"authorization": "Bearer " + session["token"]}
session = session["session_id"]
at, of = f"/v1/sessions/{session}", {"id": session}
call("list_sessions", "GET", "/v1/sessions", None, owner)
call("read_session", "GET", at, None, owner, of)
call("read_session", "GET", at)
call("select_model", "PUT", f"{at}/model", {"model_id": model}, owner, of)
question = {"question_id": "q-1", "text": "Wie viele Fenster gibt es?", "language": "de"}
call("create_session_question", "POST", f"{at}/questions", question, owner, of)
both = {"id": session, "question_id": "q-1"}
call("read_session_question", "GET", f"{at}/questions/q-1", None, owner, both)
call("cancel_session_question", "DELETE", f"{at}/questions/q-1", None, owner, both)
call("delete_session", "DELETE", "/v1/sessions/none")
items = call("list_history", "GET", "/v1/history?limit=2")["items"]
item = items[-1]["question_id"]
call("read_history", "GET", f"/v1/history/{item}", None, None, {"id": item})
call("rerun_history", "POST", f"/v1/history/{item}/rerun", None, None, {"id": item})
for form in ("json", "csv", "html"):
    call("export_history", "GET", f"/v1/history/{item}/export?format={form}", None, None, {"id": item})
call("delete_history_item", "DELETE", "/v1/history/none")
call("read_stylesheet", "GET", "/v1/history/print.css")
call("read_livez", "GET", "/livez")
call("read_readyz", "GET", "/readyz")
call("create_upload", "POST", "/v1/uploads")
call("append_upload", "PATCH", "/v1/uploads/none", None, {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"})
call("override_upload", "POST", "/v1/uploads/none", None, {"Tus-Resumable": "1.0.0"})
call("delete_upload", "DELETE", "/v1/uploads/none", None, {"Tus-Resumable": "1.0.0"})
call("follow_upload", "GET", "/v1/uploads/none/events")
call("delete_model", "DELETE", "/v1/models/none")
call("delete_history", "DELETE", "/v1/history?session_id=none")
call("open_socket", "GET", f"{at}/ws")
call("read_events", "GET", "/v1/sessions/none/events")
text = json.dumps(found, indent=2, ensure_ascii=False, sort_keys=True)
(HERE / "examples.json").write_text(text + "\n", encoding="utf-8")
