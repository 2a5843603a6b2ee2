// The chunks view: how a model is cut for a language model, as a map whose areas are tokens, and one chunk to read.

import { listChunks } from "../api.js";
import { announce, button, byId, make, named } from "../dom.js";
import { number } from "../format.js";
import { explain, language, text } from "../i18n.js";
import { note } from "../router.js";
import { current, state } from "../state.js";
import { squarify } from "../treemap.js";
import { trouble } from "../trouble.js";
import { closeChunk, openChunk } from "./chunk.js";

const STRATEGIES = ["hierarchical", "discipline", "entity_type", "property", "geometric"];
const SIZES = [1000, 2000, 4000, 8000, 16000];
const PAGE = 1000;
const COLOURS = 10;
/** A group with more of the tokens than this tells little. */
const GROUP_SHARE_MAX = 0.7;
/** A tile smaller than this says nothing on its face; its name is still told. */
const LABEL_MIN = { width: 6, height: 5 };
/** An area smaller than this has no room for the name of its group; the legend has it. */
const AREA_MIN = { width: 9, height: 6 };
/** A tile less wide than this says nothing on a narrow screen. */
const WIDE_MIN = 18;
/** The map's own units: one hundred by this; the sheet gives it the same proportion. */
const HEIGHT = 56;

const view = { model: "", strategy: "hierarchical", tokens: 4000, pages: null, chunks: [], groups: [], error: null, running: null, spoken: "", active: 0 };

/** Shows what the address names. */
export function enter(values) {
  if (STRATEGIES.includes(values.get("strategy"))) view.strategy = values.get("strategy");
  if (SIZES.includes(Number(values.get("tokens")))) view.tokens = Number(values.get("tokens"));
  return load();
}

/** Writes the view again. */
export function render() {
  byId("chunks-none").hidden = Boolean(current()) || !state.loaded;
  byId("chunks").hidden = !current();
  if (view.model && view.model !== state.selected) {
    Object.assign(view, { model: "", pages: null, chunks: [], groups: [] });
    closeChunk();
    if (!byId("view-chunks").hidden) void load();
  }
  if (view.spoken !== language()) draw();
}

async function load(cursor = null) {
  const model = state.selected;
  if (!model) return;
  const key = `${model} ${view.strategy} ${view.tokens}`;
  if (cursor === null && view.pages === key) return;
  view.running?.abort();
  const running = new AbortController();
  Object.assign(view, { running, model, error: null });
  if (cursor === null) Object.assign(view, { pages: null, chunks: [], groups: [], total: 0, active: 0 });
  draw();
  const options = { strategy: view.strategy, tokens: view.tokens, limit: PAGE, ...(cursor === null ? {} : { cursor }) };
  try {
    const page = await listChunks(model, options, running.signal);
    Object.assign(view, { pages: key, chunks: [...view.chunks, ...page.chunks], total: page.total, next: page.next_cursor ?? null });
    view.groups = view.chunks.length > 0 ? grouped(view.chunks) : [];
    if (!state.missing) note("chunks", { model, strategy: view.strategy, tokens: view.tokens });
  } catch (error) {
    if (error.name === "AbortError") return;
    view.error = error;
  }
  view.running = null;
  draw();
  announce(view.error ? explain(view.error).sentence : facts());
}

/** Chunks by the first name of their paths that tells them apart: where one name has most of the tokens, the next one does. */
function grouped(chunks) {
  const depth = Math.max(1, ...chunks.map((chunk) => chunk.path.length));
  const sum = chunks.reduce((all, chunk) => all + chunk.tokens, 0);
  for (let level = 0; ; level += 1) {
    const groups = groupedBy(chunks, level);
    if (level + 1 >= depth || groups[0].weight < GROUP_SHARE_MAX * sum) return groups;
  }
}

function groupedBy(chunks, level) {
  const groups = new Map();
  for (const chunk of chunks) {
    const name = chunk.path[level] ?? chunk.path.at(-1) ?? "";
    if (!groups.has(name)) groups.set(name, { name, chunks: [], weight: 0 });
    const group = groups.get(name);
    group.chunks.push({ chunk, weight: chunk.tokens, group });
    group.weight += chunk.tokens;
  }
  const sorted = [...groups.values()].sort((one, other) => other.weight - one.weight);
  sorted.forEach((group, index) => { group.hue = Math.min(index, COLOURS - 1); });
  return sorted;
}

function facts() {
  const sum = (of) => number(view.chunks.reduce((all, chunk) => all + of(chunk), 0), 0);
  const isWhole = view.chunks.length === view.total;
  return text(isWhole ? "chunk_facts" : "chunk_facts_part", {
    shown: number(view.chunks.length, 0), count: number(view.total, 0), tokens: sum((chunk) => chunk.tokens),
    entities: sum((chunk) => chunk.entities), most: number(view.tokens, 0),
  });
}

// What is seen.

