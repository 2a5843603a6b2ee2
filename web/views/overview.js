// What a model holds at a glance: figures, bars of storeys, kinds and materials, and what was noticed while it was read.
// A press on a bar asks the question that it answers in short.

import { readOverview, readProblems } from "../api.js";
import { chart } from "../chart.js";
import { button, make, named, scrolling } from "../dom.js";
import { bytes, moment, number } from "../format.js";
import { explain, language, questionText, text } from "../i18n.js";
import { go } from "../router.js";
import { askFor } from "./ask.js";
import { trouble } from "../trouble.js";
import { shapeName } from "./model-list.js";

/** Kinds and materials shown; the answer to their question has all. */
const BARS_MAX = 12;
const PROBLEMS_MAX = 100;

/** By model: what the server told. A model never changes under its id. */
const kept = new Map();
let shown = "";

/** Shows a model in `place`, at once where it was looked at before. */
export function renderOverview(place, model) {
  const id = model?.model_id ?? "";
  const isOther = shown !== id;
  shown = id;
  if (!model) {
    place.replaceChildren();
    return;
  }
  const found = kept.get(id);
  if (found) {
    draw(place, model, found);
  } else if (isOther || place.childElementCount === 0) {
    place.replaceChildren(head(model), make("p", { className: "quiet" }, text("overview_loading")));
    void load(place, model);
  }
}

async function load(place, model) {
  const id = model.model_id;
  try {
    kept.set(id, await readOverview(id));
    if (shown === id) draw(place, model, kept.get(id));
  } catch (error) {
    if (shown !== id) return;
    place.replaceChildren(head(model), trouble(error, () => void load(place, model)));
  }
}

const asks = (model) => (question) => askFor(model.model_id, question);

function head(model) {
  const facts = [shapeName(model.shape), text("entities", { count: number(model.entities ?? 0, 0) }), bytes(model.content_bytes ?? 0)];
  return make("div", { className: "model-head" },
    make("h3", { id: "model-name" }, named(model.name)),
    make("p", { className: "quiet" }, facts.filter(Boolean).join(" · ")),
    model.truncated ? make("p", { className: "warning" }, text("truncated")) : null,
    make("p", { className: "actions" },
      button(text("ask_this"), "button strong to-ask", () => go("ask", { model: model.model_id })),
      button(text("chunks_of_this"), "button to-chunks", () => go("chunks", { model: model.model_id }))));
}

function draw(place, model, found) {
  const ask = asks(model);
  place.replaceChildren(
    head(model), project(found.project ?? {}), figures(found, ask),
    make("div", { className: "cards" },
      card("storeys", found.storeys, found.storeys_total, storeyName, (entry) => entry.name && ask(questionText("ask_storey", { name: plain(entry.name) }))),
      card("types", found.types, found.types_total, typeName, (entry) => ask(typeQuestion(entry))),
      card("materials", found.materials, found.materials_total, (entry) => entry.name, (entry) => ask(questionText("ask_material", { name: plain(entry.name) })))),
    problems(model, found.problems),
  );
}

/** A name that stands between quotes in a question. */
const plain = (name) => name.replace(/[„“”"\n\r]/g, "");
const typeName = (entry) => (language() === "de" ? entry.label_de : entry.label_en);
const storeyName = (entry) => {
  const name = entry.name || text("no_name");
  return entry.elevation_m === undefined ? name : text("storey_at", { name, elevation: number(entry.elevation_m) });
};

function typeQuestion(entry) {
  const name = typeName(entry);
  return questionText(name === entry.type ? "ask_type_plain" : "ask_type", { name });
}

function project(found) {
  const rows = [
    [text("overview_project"), found.name], [text("building"), found.building], [text("address"), found.address],
    [text("schema"), found.schema], [text("application"), found.application], [text("written"), moment(found.written_at) || found.written_at],
  ].filter(([, value]) => value);
  return make("dl", { className: "project" }, ...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", { dir: "auto" }, value)]));
}

function figures(found, ask) {
  const figure = (key, value, question) => make("li", {}, make(
    "button", { type: "button", on: { click: () => ask(questionText(question)) } },
    make("strong", {}, number(value, 0)), make("span", {}, text(key))));
  return make("ul", { className: "figures" },
    figure("overview_parts", found.elements, "ask_elements"),
    figure("overview_spaces", found.spaces, "ask_spaces"));
}

function card(key, entries, total, name, pick) {
  const title = text(`overview_${key}`);
  // Storeys are read from the top, as the building stands; of the others the first say the most.
  const listed = key === "storeys" ? [...entries].reverse() : entries.slice(0, BARS_MAX);
  const groups = listed.map((entry) => ({ key: name(entry), value: entry.elements ?? entry.count, unit: "count", entry }));
  const body = groups.length === 0
    ? make("p", { className: "quiet" }, text("overview_none"))
    : chart(groups, `${title}. ${text("overview_press")}`, { pick: (group) => pick(group.entry) });
  const rest = groups.length < total ? make("p", { className: "quiet" }, text("overview_rest", { shown: number(groups.length, 0), all: number(total, 0) })) : null;
  return make("section", { className: `card ${key}`, "aria-label": title },
    make("h4", {}, title, " ", make("span", { className: "quiet" }, number(total, 0))), body, rest);
}

/** The list is fetched when somebody opens it. */
function problems(model, count) {
  if (!count) return "";
  const place = make("div", {}, make("p", { className: "quiet" }, text("loading")));
  const details = make("details", { className: "problems" },
    make("summary", {}, `${text("problems_found")} (${number(count, 0)})`), place);
  details.addEventListener("toggle", async () => {
    try {
      place.replaceChildren(problemTable(await readProblems(model.model_id)));
    } catch (error) {
      place.replaceChildren(make("p", { className: "warning" }, explain(error).sentence));
    }
  }, { once: true });
  return details;
}

function problemTable({ problems: found, total }) {
  const listed = found.slice(0, PROBLEMS_MAX);
  const rows = listed.map((problem) => make("tr", {},
    make("td", { className: "code" }, problem.code),
    make("td", { lang: "en" }, problem.meaning),
    make("td", { dir: "auto" }, problem.detail),
    make("td", { className: "code" }, problem.pointer)));
  const heads = ["problem_code", "problem_meaning", "problem_detail", "problem_place"].map((key) => make("th", { scope: "col" }, text(key)));
  const table = make("table", { className: "plain-table" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
  const note = make("p", { className: "quiet" }, text("overview_rest", { shown: number(listed.length, 0), all: number(total, 0) }));
  return make("div", {}, scrolling(text("problems_found"), table), listed.length < total ? note : null);
}
