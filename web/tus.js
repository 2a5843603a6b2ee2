// A file sent in pieces by tus 1.0 (`/v1/uploads`): a connection that breaks, or a server that is started again, costs no more
// than the bytes on their way. What of a file is at the server is kept, so that it goes on after a reload too.

import { Problem } from "./api.js";
import { drop, fingerprint, keep, keptOf } from "./kept.js";

const UPLOADS = "/v1/uploads";
const PIECE_BYTES = 8 << 20;
const DELAY_MS = 500;
const DELAY_MS_MAX = 10_000;
/** How often it is kept at most how far an upload is. */
const KEEP_MS = 1000;
/** How long the server keeps an upload that it tells no end of. */
const KEPT_MS = 3_600_000;
/** A server that answers so has no tus, another version of it, or no room for one more upload. */
const WITHOUT_TUS = [404, 405, 412, 501];
/** A connection that stands this long without a byte is given up; the server gives up as soon. */
const SILENCE_MS = 60_000;
/** The upload may go on once it is asked how far it is: another request sends to it, or the server is away. */
const GOES_ON = [0, 408, 409, 423, 429, 502, 503, 504];

/** A server that takes no upload in pieces; another way may do. */
export class NoTus extends Error {}

/**
 * Sends a file to its last byte and gives the id of the upload. `told.begun(id)` is called when it has one, `told.sent(bytes,
 * isResumed)` with what has left and `told.lost()` when the connection broke. The signal breaks it off; what came stays at the
 * server.
 */
export async function sendInPieces(file, told, signal) {
  const mark = fingerprint(file);
  const upload = await resumed(file, mark, told, signal) ?? await begun(file, mark, told, signal);
  told.begun(upload.id);
  let tries = 0;
  told.sent(upload.offset, true);
  while (upload.offset < file.size) {
    throwIfAborted(signal);
    if (tries > 0) told.sent(upload.offset, true);
    try {
      await sendPiece(file, mark, upload, told, signal);
      tries = 0;
    } catch (error) {
      throwIfAborted(signal);
      if (isGone(error)) {
        drop(mark);
        // Expired, or taken away by somebody: from its beginning under another id, unless that is refused as well.
        if (upload.isAnew) throw error;
        Object.assign(upload, await begun(file, mark, told, signal), { isAnew: true });
        told.begun(upload.id);
        continue;
      }
      if (!goesOn(error)) throw error;
      await requireReadable(file);
      tries += 1;
      told.lost();
      await pause(tries, signal);
      await resync(upload, signal);
    }
  }
  drop(mark);
  return upload.id;
}

/** How many bytes of an upload are at the server: null when it knows none of that id, undefined when it does not answer. */
export async function atServer(id) {
  try {
    return whole(await request("HEAD", `${UPLOADS}/${encodeURIComponent(id)}`), "Upload-Offset");
  } catch (error) {
    return isGone(error) ? null : undefined;
  }
}

/** Takes an upload back: its bytes, and its reading. A model that it became stays. */
export async function takeBack(id, mark) {
  drop(mark);
  await request("DELETE", `${UPLOADS}/${encodeURIComponent(id)}`).catch(() => {});
}

/**
 * Follows the reading of an upload to its end and gives the id of its model. `told.read(event)` is called with every event,
 * `told.lost()` when the connection broke.
 */
export function follow(id, told, signal) {
  return new Promise((resolve, reject) => {
    let source;
    let tries = 0;
    const end = (settle, value) => {
      source?.close();
      settle(value);
    };
    const hear = (event) => {
      tries = 0;
      const state = JSON.parse(event.data);
      if (state.stage === "ready") end(resolve, state.model_id);
      else if (state.stage === "failed") end(reject, new Problem(state.error ?? {}, 0));
      else told.read(state);
    };
    const open = () => {
      source = new EventSource(`${UPLOADS}/${encodeURIComponent(id)}/events`);
      for (const name of ["progress", "ready", "failed"]) source.addEventListener(name, hear);
      source.addEventListener("error", () => {
        told.lost();
        // Where the server was not reached the browser tries again by itself; a refusal it takes for good.
        if (source.readyState === EventSource.CLOSED) void refused();
      });
    };
    const refused = async () => {
      if (await atServer(id) === null) {
        end(reject, new Problem({ code: "upload_aborted" }, 0));
        return;
      }
      tries += 1;
      await pause(tries, signal);
      if (!signal.aborted) open();
    };
    signal.addEventListener("abort", () => end(reject, new Problem({ code: "upload_aborted" }, 0)));
    open();
  });
}

const goesOn = (error) => GOES_ON.includes(error.status) || error.code === "upload_aborted";

const isGone = (error) => error.status === 404 || error.status === 410 || error.code === "upload_file_differs";

function throwIfAborted(signal) {
  if (signal.aborted) throw new Problem({ code: "upload_aborted" }, 0);
}

