// Questions over the session's WebSocket, as docs of the protocol tell it; over plain requests where the server has no sessions
// or the socket does not stand. An entry is one question of the conversation and goes
// running → answered, failed or cancelled. Its id is chosen here, so that asking again after a cut asks nothing twice.

import { Problem, askModel, endSession, openSession, readSession } from "./api.js";

const KEY = "ifc-chunking.session";
const DELAY_MS = 500;
const DELAY_MS_MAX = 30_000;
/** Connections in a row that came to nothing at a server that answers, after which questions go by plain requests. */
const FAILURES_MAX = 3;
/** How long the log of a session from before a reload is waited for. */
const RESTORE_MS_MAX = 4000;
const HEARTBEAT_S = 15;

/** Of random bytes, since `crypto.randomUUID` is absent without TLS. */
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The questions of this conversation in the order they were asked. */
export const entries = [];

const link = {
  /** No sessions at this server. */
  isPlain: false,
  id: "", epoch: "", seq: 0,
  socket: null, opening: null, isWelcome: false,
  failures: 0, tries: 0, delay: 0, timer: 0, heard: 0, beat: 0,
  /** The conversation of plain requests. */
  plainId: newId(),
};
let changed = () => {};
let restored = null;

/** Sets who hears of every change of an entry. */
export function onEntry(listener) {
  changed = listener;
}

/** Asks. `asked` holds `text`, and `language` or `mode` where they are known. The entry changes until it has ended. */
export function ask(model, asked) {
  const entry = { id: newId(), model, question: asked.text, asked, status: "running", stage: "", since: performance.now(), accepted: false, plain: null, tries: 0 };
  entries.push(entry);
  changed(entry);
  void put(entry);
  return entry;
}

/** Cancels a running question; what is being computed for it stops. */
export function cancel(entry) {
  if (entry.status !== "running") return;
  if (entry.plain) entry.plain.abort();
  // The server goes on with it until it is told, which the next connection does.
  else entry.cancelUnsent = !send({ type: "cancel", question_id: entry.id }) && link.id !== "";
  end(entry, "cancelled");
}

/** Takes up the session of this tab from before a reload: true when its questions came back. */
export async function restore() {
  const kept = read();
  if (!kept?.id) return false;
  Object.assign(link, { id: kept.id, epoch: kept.epoch ?? "", seq: 0 });
  const came = new Promise((resolve) => { restored = resolve; });
  setTimeout(() => restored?.(false), RESTORE_MS_MAX);
  try {
    await readSession(link.id);
    connect();
  } catch (error) {
    // Only the server can say that it is gone; one that is being started again keeps it.
    if (error.status === 404) {
      forget();
      restored?.(false);
    } else {
      connect();
    }
  }
  const found = await came;
  restored = null;
  return found;
}

/** Begins a conversation that knows nothing of this one. */
export async function begin() {
  for (const entry of entries) cancel(entry);
  entries.length = 0;
  link.plainId = newId();
  const { id } = link;
  forget();
  // The server ends it by itself when this does not reach it.
  if (id) await endSession(id).catch(() => {});
}

async function put(entry) {
  try {
    await open(entry.model);
  } catch (error) {
    // Nothing was asked yet, so asking again later asks nothing twice. Full or draining: a plain request needs no session.
    if (error.code === "unreachable") later(entry);
    else void putPlain(entry);
    return;
  }
  if (entry.status !== "running") return;
  if (link.isPlain || link.failures >= FAILURES_MAX) void putPlain(entry);
  else if (link.isWelcome) sendAsk(entry);
  // Otherwise the welcome sends it.
}

/** Puts a question again when the server may be back; a person may cancel it meanwhile. */
function later(entry) {
  if (entry.status !== "running") return;
  entry.stage = "lost";
  entry.tries += 1;
  changed(entry);
  setTimeout(() => { if (entry.status === "running") void put(entry); }, backOff(entry.tries));
}

/** Later and later, and not all clients at once. */
const backOff = (tries) => Math.min(DELAY_MS_MAX, DELAY_MS * 2 ** tries) * (0.5 + Math.random());

