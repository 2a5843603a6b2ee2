// A distribution as a table whose rows carry bars: one thing to see and to hear.

import { button, make } from "./dom.js";
import { measured, unit } from "./format.js";
import { text } from "./i18n.js";

const BARS_FIRST = 40;

/** The chart of an answer's groups, in the order of the answer. */
export function chart(groups, caption) {
  const greatest = Math.max(...groups.map((group) => Math.abs(group.value)), Number.MIN_VALUE);
  // All figures as wide as the longest, so that the bars share one scale.
  const figureWidth = `${Math.max(...groups.map((group) => figure(group).length)) + 1}ch`;
  const body = make("tbody");
  const show = (list) => body.append(...list.map((group) => bar(group, greatest, figureWidth)));
  show(groups.slice(0, BARS_FIRST));
  const counted = groups.every((group) => group.unit === "count");
  const table = make(
    "table", { className: "chart" },
    make("caption", { className: "unseen" }, caption),
    make("thead", { className: "unseen" }, make("tr", {},
      make("th", { scope: "col" }, text("group")),
      make("th", { scope: "col" }, text(counted ? "count" : "value")))),
    body,
  );
  const rest = groups.length - BARS_FIRST;
  if (rest <= 0) return table;
  const more = button(text("show_all", { count: groups.length }), "button small", () => {
    show(groups.slice(BARS_FIRST));
    more.remove();
  });
  return make("div", {}, table, more);
}

const figure = (group) => [measured(group.value), unit(group.unit)].filter(Boolean).join("\u00a0");

function bar(group, greatest, figureWidth) {
  const fill = make("span", { className: "fill" });
  // A group of zero has no bar; any other is at least a hair wide.
  fill.style.width = group.value === 0 ? "0" : `max(2px, ${((Math.abs(group.value) / greatest) * 100).toFixed(2)}%)`;
  const written = make("span", { className: "figure" }, figure(group));
  written.style.minWidth = figureWidth;
  const cell = make("td", {}, make("span", { className: "track", "aria-hidden": "true" }, fill), written);
  cell.dataset.value = group.value;
  return make("tr", {}, make("th", { scope: "row" }, make("span", { className: "key" }, group.key)), cell);
}
