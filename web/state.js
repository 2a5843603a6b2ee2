// What several views share: the models of the server, and which one is selected. It keeps nothing but this visit.

import { listModels } from "./api.js";
import { byId } from "./dom.js";
import { explain } from "./i18n.js";
import { watchRunning } from "./readings.js";

const RETRY_MS = 3000;

/** Shared state; changed by the functions of this file. */
export const state = { models: [], loaded: false, selected: null };

const listeners = [];

/** Calls `listener` when the models or the selection changed. */
export const onChange = (listener) => { listeners.push(listener); };
const tell = () => { for (const listener of listeners) listener(); };

/** Models that can be asked, the newest first. */
export const ready = () => state.models.filter((model) => (model.status ?? "ready") === "ready");

/** The selected model. */
export const current = () => ready().find((model) => model.model_id === state.selected);

/** Fetches the list; tries again later when the server does not answer. */
export async function loadModels() {
  let models;
  try {
    models = await listModels();
  } catch (error) {
    const { sentence, hint } = explain(error);
    showConnection(`${sentence} ${hint}`);
    setTimeout(loadModels, RETRY_MS);
    return false;
  }
  showConnection("");
  state.models = [...models].sort((one, other) => String(other.published_at ?? "").localeCompare(String(one.published_at ?? "")));
  state.loaded = true;
  for (const model of models.filter((entry) => entry.status === "ingesting")) watchRunning(model);
  if (!current()) state.selected = ready()[0]?.model_id ?? null;
  tell();
  return true;
}

/** Selects a model; one that is not there leaves the selection. */
export function select(id) {
  if (id === state.selected || !ready().some((model) => model.model_id === id)) return;
  state.selected = id;
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
