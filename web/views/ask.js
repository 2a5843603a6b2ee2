// The ask view: a question, the answer, and the conversation it stands in.

import { readSuggestions } from "../api.js";
import { chips, inShort, showAnswer, showProblem } from "../answer.js";
import { closeCompletions, wireCompletions } from "../complete.js";
import { announce, button, byId, make, named } from "../dom.js";
import { number } from "../format.js";
import { explain, language, text } from "../i18n.js";
import { go, note } from "../router.js";
import * as session from "../session.js";
import { current, select, state } from "../state.js";

/** Suggestions shown before a person asks for more. */
const SUGGESTIONS_FIRST = 6;
/** Entries of a conversation that are listed. */
const THREAD_MAX = 50;
/** A question that takes longer is seen to run; most have their answer before that, and nothing may jump for them. */
const SEEN_AFTER_MS = 250;
const STAGES = ["opening", "computing", "lost"];
/** One that takes longer still is told of aloud. */
const TELL_AFTER_MS = 1000;

const view = { model: null, suggestions: [], spoken: "", all: false, shown: null, running: null, clock: 0, told: false, restoring: null, handed: null };

/** Asks a model a question from another view. Handed over here and not in the address, which anybody may write. */
export function askFor(model, question) {
  view.handed = { model, asked: { text: question, language: language() } };
  go("ask", { model });
}

/**
 * Shows what the address names; a question in it is asked unless this conversation has its answer. Where its model is not
 * there, the question stands in the field: another model has other answers.
 */
export async function enter(values, isThere) {
  const model = state.selected;
  const handed = view.handed?.model === values.get("model") ? view.handed.asked : null;
  view.handed = null;
  const question = handed?.text ?? values.get("q");
  if (!isThere && question) byId("question").value = question;
  view.restoring ??= session.restore();
  await view.restoring;
  // Meanwhile a person may have turned to another model.
  if (model !== state.selected) return;
  if (!isThere || !model || !question) {
    if (!view.shown) show(lastOf(model));
    return;
  }
  const known = handed ? null : session.entries.findLast((entry) => entry.model === model && entry.question === question && entry.status === "answered");
  if (known) show(known);
  // Exact answers only: a link from elsewhere must not make this server pay a language model.
  else ask(handed ?? { text: question, mode: "exact" }, model);
}

const lastOf = (model) => session.entries.findLast((entry) => entry.model === model && entry.status !== "cancelled") ?? null;

/** Writes the view again. */
export function render() {
  const model = current();
  byId("ask-none").hidden = Boolean(model) || !state.loaded;
  byId("ask").hidden = !model;
  if (view.model !== state.selected) {
    view.model = state.selected;
    view.suggestions = [];
    view.all = false;
    view.shown = lastOf(state.selected);
    closeCompletions();
    byId("question").value = "";
    void loadSuggestions();
  } else if (view.spoken !== language()) {
    void loadSuggestions();
  }
  renderSuggestions();
  renderRunning();
  renderAnswer();
  renderThread();
}

async function loadSuggestions() {
  const id = state.selected;
  const spoken = language();
  view.spoken = spoken;
  if (!id) return;
  const suggestions = await readSuggestions(id).catch(() => []);
  if (id !== state.selected || spoken !== language()) return;
  view.suggestions = suggestions;
  renderSuggestions();
}

/** Asks a model. `asked` holds `text`, and `language` or `mode` where they are known. */
function ask(asked, model = state.selected) {
  const field = byId("question");
  const words = asked.text.trim();
  if (!words || !model) return;
  select(model);
  if (view.running) session.cancel(view.running);
  closeCompletions();
  field.value = words;
  if (document.activeElement === field) {
    // The next question takes its place without a stroke; on a touch screen the keyboard would cover the answer.
    if (matchMedia("(pointer: coarse)").matches) field.blur();
    else field.select();
  }
  byId("answer").setAttribute("aria-busy", "true");
  view.told = false;
  view.running = session.ask(model, { ...asked, text: words });
  renderRunning();
}

/** Hears of every change of a question of the conversation. */
function changed(entry) {
  if (entry === view.running && entry.status !== "running") ended(entry);
  // The last one of before a reload goes on running here.
  else if (!view.running && entry.status === "running" && entry.accepted && entry.model === state.selected) view.running = entry;
  renderRunning();
  renderThread();
}

