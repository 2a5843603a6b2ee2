// What went wrong while a view was filled, in the place of what it would show, with a button to try again.

import { button, make } from "./dom.js";
import { explain, text } from "./i18n.js";

/** A line about an error; `again` is called when a person wants to try again. */
export function trouble(error, again) {
  const { sentence, hint } = explain(error);
  return make("div", { className: "notice trouble" }, make("p", {}, [sentence, hint].filter(Boolean).join(" ")), button(text("again"), "button small", again));
}
