// A distribution as a table whose rows carry bars: one thing to see and to hear. As shares, a strip stands above it.

import { button, make, named } from "./dom.js";
import { measured, percent, unit } from "./format.js";
import { text } from "./i18n.js";

const BARS_FIRST = 40;
/** Units whose amounts add up to a whole. */
const ADDING = ["count", "m", "m2", "m3", "kg"];
/** Colours of the sheet; groups beyond them share the last. */
const COLOURS = 10;

/** Whether groups are parts of one whole: of an average there are no shares. */
export function isShareable(groups, plan) {
  const [first] = groups;
  const whole = groups.length > 1 && ADDING.includes(first.unit) && groups.every((group) => group.unit === first.unit && group.value >= 0);
  const isMean = /"(average|minimum|maximum|min|max|mean)"/.test(JSON.stringify(plan?.goal ?? {}));
  return whole && !isMean && groups.some((group) => group.value > 0);
}

/** The chart of an answer's groups with a choice between bars and shares, where they are parts of one whole. */
export function distribution(groups, caption, plan) {
  if (!isShareable(groups, plan)) return chart(groups, caption);
  const place = make("div", { className: "chart-place" });
  const presses = [];
  const show = (shares) => {
    place.replaceChildren(...(shares ? [strip(groups), chart(groups, caption, { shares })] : [chart(groups, caption)]));
    presses.forEach((press, index) => press.setAttribute("aria-pressed", String(Boolean(index) === shares)));
  };
  presses.push(
    button(text("chart_bars"), "", () => show(false)),
    button(text("chart_shares"), "shares", () => show(true)),
  );
  show(false);
  return make("div", { className: "distribution" },
    make("div", { className: "toggle", role: "group", "aria-label": text("chart_as") }, ...presses), place);
}

/** The chart of groups, in their order. `pick(group)` makes each a button; `shares` tells parts of the whole. */
export function chart(groups, caption, { pick = null, shares = false } = {}) {
  const greatest = Math.max(...groups.map((group) => Math.abs(group.value)), Number.MIN_VALUE);
  const sum = groups.reduce((all, group) => all + group.value, 0) || 1;
  const written = (group) => (shares ? percent(group.value / sum) : figure(group));
  // All figures as wide as the longest, so that the bars share one scale.
  const width = `${Math.max(...groups.map((group) => written(group).length), 0) + 1}ch`;
  const body = make("tbody");
  const row = (group, index) => bar(group, {
    share: Math.abs(group.value) / (shares ? sum : greatest), written: written(group), width, pick, colour: shares ? index : null,
  });
  body.append(...groups.slice(0, BARS_FIRST).map(row));
  const counted = groups.every((group) => group.unit === "count");
  const table = make(
    "table", { className: "chart" },
    make("caption", { className: "unseen", dir: "auto" }, caption),
    make("thead", { className: "unseen" }, make("tr", {},
      make("th", { scope: "col" }, text("group")),
      make("th", { scope: "col" }, text(shares ? "share" : counted ? "count" : "value")))),
    body,
  );
  if (groups.length <= BARS_FIRST) return table;
  const more = button(text("show_all", { count: groups.length }), "button small", () => {
    body.append(...groups.slice(BARS_FIRST).map((group, index) => row(group, BARS_FIRST + index)));
    more.remove();
  });
  return make("div", {}, table, more);
}

const figure = (group) => [measured(group.value), unit(group.unit)].filter(Boolean).join("\u00a0");

function bar(group, { share, written, width, pick, colour }) {
  const fill = make("span", { className: colour === null ? "fill" : `fill hue-${Math.min(colour, COLOURS - 1)}` });
  // A group of zero has no bar; any other is at least a hair wide.
  fill.style.width = group.value === 0 ? "0" : `max(2px, ${(share * 100).toFixed(2)}%)`;
  const value = make("span", { className: "figure" }, written);
  value.style.minWidth = width;
  const cell = make("td", {}, make("span", { className: "track", "aria-hidden": "true" }, fill), value);
  cell.dataset.value = group.value;
  const key = pick
    ? make("button", { type: "button", className: "key", on: { click: () => pick(group) } }, named(group.key))
    : named(group.key, { className: "key" });
  const row = make("tr", {}, make("th", { scope: "row" }, key), cell);
  // The whole bar is as good a target as its name; keyboards have the button.
  if (pick) cell.addEventListener("click", () => pick(group));
  return row;
}

/** All parts in one strip; the table below says the same in words. */
function strip(groups) {
  const sum = groups.reduce((all, group) => all + group.value, 0) || 1;
  const parts = groups.map((group, index) => {
    const part = make("span", { className: `hue-${Math.min(index, COLOURS - 1)}`, title: `${group.key}: ${percent(group.value / sum)}` });
    part.style.width = `${((group.value / sum) * 100).toFixed(3)}%`;
    return part;
  });
  return make("div", { className: "strip", "aria-hidden": "true" }, ...parts);
}