/** The upload that this file was begun with, when the server still has it. */
async function resumed(file, mark, told, signal) {
  const kept = keptOf(mark);
  if (!kept) return null;
  const upload = { id: kept.id, name: file.name, size: file.size, offset: 0, expires: kept.expires };
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await request("HEAD", `${UPLOADS}/${encodeURIComponent(kept.id)}`, {}, { signal });
      // One of which every byte came is being read, or was.
      if (whole(answer, "Upload-Length") === file.size && take(upload, answer)) return upload;
      break;
    } catch (error) {
      throwIfAborted(signal);
      if (!goesOn(error)) break;
      told.lost();
      await pause(tries, signal);
    }
  }
  drop(mark);
  return null;
}

async function begun(file, mark, told, signal) {
  const headers = {
    "Upload-Length": String(file.size),
    "Upload-Metadata": `filename ${base64(file.name)},fingerprint ${base64(mark)}`,
  };
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await request("POST", UPLOADS, headers);
      const id = (answer.getResponseHeader("Location") ?? "").split("/").pop();
      if (!id) throw new NoTus();
      const upload = { id, name: file.name, size: file.size, offset: 0, expires: expiry(answer) };
      // Broken off while it was begun: nobody else knows of it.
      if (signal.aborted) await takeBack(id, mark);
      throwIfAborted(signal);
      keep(mark, upload);
      return upload;
    } catch (error) {
      throwIfAborted(signal);
      if (error instanceof NoTus || WITHOUT_TUS.includes(error.status) || error.code === "uploads_full") throw new NoTus();
      if (error.status !== 0 && error.code !== "draining" && ![502, 504].includes(error.status)) throw error;
      told.lost();
      await pause(tries, signal);
    }
  }
}

async function sendPiece(file, mark, upload, told, signal) {
  const { offset } = upload;
  const piece = file.slice(offset, offset + PIECE_BYTES);
  let last = Date.now();
  const onSent = (bytes) => {
    told.sent(offset + bytes, false);
    // Other tabs see that somebody sends.
    if (Date.now() < last + KEEP_MS) return;
    last = Date.now();
    keep(mark, { ...upload, offset: offset + bytes });
  };
  const headers = {
    "Upload-Offset": String(offset), "Upload-Metadata": `fingerprint ${base64(mark)}`,
    "Content-Type": "application/offset+octet-stream",
  };
  const answer = await request("PATCH", `${UPLOADS}/${encodeURIComponent(upload.id)}`, headers, { body: piece, onSent, signal });
  // A server that takes nothing of a piece and calls that well would be sent it for ever.
  if (!take(upload, answer) || upload.offset <= offset) throw new Problem({ code: "upload_offset_wrong" }, 0);
  keep(mark, upload);
}

/** Asks how far an upload is; whether it is there at all shows with the next piece. */
async function resync(upload, signal) {
  const answer = await request("HEAD", `${UPLOADS}/${encodeURIComponent(upload.id)}`, {}, { signal }).catch(() => null);
  if (answer) take(upload, answer);
}

/** Takes over what an answer says; false when it does not say how far the upload is. */
function take(upload, answer) {
  const offset = whole(answer, "Upload-Offset");
  if (offset === null || upload.size < offset) return false;
  Object.assign(upload, { offset, expires: expiry(answer) });
  return true;
}

function whole(answer, name) {
  const written = answer.getResponseHeader(name) ?? "";
  return /^[0-9]+$/.test(written) ? Number(written) : null;
}

const expiry = (answer) => Date.parse(answer.getResponseHeader("Upload-Expires") ?? "") || Date.now() + KEPT_MS;

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** A file that was changed or moved since it was chosen looks like a broken connection. */
async function requireReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    throw new Problem({ code: "file_changed" }, 0);
  }
}

/** Later and later, and not all clients at once; at once when the network is back or the upload is broken off. */
function pause(tries, signal) {
  const delay = Math.min(DELAY_MS_MAX, DELAY_MS * 2 ** tries) * (0.5 + Math.random() / 2);
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener("online", go);
      signal.removeEventListener("abort", go);
      resolve();
    };
    const timer = setTimeout(go, delay);
    addEventListener("online", go);
    signal.addEventListener("abort", go);
  });
}

/** XMLHttpRequest, because fetch does not tell how much of a body has left. */
function request(method, path, headers = {}, { body = null, onSent = null, signal = null } = {}) {
  return new Promise((resolve, reject) => {
    const sender = new XMLHttpRequest();
    sender.open(method, path);
    sender.setRequestHeader("Tus-Resumable", "1.0.0");
    for (const [name, value] of Object.entries(headers)) sender.setRequestHeader(name, value);
    sender.responseType = "json";
    const stop = () => sender.abort();
    let silence = setTimeout(stop, SILENCE_MS);
    sender.upload.addEventListener("progress", (event) => {
      clearTimeout(silence);
      silence = setTimeout(stop, SILENCE_MS);
      onSent?.(event.loaded);
    });
    signal?.addEventListener("abort", stop);
    sender.addEventListener("loadend", () => {
      clearTimeout(silence);
      signal?.removeEventListener("abort", stop);
    });
    sender.addEventListener("load", () => {
      if (sender.status < 300) resolve(sender);
      else reject(new Problem(sender.response ?? {}, sender.status));
    });
    sender.addEventListener("error", () => reject(new Problem({ code: "unreachable" }, 0)));
    sender.addEventListener("abort", () => reject(new Problem({ code: "upload_aborted" }, 0)));
    sender.send(body);
  });
}