function sendAsk(entry) {
  const { text, language, mode } = entry.asked;
  send({ type: "ask", question_id: entry.id, model_id: entry.model, text, language, mode });
}

async function putPlain(entry) {
  if (entry.plain || entry.status !== "running") return;
  entry.plain = new AbortController();
  try {
    const answer = await askModel(entry.model, { session_id: link.plainId, ...entry.asked }, entry.plain.signal);
    end(entry, "answered", { answer });
  } catch (error) {
    if (error.name === "AbortError") end(entry, "cancelled");
    else end(entry, "failed", { error });
  }
}

function end(entry, status, more = {}) {
  if (entry.status !== "running") return;
  Object.assign(entry, more, { status, plain: null });
  changed(entry);
}

// The connection.

async function open(model) {
  if (link.isPlain || link.socket) return;
  if (!link.id) {
    link.opening ??= openSession(model).finally(() => { link.opening = null; });
    try {
      const session = await link.opening;
      Object.assign(link, { id: session.session_id, epoch: session.epoch ?? "", seq: 0 });
      keep();
    } catch (error) {
      if (error.status !== 404 && error.status !== 405) throw error;
      link.isPlain = true;
      return;
    }
  }
  // While a next attempt waits for its time, the question waits with it.
  if (!link.socket && !link.timer) connect();
}

