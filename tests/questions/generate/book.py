"""Collecting questions: each call of `ask` adds one question in two languages with its known answer."""
from model import NET_FLOOR_AREA

SHAPES = ["ifc", "ifcjson", "ifcjson-nogeom"]
YES = ["true", "ja", "yes", "wahr"]
NO = ["false", "nein", "no,", "no.", "no:", "no ", "keine", "kein ", "not ", "nicht", "falsch"]


def count(items, **more):
    """A number of things, from the things themselves (which are kept as evidence) or a plain number."""
    if isinstance(items, int):
        return "count", {"value": items, "unit": "count", **more}, {"abs": 0}
    return "count", {"value": len(items), "unit": "count", "global_ids": [e.GlobalId for e in items], **more}, {"abs": 0}


def number(value, unit, *accept, rel=0.01):
    """A figure with its unit; `accept` holds (value, unit, why) of other readings that are right too."""
    expected = {"value": float(f"{value:.6g}"), "unit": unit}
    others = [{"value": float(f"{v:.6g}"), "unit": u, "why": why} for v, u, why in accept]
    others = [o for o in others if (o["value"], o["unit"]) != (expected["value"], unit)]
    return "number", {**expected, **({"accept": others} if others else {})}, {"rel": rel}


def percent(part, whole, *accept):
    """A share in per cent; the same share as a fraction or with the unit spelt out is right too."""
    shares = [(part / whole, "share")] + [(p / w, why) for p, w, why in accept]
    others = [(100 * s, u, why) for s, why in shares for u in ("%", "percent")] + [(s, "ratio", why) for s, why in shares] + [(s, "1", why) for s, why in shares]
    return number(100 * part / whole, "%", *others[1:])


def listing(items, **more):
    """A set of elements or rooms."""
    names = [getattr(e, "LongName", None) or e.Name for e in items]
    expected = {"count": len(items), "names": names, "global_ids": [e.GlobalId for e in items], "match": "set; names or GlobalIds"}
    if items and items[0].is_a("IfcSpace"):
        expected["numbers"] = [e.Name for e in items]
    return "list", {**expected, **more}, {"set": "exact"}


def names(values, ordered=False, **more):
    """A set (or an order) of words: materials, types, values, storeys."""
    return "list", {"count": len(values), "names": list(values), "match": "ordered" if ordered else "set", **more}, {"set": "exact"}


def layers(rows):
    kind, expected, tolerance = names([m for m, _ in rows], ordered=True)
    return kind, {**expected, "thickness_mm": [round(t, 3) for _, t in rows]}, tolerance


def none(items):
    """An empty set: answered with nothing listed, or said not to be in the model."""
    if items:
        raise ValueError(f"{len(items)} things where none were expected")
    return "list", {"count": 0, "names": [], "global_ids": [], "match": "set"}, {"set": "exact"}


def groups(items):
    return "map", {"items": {str(k): v for k, v in items.items()}, "unit": "count"}, {"abs": 0}


def text(value, *aliases, item=None, figure=None, accept=()):
    """A word that the answer must hold; with `figure`, also a number that must stand in it (the comparison calls it area)."""
    expected = {"value": str(value)}
    if aliases:
        expected["aliases"] = [str(a) for a in aliases]
    if item is not None:
        expected["global_id"] = item.GlobalId
    if figure is None:
        return "text", expected, {"text": "contains"}
    expected["area"] = float(f"{figure:.6g}")
    if accept:
        expected["accept"] = [{"value": float(f"{v:.6g}")} for v in accept]
    return "text", expected, {"text": "contains", "rel": 0.01}


def element_text(item, figure=None, accept=()):
    """One element or room as the answer, by name, number or GlobalId."""
    word = getattr(item, "LongName", None) or item.Name
    return text(word, *([item.Name] if item.is_a("IfcSpace") and len(item.Name) > 2 else []), item=item, figure=figure, accept=accept)


def yes_no(value):
    """The contract's boolean; written as text because the shared comparison has no type of its own for it."""
    words = YES if value else NO
    return "text", {"value": words[0], "aliases": words[1:], "boolean": value}, {"text": "contains"}


def absent(reason_de, reason_en, found):
    """The model holds nothing that answers the question; `found` is what was looked for and must be empty."""
    if len(found):
        raise ValueError(f"not absent: {list(found)[:5]}")
    return "not_available", {"value": None, "reason_de": reason_de, "reason_en": reason_en}, {"set": "exact"}


def unanswerable_pair():
    """Two unrelated askings in one sentence: one answer has one kind and one value, so it must not be `answered`."""
    return "not_available", {"value": None, "reason_de": "Zwei Fragen in einem Satz; eine Antwort trägt nur eine.",
                             "reason_en": "Two questions in one sentence; an answer carries one."}, {"set": "exact"}


def tally(values):
    """How often each value occurs, in the order of the values."""
    found = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: str(pair[0])))


class Book:
    """The questions of one model."""

    def __init__(self, model):
        self.model, self.rows = model, []

    def ask(self, kind, style, german, english, known, how, tags=()):
        """Adds one question. `kind` is what is asked for, `style` how it is said, `known` one of the functions above."""
        answer_type, expected, tolerance = known
        row = {"id": f"{self.model.name}-b{len(self.rows) + 1:03}", "model": self.model.name, "question_de": german, "question_en": english,
               "kind": kind, "style": style, "answer_type": answer_type, "expected": expected, "tolerance": tolerance,
               "how_computed": how, "tags": list(tags), "answerable_in": list(SHAPES)}
        if kind == "absent":
            row["tags"].append("negative")
        if kind == "two-unrelated":
            row["tags"] += ["offtopic", "two_askings"]
        self.rows.append(row)


def floor_area(model, space):
    """Net floor area of a room in square metres."""
    return model.amount(space, *NET_FLOOR_AREA, "Area")


def gross_area(model, space):
    return model.quantity(space, "GrossFloorArea")
