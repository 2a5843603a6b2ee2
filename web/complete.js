// Ways to go on while a question is typed: a list under the field, worked with the arrow keys, Enter, Tab and Escape.
// The field keeps the focus; the option that is meant is told by aria-activedescendant.

import { readCompletions } from "./api.js";
import { announce, byId, make } from "./dom.js";
import { text } from "./i18n.js";

/** Typing is answered when the fingers rest this long. */
const PAUSE_MS = 80;

const state = { found: [], active: -1, timer: 0, running: null };

/** Wires the field. `modelId()` gives the selected model. */
export function wireCompletions(field, modelId) {
  field.addEventListener("input", () => {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => void look(field, modelId()), PAUSE_MS);
  });
  field.addEventListener("blur", closeCompletions);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || !handled(field, event)) return;
    event.preventDefault();
    // Enter would ask the question otherwise.
    event.stopImmediatePropagation();
  });
}

/** Takes the list away, also one that is still on its way. */
export function closeCompletions() {
  clearTimeout(state.timer);
  state.running?.abort();
  state.found = [];
  state.active = -1;
  draw();
}

async function look(field, model) {
  state.running?.abort();
  const typed = field.value.slice(0, field.selectionStart);
  if (!model || !typed.trim()) {
    closeCompletions();
    return;
  }
  const running = new AbortController();
  state.running = running;
  // Completions are a help: without them the question is typed to its end.
  const found = await readCompletions(model, typed, running.signal).catch(() => []);
  if (state.running !== running || running.signal.aborted) return;
  state.found = found;
  state.active = -1;
  draw();
  if (found.length > 0) announce(text("completions_found", { count: found.length }));
}

/** Whether a key was for the list. */
function handled(field, event) {
  const count = state.found.length;
  if (count === 0) return false;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : -1;
    // One more place than options: none of them.
    state.active = ((state.active + 1 + step + count + 1) % (count + 1)) - 1;
    draw();
    return true;
  }
  if (event.key === "Escape") {
    closeCompletions();
    return true;
  }
  if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && state.active >= 0) {
    take(field, state.found[state.active]);
    return true;
  }
  return false;
}

/** Puts a completion in the place of what was typed up to the cursor. */
function take(field, completion) {
  const rest = completion.kind === "question" ? "" : field.value.slice(field.selectionStart);
  field.value = completion.text + rest;
  field.setSelectionRange(completion.text.length, completion.text.length);
  closeCompletions();
  field.focus();
}

function draw() {
  const field = byId("question");
  const place = byId("completions");
  place.hidden = state.found.length === 0;
  place.replaceChildren(...state.found.map((completion, index) => make("li", {
    id: `completion-${index}`,
    role: "option",
    "aria-selected": String(index === state.active),
    on: {
      // Before the field loses the focus, which takes the list away.
      mousedown: (event) => {
        event.preventDefault();
        take(field, completion);
      },
    },
  }, make("span", { dir: "auto" }, completion.label), make("span", { className: "quiet" }, text(`completion_${completion.kind}`)))));
  if (state.active >= 0) {
    field.setAttribute("aria-activedescendant", `completion-${state.active}`);
    byId(`completion-${state.active}`).scrollIntoView({ block: "nearest" });
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}
