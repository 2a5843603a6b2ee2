// The items an answer names or rests on: sortable, the first hundred at once, all on demand, their GlobalIds to copy.

import { readItems } from "./api.js";
import { announce, button, copy, make, scrolling } from "./dom.js";
import { comparer, number, scalar, unit } from "./format.js";
import { explain, text } from "./i18n.js";

const ROWS_FIRST = 100;
// Rows drawn between two frames; a table of tens of thousands must not stop the page.
const ROWS_PER_FRAME = 500;

const COLUMNS = [
  { key: "name" }, { key: "number" }, { key: "type" }, { key: "storey" },
  { key: "value", numeric: true }, { key: "thickness_mm", label: "thickness", numeric: true },
  { key: "source", quiet: true }, { key: "global_id", title: "GlobalId", quiet: true },
];

const filled = (item, key) => item[key] !== null && item[key] !== undefined && item[key] !== "";
const columnTitle = (column) => column.title ?? text(column.label ?? column.key);

/** The table of an answer with its tools. `evidenceUrl` leads to the items beyond those in the answer. */
export function itemTable(body, evidenceUrl) {
  const state = { items: body.items, total: Math.max(body.items_total, body.items.length), all: false, by: null, down: false, drawing: 0 };
  state.columns = COLUMNS.filter((column) => body.items.some((item) => filled(item, column.key)));
  const parts = {
    head: make("tr"), rows: make("tbody"), shown: make("span", { className: "quiet" }), note: make("p", { className: "quiet" }),
    tools: make("p", { className: "actions" }),
  };
  const heading = make("h3", {}, text("items"), " ", parts.shown);
  const table = make("table", { className: "items" }, make("thead", {}, parts.head), parts.rows);
  const region = scrolling(text("items"), table);
  wireIds(parts.rows);
  drawHead(state, parts);
  drawRows(state, parts);
  drawTools(state, parts, evidenceUrl);
  return make("section", { className: "item-table" }, heading, region, parts.tools, parts.note);
}

function drawHead(state, parts) {
  const heads = state.columns.map((column) => {
    const sorted = state.by === column;
    const sort = () => {
      if (!sorted) Object.assign(state, { by: column, down: false });
      else if (!state.down) state.down = true;
      // The third press returns to the order of the answer: layers and storeys have one of their own.
      else Object.assign(state, { by: null, down: false });
      drawHead(state, parts);
      drawRows(state, parts);
      parts.head.children[state.columns.indexOf(column) + 1].firstChild.focus();
    };
    const mark = make("span", { className: "mark", "aria-hidden": "true" }, sorted ? (state.down ? "▼" : "▲") : "");
    const press = make(
      "button", { type: "button", className: "sort", title: text("sort_by", { column: columnTitle(column) }), on: { click: sort } },
      columnTitle(column), mark,
    );
    return make("th", {
      scope: "col", className: column.numeric ? "numeric" : "", "aria-sort": sorted ? (state.down ? "descending" : "ascending") : null,
    }, press);
  });
  parts.head.replaceChildren(make("th", { scope: "col", className: "numeric position" }, text("position")), ...heads);
}

function ordered(state) {
  if (!state.by) return state.items;
  const { key } = state.by;
  const compare = comparer();
  const sign = state.down ? -1 : 1;
  return [...state.items].sort((one, other) => {
    // What has no value stands last in both directions.
    if (filled(one, key) !== filled(other, key)) return filled(one, key) ? -1 : 1;
    const numbers = typeof one[key] === "number" && typeof other[key] === "number";
    return sign * (numbers ? one[key] - other[key] : compare(String(one[key] ?? ""), String(other[key] ?? "")));
  });
}

function drawRows(state, parts) {
  const items = state.all ? ordered(state) : ordered(state).slice(0, ROWS_FIRST);
  state.drawing += 1;
  const drawing = state.drawing;
  parts.rows.replaceChildren();
  parts.shown.textContent = items.length === state.total
    ? number(state.total, 0)
    : text("items_shown", { shown: number(items.length, 0), all: number(state.total, 0) });
  const step = (from) => {
    if (drawing !== state.drawing) return;
    const slice = items.slice(from, from + ROWS_PER_FRAME);
    parts.rows.append(...slice.map((item, index) => row(item, from + index, state.columns)));
    if (from === 0) parts.rows.querySelector(".copy-id")?.setAttribute("tabindex", "0");
    if (from + slice.length < items.length) requestAnimationFrame(() => step(from + slice.length));
  };
  step(0);
}

function row(item, index, columns) {
  const cells = columns.map((column) => {
    const className = [column.numeric && typeof item[column.key] === "number" ? "numeric" : "", column.quiet ? "quiet" : "", column.key].join(" ").trim();
    const written = scalar(item[column.key]);
    const withUnit = column.key === "value" && written ? [written, unit(item.unit)].filter(Boolean).join("\u00a0") : written;
    if (column.key === "global_id" && written) return make("td", { className }, idButton(written));
    return make("td", { className, dir: "auto" }, withUnit);
  });
  return make("tr", {}, make("td", { className: "numeric position quiet" }, String(index + 1)), ...cells);
}

/** A GlobalId that is copied when pressed: planners paste it into their own programs. */
function idButton(id) {
  const press = button(id, "copy-id", async () => {
    const told = await copy(id, text("ids_copied", { count: 1 }), text("ids_refused"));
    press.title = told;
    press.classList.add("done");
  }, { "aria-label": text("copy_id", { id }), title: text("copy_id", { id }), tabIndex: -1 });
  return press;
}

/** One stop of the tabulator for all of them, or what follows the table would be a hundred strokes away; arrow keys go on. */
function wireIds(rows) {
  const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  rows.addEventListener("focusin", (event) => {
    rows.querySelectorAll(".copy-id[tabindex='0']").forEach((other) => { other.tabIndex = -1; });
    event.target.tabIndex = 0;
  });
  rows.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const presses = [...rows.querySelectorAll(".copy-id")];
    const at = presses.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    presses[Math.max(0, Math.min(presses.length - 1, at + step))].focus();
  });
}

function drawTools(state, parts, evidenceUrl) {
  const failed = (error) => {
    parts.note.textContent = explain(error).sentence;
    announce(parts.note.textContent);
  };
  const more = state.total <= ROWS_FIRST ? "" : button(text("show_all", { count: number(state.total, 0) }), "button small show-all", async () => {
    try {
      await completeItems(state, evidenceUrl);
      state.all = true;
      drawRows(state, parts);
      more.remove();
    } catch (error) { failed(error); }
  });
  const ids = button(text("copy_ids"), "button small copy-ids", async () => {
    try {
      await completeItems(state, evidenceUrl);
      const found = ordered(state).map((item) => item.global_id).filter(Boolean);
      parts.note.textContent = await copy(found.join("\n"), text("ids_copied", { count: number(found.length, 0) }), text("ids_refused"));
    } catch (error) { failed(error); }
  });
  const hasIds = state.items.some((item) => filled(item, "global_id"));
  parts.tools.replaceChildren(more, hasIds ? ids : "");
}

async function completeItems(state, evidenceUrl) {
  if (state.items.length < state.total && evidenceUrl) state.items = await readItems(evidenceUrl);
}
