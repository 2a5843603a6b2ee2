#!/usr/bin/env python3
"""Computes the known answer of every question and writes the question file.

usage: generate.py --models FOLDER [--out FILE] [--print]

FOLDER holds one folder a model, <model>/<model>.ifc or <model>.ifc.gz. `--print` lists each question with its answer.
"""
import argparse
import collections
import importlib
import json
from pathlib import Path

from check import problems
from model import Model

MODELS = ["fzk_haus", "duplex", "large_building", "tall_building", "schependomlaan_root"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", required=True, help="folder of the models")
    parser.add_argument("--out", default=str(Path(__file__).parent.parent / "second" / "questions.json"))
    parser.add_argument("--only", help="one model, for trying things out")
    parser.add_argument("--print", action="store_true", dest="show", help="list every question with its answer")
    args = parser.parse_args()
    rows, wrong = [], []
    for name in MODELS:
        if args.only and name != args.only:
            continue
        model = Model(args.models, name)
        mine = importlib.import_module(f"sets.{name}").questions(model)
        wrong += problems(model, mine)
        rows += mine
    wrong += [f"{row['id']}: asked twice: {text}" for text, row in repeated(rows)]
    if args.show:
        for row in rows:
            short = {k: v for k, v in row["expected"].items() if k not in ("global_ids", "reason_en")}
            print(f"{row['id']} {row['kind']}/{row['style']} | {row['question_de']} | {row['question_en']}\n    {row['answer_type']} {json.dumps(short, ensure_ascii=False)}")
    Path(args.out).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    for field in ("model", "kind", "style", "answer_type"):
        print(f"{field}: " + ", ".join(f"{k} {v}" for k, v in sorted(collections.Counter(r[field] for r in rows).items())))
    print(f"{len(rows)} questions in each of two languages, {len(wrong)} problems")
    for line in wrong:
        print("  " + line)
    raise SystemExit(1 if wrong else 0)


def repeated(rows):
    """Texts that are asked twice of the same model in the same language."""
    seen = set()
    for row in rows:
        for language in ("de", "en"):
            key = (row["model"], language, " ".join(row[f"question_{language}"].split()).casefold())
            if key in seen:
                yield key[2], row
            seen.add(key)


if __name__ == "__main__":
    main()
