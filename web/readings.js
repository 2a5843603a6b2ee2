// Files being read: sent one after another, each watched until it is ready or has failed.

import { Problem, deleteModel, listModels, readModel, uploadModel } from "./api.js";
import { drop, fingerprint, keptOf } from "./kept.js";
import { NoTus, follow, sendInPieces, takeBack } from "./tus.js";
import { announce, button, byId, make, named } from "./dom.js";
import { bytes, duration, number } from "./format.js";
import { explain, text } from "./i18n.js";

const POLL_MS = 400;
// A server that does not answer is asked less and less often, up to this.
const POLL_MS_MAX = 5000;
// Screen readers hear of progress in steps of a quarter, not with every poll.
const ANNOUNCE_STEP = 25;

/** A rate over less time than this jumps. */
const RATE_S = 1;

const pause = (ms) => new Promise((resume) => { setTimeout(resume, ms); });

/** Readings in order of arrival; those that succeeded are gone. */
const readings = [];
let sending = false;
let whenReady = () => {};

/** Sets what happens with a model that is ready: `(status, byThisPage)`. */
export function onReady(listener) {
  whenReady = listener;
}

/** Takes files that a person chose or dropped. */
export function takeFiles(files) {
  for (const file of files) addReading({ name: file.name, file, stage: "waiting", total: file.size });
  void sendWaiting();
}

/** Watches a reading that goes on at the server since before this page was opened. */
export function watchRunning(status) {
  const id = status.upload_id ?? status.model_id;
  // One that is sent as a whole learns its id at its end.
  if (!id || readings.some((reading) => reading.id === id || (reading.file && !reading.id && reading.stage !== "failed"))) return;
  const reading = addReading({ name: status.name, id, stage: "reading", total: status.progress?.bytes_total ?? 0 });
  void finish(reading, () => watch(reading));
}

/** Watches an upload whose last byte left just before this page was opened. */
export function watchSent({ mark, id, name, size }) {
  drop(mark);
  if (readings.some((reading) => reading.id === id)) return;
  const reading = addReading({ name, id, stage: "reading", total: size, inPieces: true, isSent: true });
  void finish(reading, () => followReading(reading));
}

/** Whether leaving the page would break a file off. */
export const isSending = () => readings.some((reading) => reading.file && !reading.isSent && reading.stage !== "failed");

/** Writes every card again, after a change of language. */
export function renderReadings() {
  for (const reading of readings) {
    reading.parts = null;
    render(reading);
  }
}

function addReading(fields) {
  const reading = { id: "", file: null, bytes: 0, entities: 0, rate: 0, since: 0, told: 0, error: null, isCancelled: false, isSent: false, inPieces: false, sending: new AbortController(), ...fields };
  reading.card = make("li", { className: "reading" });
  byId("readings").append(reading.card);
  readings.push(reading);
  render(reading);
  return reading;
}

function removeReading(reading) {
  readings.splice(readings.indexOf(reading), 1);
  reading.card.remove();
}

/** Ends a reading that a person does not want: what is on its way stops, and the server drops what it has of it. */
function cancelReading(reading) {
  reading.isCancelled = true;
  reading.sending.abort();
  removeReading(reading);
  announce(text("reading_cancelled", { name: reading.name }));
  byId("file").focus();
  if (reading.inPieces) void takeBack(reading.id, reading.file ? fingerprint(reading.file) : "");
  else if (reading.id) void dropAtServer(reading.id);
}

/** What has become a model meanwhile stays one: it may have been there before this file was sent. */
async function dropAtServer(id) {
  try {
    if ((await readModel(id)).status === "ingesting") await deleteModel(id);
  } catch { /* it is gone already, or the server with it */ }
}

async function sendWaiting() {
  if (sending) return;
  sending = true;
  for (let next = waiting(); next; next = waiting()) await finish(next, () => send(next));
  sending = false;
}

const waiting = () => readings.find((reading) => reading.stage === "waiting");

