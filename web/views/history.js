// The history view: what was asked of this server, to find again, ask again, take along or delete.

import { deleteAsked, deleteHistory, exportAddress, listHistory, readAsked, rerunAsked } from "../api.js";
import { showAnswer, showProblem } from "../answer.js";
import { announce, button, byId, fileName, make, named, scrolling } from "../dom.js";
import { trouble } from "../trouble.js";
import { lately, number, price, took } from "../format.js";
import { explain, language, text } from "../i18n.js";
import { state } from "../state.js";
import { askFor } from "./ask.js";

const STATUSES = ["answered", "not_in_model", "not_understood", "needs_llm", "failed", "cancelled"];
const FORMATS = [["csv", "CSV"], ["xlsx", "Excel"], ["json", "JSON"], ["html", null]];
const NUMERIC = ["took", "cost"];
const PAGE = 50;

const view = { filter: { text: "", status: "", model_id: "" }, items: [], total: 0, isExact: true, next: null, error: null, isAbsent: false, isLoading: false, running: null, opener: "", sure: "", isSure: false, spoken: "" };

/** Shows what was asked; fetched anew each time, since others ask too. */
export const enter = () => load();

/** Writes the view again. */
export function render() {
  if (view.spoken !== language()) draw();
}

const present = () => Object.fromEntries(Object.entries(view.filter).filter(([, value]) => value !== ""));

async function load(cursor = null) {
  view.running?.abort();
  const running = new AbortController();
  Object.assign(view, { running, error: null, isSure: false, sure: "", isLoading: true });
  if (cursor === null && view.items.length === 0) draw();
  try {
    const page = await listHistory({ ...present(), limit: PAGE, ...(cursor ? { cursor } : {}) }, running.signal);
    Object.assign(view, {
      items: cursor ? [...view.items, ...page.items] : page.items, total: page.total ?? page.items.length, next: page.next_cursor ?? null, isExact: page.total_is_exact !== false, isAbsent: false,
    });
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error.status === 404) view.isAbsent = true;
    else view.error = error;
  }
  Object.assign(view, { running: null, isLoading: false });
  draw();
}

// What is seen.

function draw() {
  view.spoken = language();
  const place = byId("history");
  if (view.isAbsent) {
    place.replaceChildren(make("p", { className: "sheet absent" }, text("history_none")));
    return;
  }
  const parts = [filters()];
  if (view.error) parts.push(trouble(view.error, () => void load()));
  if (view.isLoading && view.items.length === 0) parts.push(make("p", { className: "quiet" }, text("loading")));
  else if (!view.error || view.items.length > 0) parts.push(...found());
  const detail = make("article", { id: "asked", className: "answer", hidden: true, tabIndex: -1, "aria-label": text("answer") });
  place.replaceChildren(...parts, detail);
}

function filters() {
  const change = () => {
    view.items = [];
    void load();
  };
  const field = (id, label, control) => make("div", { className: "pick" }, make("label", { htmlFor: id }, label), control);
  const search = make("input", { id: "history-text", type: "search", value: view.filter.text, dir: "auto", maxLength: 200 });
  const pick = (id, key, options) => make("select", { id, on: { change: (event) => {
    view.filter[key] = event.target.value;
    view.filter.text = search.value.trim();
    change();
  } } }, ...options.map(([value, label]) => make("option", { value, selected: view.filter[key] === value, dir: "auto" }, label)));
  return make("form", { className: "controls", on: { submit: (event) => {
    event.preventDefault();
    view.filter.text = search.value.trim();
    change();
  } } },
  field("history-text", text("filter_text"), search),
  field("history-status", text("filter_status"), pick("history-status", "status", [["", text("filter_all")], ...STATUSES.map((name) => [name, statusName(name)])])),
  field("history-model", text("filter_model"), pick("history-model", "model_id", [["", text("filter_all")], ...state.models.filter((model) => model.model_id).map((model) => [model.model_id, model.name])])),
  make("button", { type: "submit", className: "button" }, text("filter_apply")));
}

const statusName = (name) => (STATUSES.includes(name) ? text(`status_${name}`) : name);

function found() {
  if (view.items.length === 0) return [make("p", { className: "sheet" }, text(Object.keys(present()).length > 0 ? "history_empty" : "history_unused"))];
  const head = (key) => make("th", { scope: "col", className: NUMERIC.includes(key) ? "numeric" : "" },
    key === "history_actions" ? make("span", { className: "unseen" }, text(key)) : text(key));
  const heads = ["asked_at", "question", "summary", "model", "took", "cost", "history_actions"].map(head);
  const table = make("table", { className: "plain-table asked-table" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...view.items.map(row)));
  return [
    make("p", { className: "quiet facts", role: "status" }, counted()),
    scrolling(text("history_list"), table),
    make("p", { className: "actions" },
      view.next ? button(text("more"), "button small", () => void load(view.next)) : null, ...deletion()),
  ];
}

/** How many there are; of a long history the server counts the newest only. */
function counted() {
  if (view.total === 1) return text("history_one");
  return text(view.isExact ? "history_count" : "history_count_least", { count: number(view.total, 0) });
}

