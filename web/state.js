// What several views share: the models of the server, and which one is selected. It keeps nothing but this visit.

import { listModels } from "./api.js";
import { byId } from "./dom.js";
import { explain } from "./i18n.js";
import { watchRunning } from "./readings.js";

const RETRY_MS = 3000;

/** Shared state; changed by the functions of this file. `missing` is a model that the address names and the server has not. */
export const state = { models: [], loaded: false, selected: null, missing: "" };

const listeners = [];

/** Calls `listener` when the models or the selection changed. */
export const onChange = (listener) => { listeners.push(listener); };
const tell = () => { for (const listener of listeners) listener(); };

/** Models that can be asked, the newest first. */
export const ready = () => state.models.filter((model) => (model.status ?? "ready") === "ready");

/** The selected model. */
export const current = () => ready().find((model) => model.model_id === state.selected);

let retry = 0;
/** Who waits for the list. */
const waiting = [];

/** Fetches the list; tries again later when the server does not answer. */
export async function loadModels() {
  clearTimeout(retry);
  let models;
  try {
    models = await listModels();
  } catch (error) {
    const { sentence, hint } = explain(error);
    showConnection(`${sentence} ${hint}`);
    // One attempt waits at a time, however many ask.
    clearTimeout(retry);
    retry = setTimeout(loadModels, RETRY_MS);
    return false;
  }
  showConnection("");
  state.models = [...models].sort((one, other) => String(other.published_at ?? "").localeCompare(String(one.published_at ?? "")));
  state.loaded = true;
  for (const model of models.filter((entry) => entry.status === "ingesting")) watchRunning(model);
  if (!current()) state.selected = ready()[0]?.model_id ?? null;
  tell();
  for (const go of waiting.splice(0)) go();
  return true;
}

/** The list as the server has it now, however long it takes to answer. */
function freshModels() {
  const answered = new Promise((resolve) => { waiting.push(resolve); });
  void loadModels();
  return answered;
}

const isReady = (id) => ready().some((model) => model.model_id === id);

/** Selects a model; one that is not there leaves the selection. */
export function select(id) {
  if (!isReady(id) || (id === state.selected && !state.missing)) return;
  Object.assign(state, { selected: id, missing: "" });
  tell();
}

/**
 * Opens the model that an address names, where it names one: true when that one is selected now. Only the server can say
 * that it is not there, so its answer is waited for. `isWanted` tells whether the address still says so then.
 */
export async function openNamed(id, isWanted) {
  if (!state.loaded || (id && !isReady(id))) await freshModels();
  if (!isWanted()) return false;
  if (!id || isReady(id)) {
    if (id) select(id);
    else forgetMissing();
    return true;
  }
  state.missing = id;
  tell();
  return false;
}

function forgetMissing() {
  if (!state.missing) return;
  state.missing = "";
  tell();
}

/** Takes a deleted model out at once; the list is fetched again beside that. */
export async function forget(id) {
  state.models = state.models.filter((model) => model.model_id !== id);
  if (state.selected === id) state.selected = ready()[0]?.model_id ?? null;
  tell();
  await loadModels();
}

function showConnection(message) {
  const place = byId("connection");
  place.hidden = !message;
  if (place.textContent !== message) place.textContent = message;
}
