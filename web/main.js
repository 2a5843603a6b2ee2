// The page: which view is seen, the language, the files that are dropped, and how the parts are wired.

import { byId, make } from "./dom.js";
import { number } from "./format.js";
import { language, setLanguage, text } from "./i18n.js";
import { findOffers, takeOffers } from "./offers.js";
import { isSending, onReady, takeFiles } from "./readings.js";
import { VIEWS, address, go, hashOf } from "./router.js";
import { current, loadModels, onChange, openNamed, ready, select, state } from "./state.js";
import * as ask from "./views/ask.js";
import * as chunks from "./views/chunks.js";
import * as history from "./views/history.js";
import { shapeName } from "./views/model-list.js";
import * as models from "./views/models.js";

const views = { models, ask, chunks, history };
/** Views of one model. */
const OF_MODEL = ["ask", "chunks"];

let shown = "";

let followed = 0;

/**
 * Shows what the address says, once the server has told its models: until then the address keeps what a link asks for.
 * `byPerson` is false for the first view, which takes no focus.
 */
async function follow(byPerson) {
  followed += 1;
  const mine = followed;
  const isWanted = () => mine === followed;
  const { view, values } = address();
  turnTo(view || "models", byPerson && view !== "");
  const isThere = await openNamed(values.get("model"), isWanted);
  if (!isWanted()) return;
  if (!view) turnTo(current() ? "ask" : "models", byPerson);
  await views[shown].enter(values, isThere);
}

function turnTo(view, byPerson) {
  const isOther = shown !== view;
  shown = view;
  render();
  if (isOther && byPerson) byId(`${view}-title`).focus();
}

function render() {
  document.documentElement.lang = language();
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", text(element.dataset.label));
  for (const name of ["de", "en"]) byId(`language-${name}`).setAttribute("aria-pressed", String(language() === name));
  for (const name of VIEWS) byId(`view-${name}`).hidden = name !== shown;
  for (const link of document.querySelectorAll("#views a[data-view]")) {
    if (link.dataset.view === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  renderModel();
  for (const name of VIEWS) views[name].render();
}

/** The model that the views of one model are about. */
function renderModel() {
  const model = current();
  const title = [model && OF_MODEL.includes(shown) ? model.name : "", shown ? text(shown) : text("title"), "ifc-chunking"];
  document.title = title.filter(Boolean).join(" · ");
  for (const link of document.querySelectorAll("#views a[data-view]")) {
    const { view } = link.dataset;
    link.href = hashOf(view, view === "history" ? {} : { model: model?.model_id });
  }
  byId("missing").hidden = !state.missing;
  byId("missing").textContent = state.missing ? missing(model) : "";
  byId("model-bar").hidden = !model || !OF_MODEL.includes(shown);
  if (!model) return;
  byId("model-pick").replaceChildren(...ready().map((entry) => make(
    "option", { value: entry.model_id, selected: entry === model, dir: "auto" }, entry.name)));
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

/** What is told of a link to a model that the server has not. */
const missing = (model) => [text("link_missing"), model ? text("link_instead", { name: model.name }) : ""].filter(Boolean).join(" ");

function wireLanguages() {
  for (const name of ["de", "en"]) {
    byId(`language-${name}`).addEventListener("click", () => {
      setLanguage(name);
      render();
    });
  }
}

function wireFrame() {
  byId("model-pick").addEventListener("change", (event) => go(shown, { model: event.target.value }));
  // The address belongs to the views: the link may not change it.
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  addEventListener("hashchange", () => void follow(true));
}

function take(files) {
  takeOffers(files);
  takeFiles(files);
}

function wireFiles() {
  byId("file").addEventListener("change", (event) => {
    take(event.target.files);
    // The same file may be chosen again after a failure.
    event.target.value = "";
  });
  addEventListener("beforeunload", (event) => { if (isSending()) event.preventDefault(); });
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const cover = (seen) => { byId("drop-cover").hidden = !seen; };
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
    take(event.dataTransfer.files);
    if (shown !== "models") go("models");
  });
}

onReady(async (status, isLast) => {
  await loadModels();
  if (isLast) select(status.model_id);
});
onChange(render);
wireLanguages();
wireFrame();
wireFiles();
ask.wire();
await follow(false);
await findOffers();