function ended(entry) {
  view.running = null;
  byId("answer").removeAttribute("aria-busy");
  if (entry.status === "cancelled") {
    announce(text("question_cancelled"));
    return;
  }
  if (entry.model === state.selected) show(entry);
  const { answer } = entry;
  announce(answer?.answer?.text ?? answer?.reason ?? (answer ? text(answer.status) : explain(entry.error).sentence));
}

function show(entry) {
  view.shown = entry;
  if (entry && !byId("view-ask").hidden && !state.missing) note("ask", { model: entry.model, q: entry.question });
  renderAnswer();
  renderThread();
}

// What is seen.

function renderSuggestions() {
  const shown = view.all ? view.suggestions : view.suggestions.slice(0, SUGGESTIONS_FIRST);
  const pressed = chips(shown, (words) => ask({ text: words, language: language() })).children;
  const more = shown.length === view.suggestions.length ? [] : [button(text("suggestions_more"), "chip more", () => {
    view.all = true;
    renderSuggestions();
    byId("suggestions").children[SUGGESTIONS_FIRST]?.focus();
  })];
  byId("suggestions").replaceChildren(...pressed, ...more);
}

function renderRunning() {
  const { running } = view;
  clearInterval(view.clock);
  if (!running) {
    byId("running").hidden = true;
    byId("asking").replaceChildren();
    return;
  }
  const tick = () => {
    const since = performance.now() - running.since;
    byId("running").hidden = since < SEEN_AFTER_MS;
    const stage = text(STAGES.includes(running.stage) ? `stage_${running.stage}` : "computing");
    const line = since < TELL_AFTER_MS ? stage : `${stage}, ${text("so_far", { time: number(Math.floor(since / 1000), 0) })}`;
    byId("asking").replaceChildren(text("asking", { question: running.question }), make("span", { className: "quiet" }, ` ${line}`));
    if (since >= TELL_AFTER_MS && !view.told) {
      view.told = true;
      announce(stage);
    }
  };
  tick();
  view.clock = setInterval(tick, SEEN_AFTER_MS);
}

function renderAnswer() {
  const place = byId("answer");
  const { shown } = view;
  place.hidden = !shown || shown.status === "running";
  if (place.hidden) {
    place.replaceChildren();
  } else if (shown.answer) {
    showAnswer(place, shown.answer, { ask: (words, spoken) => ask({ text: words, language: spoken }, shown.model), link: () => location.href });
  } else {
    showProblem(place, shown.question, shown.error ?? { code: "internal" });
  }
}

function renderThread() {
  const entries = session.entries.filter((entry) => entry.model === state.selected).slice(-THREAD_MAX);
  byId("thread").hidden = entries.length === 0;
  byId("thread-list").replaceChildren(...entries.map((entry) => {
    const short = entry.answer ? inShort(entry.answer) : text(`question_${entry.status}`);
    const open = () => {
      byId("question").value = entry.question;
      if (entry.status === "answered" || entry.status === "failed") show(entry);
      byId("answer").scrollIntoView({ block: "nearest" });
    };
    return make("li", { className: entry.status }, make(
      "button", { type: "button", "aria-current": entry === view.shown ? "true" : null, on: { click: open } },
      named(entry.question), named(short, { className: "quiet" }),
    ));
  }));
}

// What a person does.

/** Wires the view, once. */
export function wire() {
  const field = byId("question");
  session.onEntry(changed);
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    ask({ text: field.value });
  });
  byId("cancel").addEventListener("click", () => {
    if (view.running) session.cancel(view.running);
    field.focus();
  });
  byId("begin").addEventListener("click", () => {
    void session.begin();
    view.shown = null;
    note("ask", { model: state.selected });
    render();
    field.value = "";
    field.focus();
    announce(text("begun"));
  });
  // First, so that a key which chooses from the list does not ask.
  wireCompletions(field, () => state.selected);
  field.addEventListener("keydown", (event) => {
    // While a character is being composed, Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask({ text: field.value });
  });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || byId("ask").hidden || byId("view-ask").hidden) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