/** Runs a reading to its end and shows how it ended. */
async function finish(reading, work) {
  try {
    const status = await work();
    if (reading.isCancelled) return;
    removeReading(reading);
    announce(text("is_ready", { name: reading.name, count: number(status.elements ?? 0, 0) }));
    whenReady(status, reading.file !== null && !readings.some((other) => other.stage === "waiting"));
  } catch (error) {
    if (reading.isCancelled) return;
    reading.stage = "failed";
    reading.error = error;
    render(reading);
    announce(text("failed_announce", { name: reading.name, why: explain(error).sentence }));
  }
}

async function send(reading) {
  reading.stage = "sending";
  render(reading);
  try {
    await sendInPieces(reading.file, progressOf(reading), reading.sending.signal);
  } catch (error) {
    if (!(error instanceof NoTus)) throw error;
    return sendWhole(reading);
  }
  Object.assign(reading, { isSent: true, stage: "reading", bytes: 0, entities: 0, rate: 0, told: 0 });
  render(reading);
  return followReading(reading);
}

const followReading = async (reading) => readModel(await follow(reading.id, progressOf(reading), reading.sending.signal));

/** What the sending and the reading of a file in pieces tell, shown on its card. */
function progressOf(reading) {
  let from = 0;
  let began = null;
  const show = (fields) => {
    Object.assign(reading, fields);
    render(reading);
  };
  return {
    begun: (id) => show({ id, inPieces: true }),
    sent: (sent, isResumed) => {
      if (isResumed) {
        from = sent;
        reading.since = performance.now();
      }
      show({ stage: "sending", bytes: sent, rate: (sent - from) / Math.max(0.001, (performance.now() - reading.since) / 1000) });
    },
    read: ({ bytes: done, bytes_total: total, entities }) => {
      began ??= { at: performance.now(), bytes: done };
      const seconds = (performance.now() - began.at) / 1000;
      // The server may count inflated bytes and know no total; the file's own size is then no measure of them.
      show({
        stage: "reading", bytes: done, entities, total: total ?? (done <= reading.total ? reading.total : 0),
        rate: seconds < RATE_S ? 0 : Math.max(0, (done - began.bytes) / seconds),
      });
    },
    lost: () => show({ stage: "lost", rate: 0 }),
  };
}

/** For servers without uploads in pieces, or with no room for one more: in one request, from the beginning after a break. */
async function sendWhole(reading) {
  Object.assign(reading, { id: "", inPieces: false, since: performance.now() });
  const stop = followWhileSending(reading);
  try {
    const accepted = await uploadModel(reading.file, (sent) => {
      reading.bytes = sent;
      reading.rate = sent / Math.max(0.001, (performance.now() - reading.since) / 1000);
      render(reading);
    }, reading.sending.signal);
    reading.id = accepted.upload_id ?? accepted.model_id;
  } finally {
    stop();
  }
  Object.assign(reading, { isSent: true, stage: "reading" });
  return watch(reading);
}

/** The server reads while it receives: its list tells how many entities it has found before it can answer the upload. */
function followWhileSending(reading) {
  let stopped = false;
  const follow = async () => {
    for (await pause(POLL_MS); !stopped; await pause(POLL_MS)) {
      const models = await listModels().catch(() => []);
      const mine = models.find((model) => model.status === "ingesting" && model.name === reading.name);
      if (mine && !stopped) reading.entities = mine.progress?.entities ?? 0;
    }
  };
  void follow();
  return () => { stopped = true; };
}

async function watch(reading) {
  for (let delay = POLL_MS; ; await pause(delay)) {
    if (reading.isCancelled) return null;
    let status;
    try {
      status = await readModel(reading.id);
      delay = POLL_MS;
      reading.stage = "reading";
    } catch (error) {
      // A server that was started again knows nothing of what it was reading.
      if (error.code === "model_unknown") throw new Problem({ code: "upload_aborted" }, 0);
      // A proxy answers for a server that is being started again.
      if (error.code !== "unreachable" && error.status < 500) throw error;
      reading.stage = "lost";
      render(reading);
      delay = Math.min(delay * 2, POLL_MS_MAX);
      continue;
    }
    if (status.status === "ready") return status;
    if (status.status === "failed") throw new Problem(status.error ?? {}, 0);
    const progress = status.progress ?? {};
    // The server may count inflated bytes and know no total; the file's own size is then no measure of them.
    reading.bytes = progress.bytes ?? reading.bytes;
    reading.entities = progress.entities ?? reading.entities;
    reading.rate = progress.bytes_per_second ?? reading.rate;
    reading.total = progress.bytes_total ?? (reading.bytes <= reading.total ? reading.total : 0);
    render(reading);
  }
}

