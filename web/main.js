// The page: what is selected, what was asked, and how the parts are wired. It keeps nothing but this visit.

import { askModel, listModels, readSuggestions } from "./api.js";
import { chips, inShort, showAnswer, showProblem } from "./answer.js";
import { closeCompletions, wireCompletions } from "./complete.js";
import { announce, button, byId, make } from "./dom.js";
import { number } from "./format.js";
import { explain, language, setLanguage, text } from "./i18n.js";
import { focusModel, renderModels, shapeName } from "./models.js";
import { isSending, onReady, renderReadings, takeFiles, watchRunning } from "./readings.js";

const HISTORY_MAX = 50;
const RETRY_MS = 3000;
/** Suggestions shown before a person asks for more. */
const SUGGESTIONS_FIRST = 6;

const state = {
  models: [],
  loaded: false,
  selected: null,
  suggestions: [],
  allSuggestions: false,
  /** Questions of this visit: model, question, and its answer or its error; newest first. */
  history: [],
  shown: null,
  running: null,
};

/** This tab's conversation. Of random bytes, since `crypto.randomUUID` is absent without TLS. */
const session = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const modelActs = { select: (model) => select(model.model_id), deleted };
const ready = () => state.models.filter((model) => (model.status ?? "ready") === "ready");
const current = () => ready().find((model) => model.model_id === state.selected);

// Models.

async function loadModels() {
  let models;
  try {
    models = await listModels();
  } catch (error) {
    const { sentence, hint } = explain(error);
    connection(`${sentence} ${hint}`);
    setTimeout(loadModels, RETRY_MS);
    return false;
  }
  connection("");
  state.models = [...models].sort((one, other) => String(other.published_at ?? "").localeCompare(String(one.published_at ?? "")));
  state.loaded = true;
  for (const model of models.filter((entry) => entry.status === "ingesting")) watchRunning(model);
  if (!current()) return select(ready()[0]?.model_id ?? null);
  renderList();
  return true;
}

function connection(message) {
  const place = byId("connection");
  place.hidden = !message;
  if (place.textContent !== message) place.textContent = message;
}

function select(id) {
  const changed = state.selected !== id;
  state.selected = id;
  if (changed) {
    state.running?.abort();
    state.shown = state.history.find((entry) => entry.model === id) ?? null;
    state.suggestions = [];
    state.allSuggestions = false;
    closeCompletions();
    byId("question").value = "";
    writeAddress();
    void loadSuggestions();
  }
  render();
  return true;
}

async function loadSuggestions() {
  const id = state.selected;
  if (!id) return;
  const suggestions = await readSuggestions(id).catch(() => []);
  if (id !== state.selected) return;
  state.suggestions = suggestions;
  renderSuggestions();
}

async function deleted(model) {
  state.history = state.history.filter((entry) => entry.model !== model.model_id);
  state.models = state.models.filter((entry) => entry.model_id !== model.model_id);
  if (state.selected === model.model_id) select(ready()[0]?.model_id ?? null);
  else renderList();
  focusModel(state.selected);
  await loadModels();
}

// Questions.

