// Builds elements. Text reaches the page through textContent only, because names in a building model are data of others.

/** The element with this id; the page is broken without it. */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element. `properties` are DOM properties; `aria-*`, `data-*`, `role` and the like are set as attributes,
 * functions under `on` become listeners. Children are nodes or texts; null is left out.
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name.includes("-") || !(name in element)) {
      element.setAttribute(name, value);
    } else {
      element[name] = value;
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Text from a model as an element of its own: writing that runs the other way does not turn what stands beside it. */
export const named = (text, properties = {}) => make("bdi", properties, String(text ?? ""));

/** The same inside a text: between the signs that isolate (FSI and PDI). */
export const isolate = (text) => `\u2068${text ?? ""}\u2069`;

/** A push button. */
export function button(label, className, onClick, properties = {}) {
  return make("button", { type: "button", className, ...properties, on: { click: onClick } }, label);
}

/** Tells screen readers. The same text twice is told twice. */
export function announce(text) {
  const region = byId("announce");
  region.replaceChildren();
  // A change within the same task would be merged with the emptying and stay silent.
  requestAnimationFrame(() => { region.textContent = text; });
}

/** Copies a text and tells how it went; without TLS or permission a browser refuses. */
export async function copy(text, done, refused) {
  let told = done;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    told = refused;
  }
  announce(told);
  return told;
}

/** A table in a region of its own that scrolls sideways and that the keyboard reaches. */
export function scrolling(label, table) {
  return make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": label }, table);
}

/** A file name from words of people: letters and digits of any language, and hyphens. */
export const fileName = (words) => words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "answer";

/** Offers a text as a file. */
export function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  // The browser has taken its own hold of the blob by the next task.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