function render(reading) {
  if (reading.stage === "failed") renderFailed(reading);
  else renderProgress(reading);
}

function renderProgress(reading) {
  if (!reading.parts) buildProgress(reading);
  const { parts, total } = reading;
  const percent = total > 0 ? Math.min(100, Math.floor((reading.bytes / total) * 100)) : null;
  parts.stage.textContent = text(reading.stage);
  parts.bytes.textContent = total > 0
    ? text("bytes_of", { done: bytes(reading.bytes), all: bytes(total) })
    : bytes(reading.bytes);
  parts.entities.textContent = reading.entities ? text("entities_so_far", { count: number(reading.entities, 0) }) : "";
  parts.rate.textContent = reading.rate ? text("per_second", { rate: bytes(reading.rate) }) : "";
  const left = reading.rate && total > reading.bytes ? (total - reading.bytes) / reading.rate : null;
  parts.left.textContent = left === null ? "" : text("remaining", { time: duration(left) });
  parts.bar.setAttribute("aria-label", text("reading_of", { name: reading.name }));
  if (percent === null) {
    parts.bar.removeAttribute("aria-valuenow");
  } else {
    parts.bar.setAttribute("aria-valuenow", percent);
    parts.fill.style.transform = `scaleX(${percent / 100})`;
    tellProgress(reading, percent);
  }
}

function tellProgress(reading, percent) {
  if (percent < reading.told + ANNOUNCE_STEP || percent === 100) return;
  reading.told = percent - (percent % ANNOUNCE_STEP);
  announce(text("percent_read", { name: reading.name, percent: reading.told }));
}

function buildProgress(reading) {
  const span = () => make("span");
  const fill = make("span", { className: "fill" });
  const bar = make("div", { className: "bar", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" }, fill);
  reading.parts = { bar, fill, stage: span(), bytes: span(), entities: span(), rate: span(), left: span() };
  const { stage, bytes: sent, entities, rate, left } = reading.parts;
  reading.card.className = "reading";
  reading.card.replaceChildren(
    make("p", { className: "reading-name" }, make("strong", {}, named(reading.name)), stage),
    bar,
    make("p", { className: "reading-facts quiet" }, sent, rate, entities, left),
    make("p", { className: "actions" }, button(text("cancel"), "button small", () => cancelReading(reading), { "aria-label": text("cancel_reading", { name: reading.name }) })),
  );
}

function renderFailed(reading) {
  const { sentence, hint, detail } = explain(reading.error);
  const retry = () => {
    Object.assign(reading, {
      id: "", stage: "waiting", sending: new AbortController(), error: null, isSent: false, inPieces: false, bytes: 0, entities: 0, rate: 0, told: 0,
    });
    render(reading);
    void sendWaiting();
  };
  const dismiss = () => {
    removeReading(reading);
    // What of it is at the server would wait there for a day.
    if (reading.inPieces && reading.file && keptOf(fingerprint(reading.file))) void takeBack(reading.id, fingerprint(reading.file));
    byId("file").focus();
  };
  reading.parts = null;
  reading.card.className = "reading failed";
  reading.card.replaceChildren(
    make("p", { className: "reading-name" }, make("strong", {}, named(reading.name)), make("span", {}, text("reading_failed"))),
    make("p", {}, sentence),
    hint ? make("p", {}, hint) : "",
    make("p", { className: "quiet code" }, reading.error.code ?? "internal", detail && detail !== sentence ? ` · ${detail}` : ""),
    make("p", { className: "actions" },
      reading.file ? button(text("again"), "button small", retry) : "",
      button(text("dismiss"), "button small", dismiss)),
  );
}