/** Asks. `asked` holds `text`, and `language` or `mode` where they are known. */
async function ask(asked) {
  const words = asked.text.trim();
  const model = state.selected;
  if (!words || !model) return;
  state.running?.abort();
  closeCompletions();
  const running = new AbortController();
  state.running = running;
  byId("question").value = words;
  byId("asking").textContent = text("asking", { question: words });
  byId("answer").setAttribute("aria-busy", "true");
  const entry = { model, question: words };
  try {
    entry.answer = await askModel(model, { session_id: session, ...asked, text: words }, running.signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    entry.error = error;
  } finally {
    if (state.running === running) {
      state.running = null;
      byId("asking").textContent = "";
      byId("answer").removeAttribute("aria-busy");
    }
  }
  state.history = [entry, ...state.history.filter((old) => old.model !== model || old.question !== words)].slice(0, HISTORY_MAX);
  if (model === state.selected) show(entry);
  announce(entry.answer?.answer?.text ?? entry.answer?.reason ?? (entry.answer ? text(entry.answer.status) : explain(entry.error).sentence));
}

function show(entry) {
  state.shown = entry;
  writeAddress();
  renderAnswer();
  renderHistory();
}

/** The address names model and question, so that a link shows the same to a colleague. */
function writeAddress() {
  const values = new URLSearchParams();
  if (state.selected) values.set("model", state.selected);
  if (state.shown) values.set("q", state.shown.question);
  history.replaceState(null, "", state.selected ? `#${values}` : location.pathname);
}

/** Follows such a link. Exact answers only: a link from elsewhere must not make this server pay a language model. */
async function followAddress() {
  const values = new URLSearchParams(location.hash.slice(1));
  await loadModels();
  const wanted = values.get("model");
  if (!wanted || !ready().some((model) => model.model_id === wanted)) return;
  select(wanted);
  if (values.get("q")) await ask({ text: values.get("q"), mode: "exact" });
}

// What is seen.

function render() {
  document.documentElement.lang = language();
  document.title = current() ? `${current().name} · ifc-chunking` : `${text("title")} · ifc-chunking`;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  for (const name of ["de", "en"]) byId(`language-${name}`).setAttribute("aria-pressed", String(language() === name));
  byId("suggestions").setAttribute("aria-label", text("suggestions"));
  byId("completions").setAttribute("aria-label", text("completions"));
  byId("empty").hidden = Boolean(current()) || !state.loaded;
  byId("ask").hidden = !current();
  renderKinds();
  renderReadings();
  renderList();
  renderHead();
  renderSuggestions();
  renderAnswer();
  renderHistory();
}

function renderKinds() {
  const kinds = [
    ["IFC", "kind_step"],
    ["ifcJSON", "kind_ifcjson"],
    ["IFCX", "kind_ifcx"],
    ["header/data", "kind_header"],
    [text("kind_list_name"), "kind_list"],
    ["JSON", "kind_others"],
  ];
  byId("kinds").replaceChildren(...kinds.flatMap(([name, key]) => [make("dt", {}, name), make("dd", {}, text(key))]));
}

function renderList() {
  renderModels(ready(), state.selected, modelActs);
}

function renderHead() {
  const model = current();
  if (!model) return;
  byId("model-name").textContent = model.name;
  const problems = model.problems ?? 0;
  byId("model-facts").textContent = [
    text("parts", { count: number(model.elements ?? 0, 0) }),
    text("entities", { count: number(model.entities ?? 0, 0) }),
    shapeName(model.shape),
    model.schema,
    problems === 1 ? text("problems_one") : problems > 1 ? text("problems", { count: number(problems, 0) }) : "",
  ].filter(Boolean).join(" · ");
  byId("model-warning").hidden = !model.truncated;
  byId("model-warning").textContent = model.truncated ? text("truncated") : "";
}

function renderSuggestions() {
  const shown = state.allSuggestions ? state.suggestions : state.suggestions.slice(0, SUGGESTIONS_FIRST);
  const pressed = chips(shown, (words) => ask({ text: words, language: language() })).children;
  const more = shown.length === state.suggestions.length ? [] : [button(text("suggestions_more"), "chip more", () => {
    state.allSuggestions = true;
    renderSuggestions();
    byId("suggestions").children[SUGGESTIONS_FIRST]?.focus();
  })];
  byId("suggestions").replaceChildren(...pressed, ...more);
}

function renderAnswer() {
  const place = byId("answer");
  const { shown } = state;
  place.hidden = !shown;
  if (!shown) {
    place.replaceChildren();
  } else if (shown.answer) {
    showAnswer(place, shown.answer, { ask: (words, spoken) => ask({ text: words, language: spoken }), link: () => location.href });
  } else {
    showProblem(place, shown.question, shown.error);
  }
}

function renderHistory() {
  const entries = state.history.filter((entry) => entry.model === state.selected);
  byId("history").hidden = entries.length === 0;
  byId("history-list").replaceChildren(...entries.map((entry) => {
    const short = entry.answer ? inShort(entry.answer) : text("question_failed");
    const open = () => {
      byId("question").value = entry.question;
      show(entry);
      byId("answer").scrollIntoView({ block: "nearest" });
    };
    return make("li", {}, make(
      "button", { type: "button", "aria-current": entry === state.shown ? "true" : null, on: { click: open } },
      make("span", {}, entry.question), make("span", { className: "quiet" }, short),
    ));
  }));
}

// What a person does.

function wireLanguages() {
  for (const name of ["de", "en"]) {
    byId(`language-${name}`).addEventListener("click", () => {
      setLanguage(name);
      render();
      void loadSuggestions();
    });
  }
}

function wireFiles() {
  byId("file").addEventListener("change", (event) => {
    takeFiles(event.target.files);
    // The same file may be chosen again after a failure.
    event.target.value = "";
  });
  addEventListener("beforeunload", (event) => { if (isSending()) event.preventDefault(); });
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const cover = (shown) => { byId("drop-cover").hidden = !shown; };
  addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    cover(true);
  });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) cover(false); });
  addEventListener("drop", (event) => {
    cover(false);
    if (!carriesFiles(event)) return;
    event.preventDefault();
    takeFiles(event.dataTransfer.files);
  });
}

function wireQuestion() {
  const field = byId("question");
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    void ask({ text: field.value });
  });
  // First, so that a key which chooses from the list does not ask.
  wireCompletions(field, () => state.selected);
  field.addEventListener("keydown", (event) => {
    // While a character is being composed, Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void ask({ text: field.value });
  });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || byId("ask").hidden) return;
    event.preventDefault();
    field.focus();
  });
}

onReady(async (status, byThisPage) => {
  await loadModels();
  if (byThisPage && ready().some((model) => model.model_id === status.model_id)) {
    select(status.model_id);
    byId("question").focus();
  }
});
wireLanguages();
wireFiles();
wireQuestion();
addEventListener("hashchange", followAddress);
render();
void followAddress();
