// Numbers, sizes and times as the page's language writes them.

import { language, text } from "./i18n.js";

const locale = () => (language() === "de" ? "de-DE" : "en-GB");

/** A whole number or a measured one, grouped; at most `digits` decimals. */
export function number(value, digits = 2) {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
}

/** A measured value: small ones keep three significant digits, large ones two decimals. */
export function measured(value) {
  const options = Math.abs(value) < 1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 };
  return new Intl.NumberFormat(locale(), options).format(value);
}

/** A unit as printed: `m2` is m². A count has none. */
export function unit(name) {
  if (!name || name === "count") return "";
  return name.replace(/([mt])([23])(?![0-9])/g, (_, base, power) => base + (power === "2" ? "²" : "³"));
}

/** Yes, no, a number or a text, as an item carries it. */
export function scalar(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return text(value ? "yes" : "no");
  return typeof value === "number" ? measured(value) : String(value);
}

/** Bytes in decimal multiples, as file managers show them. */
export function bytes(count) {
  const steps = ["B", "kB", "MB", "GB", "TB"];
  let rest = count;
  let step = 0;
  while (rest >= 1000 && step < steps.length - 1) {
    rest /= 1000;
    step += 1;
  }
  return `${number(rest, step < 2 ? 0 : 1)} ${steps[step]}`;
}

/** Seconds as people say them, coarse, so that the figure stands still. */
export function duration(seconds) {
  if (seconds < 1) return text("under_a_second");
  if (seconds < 60) return `${number(Math.ceil(seconds), 0)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${number(minutes / 60, 1)} h`;
}

/** A time of today as a time, another as a date. Empty when there is none. */
export function when(stamp) {
  const date = new Date(stamp ?? NaN);
  if (Number.isNaN(date.getTime())) return "";
  const today = new Date().toDateString() === date.toDateString();
  const options = today ? { timeStyle: "short" } : { dateStyle: "medium" };
  const written = new Intl.DateTimeFormat(locale(), options).format(date);
  return today ? text("today", { time: written }) : written;
}

/** Money; below a cent as many digits as it takes. */
export function price(amount, currency = "USD") {
  const value = Number(amount ?? 0);
  if (!Number.isFinite(value)) return "";
  const digits = value !== 0 && Math.abs(value) < 0.01 ? 6 : 2;
  return new Intl.NumberFormat(locale(), { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: digits }).format(value);
}

/** A share of a whole. */
export function percent(share) {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/** Date and time, short. Empty when there is none. */
export function moment(stamp) {
  const date = new Date(stamp ?? NaN);
  if (Number.isNaN(date.getTime())) return "";
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(date);
}

/** The same; of today the time alone. */
export const lately = (stamp) => (new Date(stamp ?? NaN).toDateString() === new Date().toDateString() ? when(stamp) : moment(stamp));

/** Milliseconds as people read them: no more digits than another run would have again. */
export function took(ms) {
  return ms < 1000 ? `${number(ms, ms < 10 ? 1 : 0)}\u00a0ms` : `${number(ms / 1000, 1)}\u00a0s`;
}

/** Compares as the language sorts, numbers inside texts by value. */
export function comparer() {
  return new Intl.Collator(locale(), { numeric: true, sensitivity: "base" }).compare;
}
