// The models view: files to read, the list of models, and what the selected one holds.

import { byId, make } from "../dom.js";
import { text } from "../i18n.js";
import { renderOffers } from "../offers.js";
import { renderReadings } from "../readings.js";
import { note } from "../router.js";
import { current, forget, ready, select, state } from "../state.js";
import { focusModel, renderModels } from "./model-list.js";
import { renderOverview } from "./overview.js";

const acts = {
  select: (model) => {
    select(model.model_id);
    note("models", { model: model.model_id });
    focusModel(model.model_id);
  },
  deleted: async (model) => {
    const rest = forget(model.model_id);
    focusModel(state.selected);
    await rest;
  },
};

/** The model that the address names is selected already. */
export function enter() {}

/** Writes the view again. */
export function render() {
  byId("empty").hidden = Boolean(current()) || !state.loaded;
  byId("overview").hidden = !current();
  renderKinds();
  renderOffers();
  renderReadings();
  renderModels(ready(), state.selected, acts);
  renderOverview(byId("overview"), current());
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