function row(item) {
  const quoted = { question: item.text };
  const model = item.deleted_model ? text("model_deleted", { name: item.model_name }) : item.model_name;
  const open = button("", "asked-open", () => void show(item), { "aria-label": text("open_asked", quoted) });
  open.append(named(item.text));
  // That a question was answered says its answer.
  const status = item.status === "answered" ? "" : make("span", { className: `status ${item.status}` }, statusName(item.status));
  const found = make("tr", {},
    make("td", { className: "when" }, lately(item.asked_at)),
    make("td", { className: "question" }, open),
    make("td", { className: "summary" }, make("div", { className: "clamp" }, status, status ? " " : "", named(item.summary))),
    make("td", { className: "model-name", dir: "auto" }, model),
    make("td", { className: "numeric" }, typeof item.took_ms === "number" ? took(item.took_ms) : ""),
    make("td", { className: "numeric" }, price(item.cost_usd)),
    make("td", { className: "acts" }, make("div", { className: "row-actions" }, ...(view.sure === item.question_id ? sure(item) : acts(item, quoted)))));
  found.dataset.question = item.question_id;
  return found;
}

function acts(item, quoted) {
  return [
    item.deleted_model ? null : button("↻", "icon rerun", () => void rerun(item), { "aria-label": text("rerun_named", quoted), title: text("rerun") }),
    button("×", "icon remove", () => askFirst(item, true), { "aria-label": text("delete_asked", quoted), title: text("delete") }),
  ];
}

/** Asked in the place of the buttons, since the one that deletes stands beside the one that asks again. */
function sure(item) {
  return [
    button(text("delete"), "button small danger", () => void remove(item), { "aria-label": text("delete_asked", { question: item.text }) }),
    button(text("keep"), "button small keep", () => askFirst(item, false)),
  ];
}

function askFirst(item, isSure) {
  view.sure = isSure ? item.question_id : "";
  rowOf(item.question_id)?.replaceWith(row(item));
  rowOf(item.question_id)?.querySelector(isSure ? ".keep" : ".remove")?.focus();
}

const rowOf = (id) => [...byId("history").querySelectorAll("tbody tr")].find((found) => found.dataset.question === id);

/** Asked for in its place before anything is deleted. */
function deletion() {
  const again = (isSure) => {
    view.isSure = isSure;
    draw();
    byId("history").querySelector(isSure ? ".keep" : ".delete-all")?.focus();
  };
  if (!view.isSure) return [button(text("delete_all"), "button small delete-all", () => again(true))];
  return [
    make("span", {}, text("delete_all_sure", { count: number(view.total, 0) })),
    button(text("delete"), "button small danger", async () => {
      try {
        const { deleted } = await deleteHistory(present());
        announce(text("all_deleted", { count: number(deleted ?? 0, 0) }));
        view.items = [];
        await load();
      } catch (error) { failed(error); }
    }),
    button(text("keep"), "button small keep", () => again(false)),
  ];
}

// What a person does.

function failed(error) {
  view.error = error;
  draw();
  announce(explain(error).sentence);
}

async function show(item) {
  view.opener = item.question_id;
  try {
    const { answer, error, items_kept: kept } = await readAsked(item.question_id);
    const whole = answer?.answer?.items_total ?? 0;
    showFound(item, { answer, error }, kept < whole ? text("items_kept", { shown: number(kept, 0), all: number(whole, 0) }) : "");
  } catch (error) { failed(error); }
}

async function rerun(item) {
  try {
    const { answer, changed, question_id: id } = await rerunAsked(item.question_id);
    const told = text(changed ? "rerun_changed" : "rerun_same");
    await load();
    view.opener = id;
    showFound({ ...item, question_id: id }, { answer }, told);
    announce(told);
  } catch (error) { failed(error); }
}

function showFound(item, { answer, error }, told) {
  const place = byId("asked");
  place.hidden = false;
  if (answer) showAnswer(place, answer, { ask: (words) => askFor(item.model_id, words) });
  else if (error) showProblem(place, item.text, error);
  else place.replaceChildren(make("p", { className: "asked", dir: "auto" }, item.text), make("p", {}, statusName(item.status)));
  if (told) place.prepend(make("p", { className: told === text("rerun_changed") ? "notice" : "notice calm" }, told));
  const links = FORMATS.map(([format, name]) => make("a", {
    className: "button small", href: exportAddress(item.question_id, format), ...(name ? { download: `${fileName(item.text)}.${format}` } : { target: "_blank", rel: "noopener" }),
  }, name ?? text("printable")));
  // The server keeps the whole answer here, longer than its evidence.
  place.querySelectorAll(".export").forEach((old) => old.remove());
  place.append(make("p", { className: "actions exports" }, make("span", { className: "quiet" }, text("export")), ...links,
    button(text("close"), "button small close", close)));
  place.focus();
}

function close() {
  byId("asked").hidden = true;
  (rowOf(view.opener)?.querySelector(".asked-open") ?? byId("history-text")).focus();
}

async function remove(item) {
  const index = view.items.indexOf(item);
  try {
    await deleteAsked(item.question_id);
  } catch (error) {
    // Somebody else may have deleted it meanwhile; then it is gone, as wished.
    if (error.code !== "question_unknown") {
      failed(error);
      return;
    }
  }
  announce(text("asked_deleted"));
  view.items = view.items.filter((entry) => entry !== item);
  await load();
  const presses = byId("history").querySelectorAll(".remove");
  (presses[Math.min(index, presses.length - 1)] ?? byId("history-text"))?.focus();
}
