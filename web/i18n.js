// Every text of the page, German first. A text stands once with both languages, so none can be missing in one.

import { isolate } from "./dom.js";
import { errors } from "./errors.js";
import ask from "./texts/ask.js";
import chunks from "./texts/chunks.js";
import common from "./texts/common.js";
import history from "./texts/history.js";
import models from "./texts/models.js";

const texts = { ...common, ...models, ...ask, ...chunks, ...history };


const KEY = "ifc-chunking.language";

function firstLanguage() {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === "de" || kept === "en") return kept;
  } catch { /* storage may be forbidden; the browser's language serves */ }
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
}

let current = firstLanguage();

/** `de` or `en`. */
export const language = () => current;

/** Switches and remembers. */
export function setLanguage(chosen) {
  current = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch { /* it holds for this visit then */ }
}

/** What a model or a file may name; set apart from the writing around it. */
const NAMES = ["name", "question", "path"];

/** A text in the page's language; `{name}` is filled from `values`. */
export function text(key, values = {}) {
  const pair = texts[key];
  if (!pair) throw new Error(`no text ${key}`);
  return pair[current === "de" ? 0 : 1].replace(/\{(\w+)\}/g, (_, name) => (
    NAMES.includes(name) ? isolate(values[name]) : String(values[name] ?? "")));
}

/** A question in the page's language, as a person would type it: without the signs that set names apart. */
export const questionText = (key, values) => text(key, values).replace(/[\u2066-\u2069]/g, "");

/** The server writes messages without capital and stop, to be set into others. */
const asSentence = (words) => words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");

/**
 * An error as three lines in the page's language: the sentence, what to do, and the server's own message where it says
 * more than the sentence. The server words its messages in English.
 */
export function explain(error) {
  const entry = errors[error.code];
  const german = current === "de";
  const detail = error.detail ?? "";
  if (!german && detail) return { sentence: asSentence(detail), hint: error.hint || entry?.[3] || "", detail: "" };
  return {
    sentence: entry ? entry[german ? 0 : 1] : detail || error.code,
    hint: (german ? error.hintDe ?? error.hint_de : error.hint) || entry?.[german ? 2 : 3] || "",
    detail,
  };
}
