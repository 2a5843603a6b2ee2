"""What a question must satisfy before it is written."""
import math
import re

TYPES = {"count", "number", "map", "list", "text", "not_available"}
QUOTED = re.compile(r"[„\"]([^“”\"]+)[“”\"]")
ABSENT_NAMES = {"absent"}


def vocabulary(model):
    """Every name, tag, value and identifier that a question may quote from the model."""
    words = set()
    for item in model.file.by_type("IfcRoot"):
        words.update(str(v) for v in (item.GlobalId, item.Name, getattr(item, "LongName", None), getattr(item, "Tag", None), getattr(item, "ObjectType", None)) if v)
    for kind in ("IfcMaterial", "IfcClassificationReference"):
        words.update(str(v) for x in model.file.by_type(kind) for v in (x.Name, getattr(x, "ItemReference", None), getattr(x, "Identification", None)) if v)
    for p in model.file.by_type("IfcPropertySingleValue"):
        words.add(p.Name)
        if p.NominalValue is not None:
            words.add(str(p.NominalValue.wrappedValue))
    return words


def finite(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def problems(model, rows):
    """A line for each thing that is wrong with a model's questions."""
    words, found = vocabulary(model), []
    ids = {item.GlobalId for item in model.file.by_type("IfcRoot")}
    for row in rows:
        expected, kind, say = row["expected"], row["answer_type"], lambda what, r=row: found.append(f"{r['id']}: {what} | {r['question_de']}")
        if kind not in TYPES:
            say(f"unknown answer type {kind}")
        if not row["tolerance"]:
            say("no tolerance")
        if kind == "count" and not (isinstance(expected["value"], int) and expected["value"] >= 0):
            say(f"count is {expected['value']}")
        if kind == "number" and not (finite(expected["value"]) and expected["value"] != 0 and "rel" in row["tolerance"] and "unit" in expected):
            say(f"number is {expected['value']} without tolerance or unit")
        if kind == "map" and not (expected["items"] and all(finite(v) for v in expected["items"].values()) and "None" not in expected["items"]):
            say(f"groups are {expected['items']}")
        if kind == "list" and len(expected["names"]) != expected["count"]:
            say("count and names differ")
        if kind == "list" and expected["match"] == "ordered" and len(expected.get("thickness_mm", expected["names"])) != expected["count"]:
            say("order and thickness differ")
        if kind == "text" and not str(expected["value"]).strip():
            say("empty text")
        if not set(expected.get("global_ids", [])) <= ids or expected.get("global_id", next(iter(ids))) not in ids:
            say("a GlobalId is not in the file")
        for language in ("de", "en"):
            asked = row[f"question_{language}"]
            if not asked.strip():
                say("empty question")
            if row["kind"] in ABSENT_NAMES:
                continue
            for quoted in QUOTED.findall(asked):
                if quoted not in words:
                    say(f"quoted but not in the model: {quoted}")
    return found
