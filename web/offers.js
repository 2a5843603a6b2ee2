// Uploads that broke off with an earlier visit: a browser gives a file to a page once, so a person has to choose it again.

import { announce, button, byId, make, named } from "./dom.js";
import { bytes } from "./format.js";
import { text } from "./i18n.js";
import { drop, fingerprint, keptOf, onKept, unfinished } from "./kept.js";
import { watchSent } from "./readings.js";
import { atServer, takeBack } from "./tus.js";

/** Found when the page was opened, and not gone on with since. */
let offered = [];

/** Looks for uploads that can go on: of some the server has every byte, some it has forgotten, or it does not answer. */
export async function findOffers() {
  onKept(() => {
    offered = offered.filter((entry) => keptOf(entry.mark));
    renderOffers();
  });
  for (const entry of unfinished()) {
    const offset = await atServer(entry.id);
    if (offset === null) drop(entry.mark);
    else if (offset === entry.size) watchSent(entry);
    else if (keptOf(entry.mark)?.id === entry.id) offered.push({ ...entry, offset: offset ?? entry.offset });
  }
  renderOffers();
}

/** Files were chosen: those among them that are offered go on by themselves. */
export function takeOffers(files) {
  const marks = Array.from(files, fingerprint);
  offered = offered.filter((entry) => !marks.includes(entry.mark));
  renderOffers();
}

/** Writes the cards again. */
export function renderOffers() {
  byId("offers").replaceChildren(...offered.map(card));
}

function card(entry) {
  const discard = () => {
    offered = offered.filter((other) => other !== entry);
    renderOffers();
    announce(text("offer_discarded", { name: entry.name }));
    byId("file").focus();
    void takeBack(entry.id, entry.mark);
  };
  const share = make("span", { className: "fill" });
  share.style.transform = `scaleX(${entry.offset / entry.size})`;
  return make("li", { className: "reading offer" },
    make("p", { className: "reading-name" }, make("strong", {}, named(entry.name)), make("span", {}, text("offer_broken"))),
    make("div", { className: "bar", "aria-valuenow": "0", "aria-hidden": "true" }, share),
    make("p", { className: "quiet" }, text("offer_how", { done: bytes(entry.offset), all: bytes(entry.size) })),
    make("p", { className: "actions" },
      button(text("offer_go_on"), "button small go-on", () => byId("file").click(), { "aria-label": text("offer_go_on_named", { name: entry.name }) }),
      button(text("offer_discard"), "button small discard", discard, { "aria-label": text("offer_discard_named", { name: entry.name }) })));
}