function draw() {
  view.spoken = language();
  const parts = [controls()];
  if (view.error) parts.push(trouble(view.error, () => void load()));
  else if (view.running && view.chunks.length === 0) parts.push(make("p", { className: "quiet" }, text("loading")));
  else if (view.chunks.length > 0) parts.push(...found());
  const detail = byId("chunk") ?? make("section", { id: "chunk", className: "sheet chunk", hidden: true, "aria-labelledby": "chunk-name" });
  byId("chunks").replaceChildren(...parts, detail);
}

function found() {
  const more = view.next === null ? null : button(text("more"), "button small", () => void load(view.next));
  return [make("p", { className: "quiet facts" }, facts()), map(), legend(), more].filter(Boolean);
}

function controls() {
  const pick = (id, label, options, chosen, written, take) => {
    const field = make("select", { id, on: { change: (event) => {
      take(event.target.value);
      closeChunk();
      void load().then(() => byId(id)?.focus());
    } } }, ...options.map((option) => make("option", { value: option, selected: option === chosen }, written(option))));
    return make("div", { className: "pick" }, make("label", { htmlFor: id }, label), field);
  };
  return make("div", { className: "controls" },
    pick("strategy", text("strategy"), STRATEGIES, view.strategy, (name) => text(`strategy_${name}`), (value) => { view.strategy = value; }),
    pick("chunk-size", text("chunk_size"), SIZES, view.tokens, (count) => text("chunk_size_default", { count: number(count, 0) }), (value) => { view.tokens = Number(value); }));
}

/** Groups as areas, chunks as tiles in them. One stop of the tabulator; arrow keys go from tile to tile. */
function map() {
  const place = make("div", { id: "map", className: "map", role: "group", "aria-label": text("chunk_map") });
  const tiles = [];
  const names = [];
  for (const area of squarify(view.groups, { x: 0, y: 0, width: 100, height: HEIGHT })) {
    if (area.width >= AREA_MIN.width && area.height >= AREA_MIN.height) names.push(areaName(area));
    for (const spot of squarify(area.item.chunks, area)) tiles.push(tile(spot));
  }
  tiles.forEach((found, index) => {
    found.tabIndex = index === view.active ? 0 : -1;
    found.addEventListener("focus", () => {
      tiles[view.active].tabIndex = -1;
      view.active = index;
      found.tabIndex = 0;
    });
  });
  place.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -tiles.length, End: tiles.length };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    tiles[Math.max(0, Math.min(tiles.length - 1, view.active + step))].focus();
  });
  place.append(...tiles, ...names);
  return place;
}

/** The name of a group over its tiles; every tile tells it too. */
function areaName({ item: group, x, y, width }) {
  const name = named(group.name, { className: "area-name", "aria-hidden": "true" });
  Object.assign(name.style, { left: `${x.toFixed(3)}%`, top: `${((y / HEIGHT) * 100).toFixed(3)}%`, maxWidth: `calc(${width.toFixed(3)}% - .5rem)` });
  return name;
}

function tile({ item: { chunk, group }, x, y, width, height }) {
  const name = chunk.path.at(-1) ?? "";
  // Begins with what stands on its face, so that people who speak to their browser may say it.
  const label = `${name} ${text("chunk_tile", { tokens: number(chunk.tokens, 0), entities: number(chunk.entities, 0) })} ${chunk.path.slice(0, -1).join(" / ")}`;
  const isTold = width >= LABEL_MIN.width && height >= LABEL_MIN.height;
  const face = isTold ? [name !== group.name ? named(name, { className: "tile-name" }) : "", " ", make("span", {}, number(chunk.tokens, 0))] : [];
  const press = make("button", {
    type: "button", className: `tile hue-${group.hue}${chunk.is_oversize ? " oversize" : ""}${width < WIDE_MIN ? " slim" : ""}`, title: label, "aria-label": label,
    on: { click: () => void openChunk(byId("chunk"), chunk, press) },
  }, ...face);
  Object.assign(press.style, {
    left: `${x.toFixed(3)}%`, top: `${((y / HEIGHT) * 100).toFixed(3)}%`,
    width: `${width.toFixed(3)}%`, height: `${((height / HEIGHT) * 100).toFixed(3)}%`,
  });
  return press;
}

function legend() {
  const rows = view.groups.map((group) => make("tr", {},
    make("th", { scope: "row" }, make("span", { className: `swatch hue-${group.hue}`, "aria-hidden": "true" }), named(group.name)),
    make("td", { className: "numeric" }, number(group.chunks.length, 0)),
    make("td", { className: "numeric" }, number(group.weight, 0))));
  const heads = ["group", "chunks", "tokens"].map((key, index) => make("th", { scope: "col", className: index ? "numeric" : "" }, text(key)));
  const table = make("table", { className: "plain-table legend" },
    make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
  return make("details", { open: view.groups.length <= COLOURS }, make("summary", {}, `${text("chunk_groups")} (${number(view.groups.length, 0)})`), table);
}