function connect() {
  clearTimeout(link.timer);
  link.timer = 0;
  const values = new URLSearchParams({ after: link.seq });
  if (link.epoch) values.set("epoch", link.epoch);
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/v1/sessions/${encodeURIComponent(link.id)}/ws?${values}`);
  Object.assign(link, { socket, isWelcome: false, delay: 0, heard: performance.now() });
  socket.addEventListener("message", (event) => {
    if (link.socket !== socket) return;
    link.heard = performance.now();
    receive(JSON.parse(event.data));
  });
  socket.addEventListener("close", () => { if (link.socket === socket) void closed(); });
}

/** Whether there was a connection to send it through. */
function send(frame) {
  if (link.socket?.readyState !== WebSocket.OPEN) return false;
  link.socket.send(JSON.stringify(frame));
  return true;
}

async function closed() {
  const wasWelcome = link.isWelcome;
  clearInterval(link.beat);
  Object.assign(link, { socket: null, isWelcome: false, failures: wasWelcome ? 0 : link.failures, tries: wasWelcome ? 0 : link.tries + 1 });
  if (!link.id) return;
  const running = entries.filter((entry) => entry.status === "running" && !entry.plain);
  for (const entry of running) {
    entry.stage = "lost";
    changed(entry);
  }
  const { id } = link;
  const known = wasWelcome ? "there" : await lookUp(id);
  // A person began anew while the server was asked.
  if (link.id !== id || link.socket) return;
  if (known === "gone") {
    forget();
    restored?.(false);
    for (const entry of entries) entry.cancelUnsent = false;
    for (const entry of running) {
      entry.accepted = false;
      void put(entry);
    }
    return;
  }
  // Of a server that is away nothing is known; one that answers and lets no socket through is asked by requests.
  if (known === "there" && !wasWelcome) link.failures += 1;
  if (link.failures >= FAILURES_MAX) {
    restored?.(false);
    for (const entry of running) void putPlain(entry);
  }
  // A server that goes away for a while says when it is back.
  link.timer = setTimeout(connect, link.delay || backOff(link.tries));
}

/** What has become of a session, which a refused socket does not tell: `there`, `gone` or `away` with the server. */
async function lookUp(id) {
  try {
    await readSession(id);
    return "there";
  } catch (error) {
    if (error.status === 404) return "gone";
    return error.code === "unreachable" || error.status >= 500 ? "away" : "there";
  }
}

/** A connection that died without a word is given up: the server answers every ping. */
function beat(seconds) {
  clearInterval(link.beat);
  link.beat = setInterval(() => {
    if (performance.now() - link.heard > 3000 * seconds) link.socket?.close();
    else send({ type: "ping" });
  }, 1000 * seconds);
}

// What the server says.

function receive(message) {
  if (message.seq) {
    // Exactly once: what came before the cut is not taken again.
    if (message.epoch === link.epoch && message.seq <= link.seq) return;
    Object.assign(link, { epoch: message.epoch, seq: message.seq });
    keep();
    take(message);
    settle();
    return;
  }
  if (message.type === "welcome") welcome(message);
  else if (message.type === "draining") link.delay = message.reconnect_after_ms;
  else if (message.type === "epoch_changed") {
    // The log was lost: what was not answered is asked again under its old id.
    Object.assign(link, { epoch: message.epoch, seq: 0 });
    keep();
    entries.filter((entry) => entry.status === "running").forEach((entry) => { entry.accepted = false; });
    resend();
  } else if (message.type === "error") refused(message);
}

let wanted = 0;

function welcome(message) {
  const isOther = link.epoch && link.epoch !== message.epoch;
  Object.assign(link, { isWelcome: true, failures: 0, tries: 0, epoch: message.epoch, seq: isOther ? 0 : link.seq });
  wanted = message.last_seq ?? 0;
  keep();
  beat(message.heartbeat_s || HEARTBEAT_S);
  resend();
  settle();
}

/** What was asked when no connection stood, and what may have been on its way when it broke. */
function resend() {
  if (!link.isWelcome) return;
  for (const entry of entries) {
    if (entry.cancelUnsent) entry.cancelUnsent = !send({ type: "cancel", question_id: entry.id });
    if (entry.status !== "running" || entry.plain) continue;
    entry.stage = "";
    changed(entry);
    if (!entry.accepted) sendAsk(entry);
  }
}

/** Ends the waiting for the log once its last event of before is here. */
function settle() {
  if (restored && link.isWelcome && link.seq >= wanted) restored(entries.length > 0);
}

function refused({ error, in_reply_to: id }) {
  const waiting = entries.filter((entry) => entry.status === "running" && !entry.accepted && !entry.plain);
  // A refusal that names no question can only mean the one that waits for its acceptance.
  const isNameless = !id || id === "ask";
  const entry = waiting.find((found) => found.id === id) ?? (isNameless && waiting.length === 1 ? waiting[0] : null);
  if (entry) end(entry, "failed", { error: new Problem(error ?? {}, error?.status ?? 0) });
}

function take(event) {
  if (event.type === "session_ended") {
    forget();
    return;
  }
  if (!event.question_id) return;
  const entry = entries.find((found) => found.id === event.question_id) ?? adopt(event);
  if (!entry) return;
  switch (event.type) {
    case "question_accepted":
      entry.accepted = true;
      break;
    case "question_progress":
      if (entry.status !== "running") return;
      entry.stage = event.stage;
      changed(entry);
      break;
    case "question_answered":
      end(entry, "answered", { answer: event.answer });
      break;
    case "question_failed":
      end(entry, "failed", { error: new Problem(event.error ?? {}, event.error?.status ?? 0) });
      break;
    case "question_cancelled":
      end(entry, "cancelled");
      break;
    default:
  }
}

/** A question that this page does not know: from before a reload, or asked through another connection. */
function adopt(event) {
  if (event.type !== "question_accepted") return null;
  const entry = {
    id: event.question_id, model: event.model_id, question: event.text, asked: { text: event.text },
    status: "running", stage: "", since: performance.now(), accepted: true, plain: null, tries: 0,
  };
  entries.push(entry);
  changed(entry);
  return entry;
}

// What the tab keeps. The token is not among it: the browser holds it as a cookie that no script reads.

function keep() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ id: link.id, epoch: link.epoch }));
  } catch { /* storage may be forbidden; a reload then begins a new session */ }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function forget() {
  const { socket } = link;
  clearTimeout(link.timer);
  clearInterval(link.beat);
  Object.assign(link, { id: "", epoch: "", seq: 0, socket: null, isWelcome: false, failures: 0, tries: 0, timer: 0 });
  socket?.close();
  try {
    sessionStorage.removeItem(KEY);
  } catch { /* nothing was kept then */ }
}
