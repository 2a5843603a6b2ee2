// The list of models: choose one, delete one.

import { deleteModel } from "../api.js";
import { announce, button, byId, make, named } from "../dom.js";
import { number, when } from "../format.js";
import { explain, text } from "../i18n.js";

const SHAPES = {
  ifc_json: "ifcJSON",
  ifc_json_flattened: "ifcJSON 5a",
  ifc_json_nested: "ifcJSON",
  header_data: "header/data",
  element_list: "JSON",
  type_dump: "JSON",
  web_ifc: "web-ifc",
  xeokit_metamodel: "xeokit",
  ifcx: "IFCX",
  step: "IFC-STEP",
  records: "JSON",
};

/** The name people know a shape by. */
export function shapeName(shape) {
  return shape === "german_flat" ? text("kind_list_name") : SHAPES[shape] ?? shape ?? "";
}

let asked = "";

/**
 * Shows the models, newest first. `act.select(model)` and `act.deleted(model)` are called for what a person does.
 */
export function renderModels(models, selectedId, act) {
  const rows = models.map((model) => (model.model_id === asked
    ? confirmation(model, models, selectedId, act)
    : row(model, models, selectedId, act)));
  byId("models").replaceChildren(...rows);
}

function row(model, models, selectedId, act) {
  const selected = model.model_id === selectedId;
  const facts = [
    text("parts", { count: number(model.elements ?? 0, 0) }),
    shapeName(model.shape),
    when(model.published_at),
  ].filter(Boolean).join(" · ");
  const choose = make(
    "button",
    { type: "button", className: "model", "aria-current": selected ? "true" : null, on: { click: () => act.select(model) } },
    make("span", { className: "model-title" }, named(model.name)),
    make("span", { className: "quiet" }, facts),
  );
  choose.dataset.model = model.model_id;
  const ask = () => {
    asked = model.model_id;
    renderModels(models, selectedId, act);
    byId("models").querySelector(".confirm .keep").focus();
  };
  const remove = button("×", "delete", ask, { "aria-label": text("delete_named", { name: model.name }), title: text("delete") });
  return make("li", { className: selected ? "selected" : "" }, choose, remove);
}

/** Asks in the place of the row, so that nothing covers the page and the name stays in sight. */
function confirmation(model, models, selectedId, act) {
  const keep = () => {
    asked = "";
    renderModels(models, selectedId, act);
    focusModel(model.model_id);
  };
  const message = make("p", {}, text("delete_sure", { name: model.name }));
  const remove = async () => {
    try {
      await deleteModel(model.model_id);
    } catch (error) {
      // Somebody else may have deleted it meanwhile; then it is gone, as wished.
      if (error.code !== "model_unknown") {
        message.textContent = explain(error).sentence;
        announce(message.textContent);
        return;
      }
    }
    asked = "";
    announce(text("deleted", { name: model.name }));
    act.deleted(model);
  };
  const item = make(
    "li", { className: "confirm" }, message,
    make("p", { className: "actions" },
      button(text("delete"), "button small danger", remove),
      button(text("keep"), "button small keep", keep)),
  );
  item.addEventListener("keydown", (event) => {
    if (event.key === "Escape") keep();
  });
  return item;
}

/** Puts the focus on a model of the list. */
export function focusModel(id) {
  const found = [...byId("models").querySelectorAll(".model")].find((entry) => entry.dataset.model === id);
  (found ?? byId("file")).focus();
}
