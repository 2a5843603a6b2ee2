// An answer on the page: the sentence, the figure, what was left out, chart, items, and how it was computed.

import { distribution } from "./chart.js";
import { button, copy, download, fileName, make } from "./dom.js";
import { measured, number, price, scalar, took, unit } from "./format.js";
import { explain, text } from "./i18n.js";
import { itemTable } from "./table.js";

/** A longer sentence is a list, which in large letters nobody reads. */
const SENTENCE_LONG = 140;

/** Writes an answer into `place`. `act.ask(text)` asks a suggestion, `act.link()` is the address of this question. */
export function showAnswer(place, answer, act) {
  const shown = answer.status === "answered" && answer.answer ? answered(answer) : unanswered(answer, act);
  place.dataset.status = answer.status;
  place.replaceChildren(make("p", { className: "asked", dir: "auto" }, answer.question), understood(answer), ...shown, tools(answer, act));
}

/** The whole question that was answered, so that a person sees what a short or misspelt one was taken to mean. */
function understood(answer) {
  if (!answer.understood_as || answer.understood_as === answer.question) return "";
  return make("p", { className: "understood quiet" }, `${text("understood_as")} `, make("bdi", { lang: answer.language }, answer.understood_as));
}

/** Writes a refusal of the server, or its silence, into `place`. */
export function showProblem(place, question, error) {
  const { sentence, hint, detail } = explain(error);
  place.dataset.status = "failed";
  place.replaceChildren(
    make("p", { className: "asked", dir: "auto" }, question),
    make("div", { className: "reason" },
      make("h3", {}, text("question_failed")),
      make("p", { dir: "auto" }, sentence),
      hint ? make("p", {}, hint) : "",
      make("p", { className: "quiet code" }, [error.code, detail, error.requestId && text("request", { id: error.requestId })].filter(Boolean).join(" · "))),
  );
}

/** The answer in one short line, for the history. */
export function inShort(answer) {
  if (answer.status !== "answered" || !answer.answer) return text(answer.status);
  const { kind, value, groups, items_total: total } = answer.answer;
  if (kind === "groups") return groups.slice(0, 3).map((group) => `${group.key} ${figure(group.value, group.unit)}`).join(", ") + (groups.length > 3 ? " …" : "");
  if (value === null || value === undefined) return text("entries", { count: number(total, 0) });
  return typeof value === "number" ? figure(value, answer.answer.unit) : scalar(value);
}

const figure = (value, name) => [measured(value), unit(name)].filter(Boolean).join("\u00a0");

function answered(answer) {
  const { answer: body, coverage } = answer;
  const parts = [make("p", { className: SENTENCE_LONG < body.text.length ? "sentence long" : "sentence", lang: answer.language, dir: "auto" }, body.text)];
  const large = bigFigure(body);
  parts.push(make("div", { className: large ? "result" : "result plain" }, large, coverageNote(coverage)));
  if (answer.answered_by === "llm") parts.push(make("p", { className: "notice" }, text("by_llm")));
  if (body.groups.length > 0) parts.push(make("h3", {}, text("chart")), distribution(body.groups, answer.question, answer.plan));
  if (body.items.length > 0) parts.push(itemTable(body, answer.evidence?.url));
  return parts;
}

/** The value of a count, a number or a yes and no, large; null for what has no single value. */
function bigFigure(body) {
  if (!["count", "number", "boolean"].includes(body.kind) || body.value === null || body.value === undefined) return null;
  const name = typeof body.value === "number" ? unit(body.unit) : "";
  return make("p", { className: "figure-large" }, make("span", { className: "digits" }, scalar(body.value)), name ? make("span", { className: "unit" }, name) : null);
}

/** What was used and what was not. Never hidden: a sum without a third of the walls is another number. */
function coverageNote(coverage) {
  if (!coverage || !coverage.elements) return null;
  const complete = coverage.left_out.length === 0 && coverage.with_value === coverage.elements;
  const line = complete
    ? text(coverage.elements === 1 ? "one_covered" : "all_covered", { count: number(coverage.elements, 0) })
    : text("covered", { used: number(coverage.with_value, 0), count: number(coverage.elements, 0) });
  if (complete) return make("div", { className: "coverage" }, make("p", {}, line));
  return make("div", { className: "coverage partial" }, make("p", {}, line),
    coverage.left_out.length === 0 ? null : make("p", { className: "left-out-title" }, text("left_out")),
    make("ul", {}, ...coverage.left_out.map((entry) => make("li", {}, make("strong", {}, number(entry.count, 0)), ` ${entry.reason}`))));
}

function unanswered(answer, act) {
  const suggestions = answer.suggestions ?? [];
  const reason = make("div", { className: "reason" }, make("h3", {}, text(answer.status)),
    answer.reason ? make("p", { lang: answer.language, dir: "auto" }, answer.reason) : null,
    answer.status === "needs_llm" ? make("p", {}, text("needs_llm_note")) : null);
  const parts = [reason];
  if (answer.coverage?.elements) parts.push(coverageNote(answer.coverage));
  if (suggestions.length > 0) {
    parts.push(make("p", { className: "quiet" }, text("try_instead")), chips(suggestions, (asked) => act.ask(asked, answer.language)));
  }
  return parts;
}

/** Questions to press. */
export function chips(questions, ask) {
  return make("div", { className: "chips" }, ...questions.map((question) => button(question, "chip", () => ask(question), { dir: "auto" })));
}

function tools(answer, act) {
  const link = button(text("copy_link"), "button small", async () => {
    link.textContent = await copy(act.link(), text("copied"), text("copy_refused"));
  });
  return make("div", { className: "how" }, how(answer), make("p", { className: "actions" }, ...exports(answer), act.link ? link : null));
}

/** The answer as files: with its evidence where it has some, and as the answer itself otherwise. */
function exports(answer) {
  const label = (format) => ({ "aria-label": text("export_named", { format }) });
  const name = fileName(answer.question);
  if (!answer.evidence?.url) {
    const save = () => download(`${name}.json`, "application/json", JSON.stringify(answer, null, 2));
    return [button("JSON", "button small export", save, label("JSON"))];
  }
  const { url } = answer.evidence;
  const as = (format) => `${url}${url.includes("?") ? "&" : "?"}format=${format}`;
  return [["CSV", "csv"], ["Excel", "xlsx"], ["JSON", "json"]].map(([kind, format]) => make(
    "a", { className: "button small export", href: format === "json" ? url : as(format), download: `${name}.${format}`, ...label(kind) }, kind));
}

function how(answer) {
  const rows = [];
  const add = (name, ...value) => rows.push(make("dt", {}, text(name)), make("dd", {}, ...value));
  if (answer.evidence?.rule) add("rule", make("bdi", {}, answer.evidence.rule));
  add("answered_by", answer.answered_by === "llm"
    ? text("by_model", { model: answer.cost?.model ?? "?" })
    : text("by_exact"));
  add("price", price(answer.cost?.usd));
  add("took", took(answer.took_ms ?? 0));
  if (answer.cache && answer.cache !== "miss") add("kept", answer.cache);
  if (answer.plan) {
    add("plan", make("pre", { tabIndex: 0, role: "region", "aria-label": text("plan") }, JSON.stringify(answer.plan, null, 2)));
  }
  return make("details", {}, make("summary", {}, text("how")), make("dl", {}, ...rows));
}
