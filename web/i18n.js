// Every text of the page, German first. A text stands once with both languages, so none can be missing in one.

import { errors } from "./errors.js";

const texts = {
  title: ["Bauwerksmodelle befragen", "Ask building models"],
  tagline: ["Genaue Antworten aus Bauwerksmodellen", "Exact answers from building models"],
  skip: ["Zum Fragefeld", "Skip to the question"],
  models: ["Modelle", "Models"],
  choose: ["Datei wählen", "Choose a file"],
  drop: ["oder irgendwo auf dieser Seite ablegen", "or drop it anywhere on this page"],
  drop_here: ["Loslassen, um die Datei einzulesen", "Let go to have the file read"],

  empty_title: ["Noch kein Bauwerksmodell", "No building model yet"],
  empty_what: [
    "Legen Sie einen Export Ihres Modells auf dieser Seite ab oder wählen Sie eine Datei. Sie wird gelesen, bleibt auf diesem Server und kann dann befragt werden.",
    "Drop an export of your model on this page or choose a file. It is read, stays on this server and can then be asked.",
  ],
  kinds_title: ["Diese Dateien werden gelesen", "Files that are read"],
  kind_ifcjson: [
    "Liste der IFC-Objekte mit Beziehungen, Mengen und Eigenschaften (IFC2X3, IFC4, IFC4X3)",
    "list of IFC objects with relations, quantities and properties (IFC2X3, IFC4, IFC4X3)",
  ],
  kind_step: [
    "IFC-Dateien (STEP), auch als .ifczip (IFC2X3, IFC4, IFC4X3)",
    "IFC files (STEP), also as .ifczip (IFC2X3, IFC4, IFC4X3)",
  ],
  kind_others: [
    "Exporte von web-ifc und xeokit, Tabellen nach Klassen; anderes JSON wird als einfache Datensätze gelesen",
    "exports of web-ifc and xeokit, tables by class; other JSON is read as plain records",
  ],
  kind_ifcx: ["Knoten mit Pfaden und Attributen (IFC5)", "nodes with paths and attributes (IFC5)"],
  kind_header: ["Objekte nach IFC-Klasse geordnet, mit Kopf", "objects by IFC class, with a header"],
  kind_list: ["gruppierte Bauteile mit Abmessungen in deutscher Sprache", "grouped building parts with dimensions, in German"],
  kind_list_name: ["Deutsche Bauteilliste", "German component list"],
  kinds_packed: ["Mit gzip oder zstd gepackte Dateien (.gz, .zst) werden unmittelbar gelesen.", "Files packed with gzip or zstd (.gz, .zst) are read as they are."],

  waiting: ["wartet, bis die vorige Datei gelesen ist", "waits for the file before it"],
  sending: ["wird übertragen", "being sent"],
  reading: ["wird gelesen", "being read"],
  lost: ["Server antwortet nicht, neuer Versuch", "server does not answer, trying again"],
  reading_of: ["Einlesen von {name}", "Reading {name}"],
  bytes_of: ["{done} von {all}", "{done} of {all}"],
  entities_so_far: ["{count} Objekte", "{count} entities"],
  per_second: ["{rate}/s", "{rate}/s"],
  remaining: ["noch {time}", "{time} left"],
  under_a_second: ["unter 1 s", "under 1 s"],
  percent_read: ["{name}: {percent} %", "{name}: {percent} %"],
  is_ready: ["{name} ist gelesen: {count} Bauteile.", "{name} is read: {count} parts."],
  reading_failed: ["Nicht eingelesen", "Not read"],
  failed_announce: ["{name} wurde nicht eingelesen. {why}", "{name} was not read. {why}"],
  again: ["Erneut versuchen", "Try again"],
  dismiss: ["Ausblenden", "Dismiss"],
  request: ["Anfrage {id}", "Request {id}"],

  parts: ["{count} Bauteile", "{count} parts"],
  entities: ["{count} Objekte", "{count} entities"],
  truncated: ["Datei unvollständig: gelesen ist, was vor ihrem Ende vollständig war", "Incomplete file: what was whole before its end has been read"],
  problems_one: ["1 Auffälligkeit beim Lesen", "1 problem while reading"],
  problems: ["{count} Auffälligkeiten beim Lesen", "{count} problems while reading"],
  today: ["heute, {time}", "today, {time}"],
  delete: ["Löschen", "Delete"],
  delete_named: ["{name} löschen", "Delete {name}"],
  delete_sure: ["{name} vom Server löschen?", "Delete {name} from the server?"],
  keep: ["Behalten", "Keep"],
  deleted: ["{name} ist gelöscht.", "{name} is deleted."],

  question_label: ["Ihre Frage an dieses Modell", "Your question about this model"],
  question_help: ["Eingabetaste fragt, Umschalt + Eingabe beginnt eine Zeile.", "Enter asks, Shift + Enter begins a line."],
  ask: ["Fragen", "Ask"],
  suggestions: ["Fragen, die dieses Modell beantworten kann", "Questions this model can answer"],
  suggestions_more: ["Weitere Fragen …", "More questions …"],
  completions: ["So kann die Frage weitergehen", "Ways to go on with the question"],
  completions_found: ["{count} Vorschläge, mit Pfeiltasten wählen", "{count} suggestions, choose with the arrow keys"],
  completion_question: ["Frage", "question"],
  completion_part: ["Bauteil", "part"],
  completion_storey: ["Geschoss", "storey"],
  completion_space: ["Raum", "room"],
  completion_material: ["Material", "material"],
  completion_type: ["Typ", "type"],
  completion_property: ["Eigenschaft", "property"],
  completion_value: ["Wert", "value"],
  completion_name: ["Name", "name"],
  asking: ["Wird berechnet: „{question}“", "Computing: “{question}”"],
  history: ["In diesem Besuch gefragt", "Asked in this visit"],

  yes: ["Ja", "Yes"],
  no: ["Nein", "No"],
  not_in_model: ["Nicht im Modell enthalten", "Not in the model"],
  not_understood: ["Nicht verstanden", "Not understood"],
  needs_llm: ["Nur mit einem Sprachmodell zu beantworten", "Only a language model could answer this"],
  needs_llm_note: [
    "Auf diesem Server darf für diese Frage keines verwendet werden; geraten wird nicht.",
    "None may be used for this question on this server, and nothing is guessed.",
  ],
  try_instead: ["Dieses Modell kann zum Beispiel beantworten:", "This model can answer, for example:"],
  question_failed: ["Die Frage konnte nicht beantwortet werden", "The question could not be answered"],
  all_covered: ["Alle {count} gefundenen Elemente sind berücksichtigt.", "All {count} matching elements are included."],
  one_covered: ["Das eine gefundene Element ist berücksichtigt.", "The one matching element is included."],
  covered: ["{used} von {count} gefundenen Elementen sind berücksichtigt.", "{used} of {count} matching elements are included."],
  left_out: ["Nicht berücksichtigt", "Left out"],
  by_llm: ["Diese Antwort hat ein Sprachmodell formuliert.", "A language model worded this answer."],

  chart: ["Verteilung", "Distribution"],
  group: ["Gruppe", "Group"],
  unit: ["Einheit", "Unit"],
  value: ["Wert", "Value"],
  count: ["Anzahl", "Count"],
  items: ["Belege", "Items"],
  entries: ["{count} Einträge", "{count} entries"],
  items_shown: ["{shown} von {all}", "{shown} of {all}"],
  show_all: ["Alle {count} zeigen", "Show all {count}"],
  position: ["Nr.", "No."],
  name: ["Name", "Name"],
  number: ["Nummer", "Number"],
  type: ["Typ", "Type"],
  storey: ["Geschoss", "Storey"],
  thickness: ["Dicke (mm)", "Thickness (mm)"],
  source: ["Herkunft", "Source"],
  sort_by: ["Nach {column} sortieren", "Sort by {column}"],

  copy_link: ["Link kopieren", "Copy link"],
  copied: ["Link kopiert", "Link copied"],
  copy_refused: ["Der Link steht in der Adresszeile", "The link is in the address bar"],
  csv: ["Tabelle als CSV", "Table as CSV"],
  how: ["Wie das berechnet wurde", "How this was computed"],
  understood_as: ["Verstanden als:", "Understood as:"],
  rule: ["Regel", "Rule"],
  plan: ["Plan", "Plan"],
  took: ["Dauer", "Time taken"],
  answered_by: ["Beantwortet", "Answered"],
  by_exact: ["exakt, aus gespeicherten Werten", "exactly, from stored values"],
  by_model: ["von einem Sprachmodell ({model}), {usd} US-Dollar", "by a language model ({model}), {usd} US dollars"],
  kept: ["Aus dem Zwischenspeicher", "From the cache"],
  evidence: ["Beleg", "Evidence"],
  evidence_open: ["Alle Werte als JSON", "All values as JSON"],
  evidence_csv: ["als CSV", "as CSV"],
  evidence_xlsx: ["als Excel-Datei", "as an Excel file"],
};

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

/** A text in the page's language; `{name}` is filled from `values`. */
export function text(key, values = {}) {
  const pair = texts[key];
  if (!pair) throw new Error(`no text ${key}`);
  return pair[current === "de" ? 0 : 1].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

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
