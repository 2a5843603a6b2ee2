// Which view is shown, and for what: `#view?name=value`. The address alone says it, so that a link shows the same to a colleague.

/** Names of the views. */
export const VIEWS = ["models", "ask", "chunks", "history"];

/** What the address says; `view` is empty where it names none. */
export function address() {
  const hash = location.hash.slice(1);
  // As links were written before there were views.
  if (hash.startsWith("model=")) return { view: "ask", values: new URLSearchParams(hash) };
  const [view, rest = ""] = hash.split(/\?(.*)/s);
  return { view: VIEWS.includes(view) ? view : "", values: new URLSearchParams(rest) };
}

/** The address of a view; values that are absent are left out. */
export function hashOf(view, values = {}) {
  const present = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const query = new URLSearchParams(present).toString();
  return `#${view}${query ? `?${query}` : ""}`;
}

/** Goes to a view: a step that the browser's back button undoes. */
export function go(view, values) {
  const hash = hashOf(view, values);
  if (location.hash !== hash) location.hash = hash;
  else dispatchEvent(new HashChangeEvent("hashchange"));
}

/** Notes in the address what the view shows now, without a step. */
export function note(view, values) {
  history.replaceState(null, "", hashOf(view, values));
}
