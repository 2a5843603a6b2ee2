// One chunk to read: its path, tokens, context header, entities, relations and text.

import { readChunk } from "../api.js";
import { button, byId, make, named, scrolling } from "../dom.js";
import { number } from "../format.js";
import { explain, text } from "../i18n.js";

/** Rows of a table drawn at once; the rest on demand. */
const ROWS_FIRST = 100;

let from = null;

/** Shows a chunk of the list in `place`; `opener` gets the focus back when it is closed. */
export async function openChunk(place, chunk, opener) {
  from = opener;
  place.hidden = false;
  place.replaceChildren(heading(chunk.path), make("p", { className: "quiet" }, text("loading")));
  try {
    place.replaceChildren(...parts(await readChunk(chunk.url)));
  } catch (error) {
    place.replaceChildren(heading(chunk.path), make("p", { className: "warning" }, explain(error).sentence));
  }
  byId("chunk-name").focus();
  place.scrollIntoView({ block: "nearest" });
}

/** Takes it away. */
export function closeChunk() {
  const place = byId("chunk");
  if (!place || place.hidden) return;
  place.hidden = true;
  place.replaceChildren();
  if (from?.isConnected) from.focus();
}

function heading(path) {
  const names = path.flatMap((name, index) => (index ? [" / ", named(name)] : [named(name)]));
  return make("div", { className: "thread-head" },
    make("h3", { id: "chunk-name", tabIndex: -1 }, ...names),
    button(text("close"), "button small close", closeChunk));
}

function parts(found) {
  const { header } = found;
  const names = new Map(found.entities.map((entity) => [entity.global_id, entity.name || entity.entity_type]));
  for (const related of header.related) names.set(related.id, related.name || related.entity_type);
  return [
    heading(found.path), tokens(found.tokens),
    found.is_oversize ? make("p", { className: "warning" }, text("chunk_oversize")) : "",
    section("chunk_header", facts(header), header.related.length === 0 ? "" : table(
      "chunk_related", ["relation", "type", "name", "id"], header.related,
      (row) => [row.relation, row.entity_type, row.name, row.id], header.related_omitted)),
    section("chunk_entities", table("chunk_entities", ["type", "name", "id"], found.entities, (row) => [row.entity_type, row.name, row.global_id])),
    found.relations.length === 0 ? "" : section("chunk_relations", table(
      "chunk_relations", ["from", "relation", "to"], found.relations,
      (row) => [names.get(row.from) ?? row.from, row.relation, names.get(row.to) ?? row.to], found.relations_omitted)),
    section("chunk_content", pre("chunk_content", written(found))),
    repeated(found.overlap),
  ];
}

const section = (key, ...children) => make("section", {}, make("h4", {}, text(key)), ...children);

function facts(header) {
  const rows = [["schema", header.schema], ["chunk_units", header.units], ["chunk_part", header.part]].filter(([, value]) => value);
  return make("dl", { className: "project" }, ...rows.flatMap(([key, value]) => [make("dt", {}, text(key)), make("dd", { dir: "auto" }, value)]));
}

function tokens(counts) {
  const rows = ["header", "content", "overlap", "total"].map((key) => make("div", {},
    make("dt", {}, text(`tokens_${key}`)), make("dd", {}, number(counts[key] ?? 0, 0))));
  return make("dl", { className: "token-counts", "aria-label": text("tokens") }, ...rows);
}

const headNames = { id: "GlobalId" };

function table(label, heads, rows, cells, omitted = 0) {
  const body = make("tbody");
  const draw = (list) => body.append(...list.map((row) => make("tr", {}, ...cells(row).map((value) => make("td", { dir: "auto" }, String(value ?? ""))))));
  draw(rows.slice(0, ROWS_FIRST));
  const head = make("tr", {}, ...heads.map((key) => make("th", { scope: "col" }, headNames[key] ?? text(key))));
  const region = scrolling(text(label), make("table", { className: "plain-table" }, make("thead", {}, head), body));
  const more = rows.length <= ROWS_FIRST ? "" : button(text("show_all", { count: number(rows.length, 0) }), "button small", () => {
    draw(rows.slice(ROWS_FIRST));
    more.remove();
  });
  const rest = omitted > 0 ? make("p", { className: "quiet" }, text("omitted", { count: number(omitted, 0) })) : "";
  return make("div", {}, region, more, rest);
}

const pre = (label, content) => make("pre", { tabIndex: 0, role: "region", "aria-label": text(label), dir: "ltr" }, content);

/** The pieces as a language model gets them: a line for each entity, then its values. */
function written(found) {
  const lines = [];
  let last = null;
  for (const piece of found.content) {
    const entity = piece.entity === null || piece.entity === undefined ? null : found.entities[piece.entity];
    if (entity && entity !== last) lines.push(`${lines.length ? "\n" : ""}${entity.entity_type} "${entity.name}"`);
    last = entity;
    lines.push(piece.key ? `${piece.key}: ${piece.text}` : piece.text);
  }
  return lines.join("\n");
}

function repeated(overlap) {
  const lines = [...(overlap?.references ?? []), ...(overlap?.entities ?? []).flatMap((entity) => [entity.heading, ...entity.records])];
  return lines.length === 0 ? "" : section("chunk_repeated", pre("chunk_repeated", lines.join("\n")));
}
