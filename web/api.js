// The server's addresses. Every failure is a `Problem`, whether the server told it or the connection broke.

import { language } from "./i18n.js";

/** A refusal: the body of RFC 9457, or one of our own when no body came. */
export class Problem extends Error {
  constructor(body, status) {
    super(body.detail || body.title || body.code || "");
    this.name = "Problem";
    this.status = status;
    this.code = body.code || "internal";
    this.detail = body.detail || body.title || "";
    this.hint = body.hint || "";
    this.hintDe = body.hint_de || "";
    this.requestId = body.request_id || "";
  }
}

const unreachable = () => new Problem({ code: "unreachable" }, 0);

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: { "Accept-Language": language(), ...options.headers } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(body, response.status);
  return body;
}

const post = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

const modelPath = (id) => `/v1/models/${encodeURIComponent(id)}`;

/** All models. */
export const listModels = async () => (await call("/v1/models")).models ?? [];

/** The state of a model or of an upload. */
export const readModel = (id) => call(modelPath(id));

/** Questions this model can answer. */
export const readSuggestions = async (id) => (await call(`${modelPath(id)}/suggestions?language=${language()}`)).suggestions ?? [];

/** What a question that is being typed may go on with. */
export const readCompletions = async (id, text, signal) =>
  (await call(`${modelPath(id)}/completions?${new URLSearchParams({ text, language: language() })}`, { signal })).completions ?? [];

/** Deletes a model. */
export const deleteModel = (id) => call(modelPath(id), { method: "DELETE" });

/** What a model holds at a glance. */
export const readOverview = (id) => call(`${modelPath(id)}/overview`);

/** What went wrong while a model was read. */
export const readProblems = (id) => call(`${modelPath(id)}/problems`);

/** A page of the chunks of a model. `options` holds `strategy`, `tokens` and `cursor` where they are chosen. */
export const listChunks = (id, options, signal) => call(`${modelPath(id)}/chunks?${new URLSearchParams(options)}`, { signal });

/** One chunk, by the address that the list gives. */
export const readChunk = (url) => call(url);

/** Opens a session: the server keeps its conversation. */
export const openSession = (modelId) => call("/v1/sessions", post({ model_id: modelId }));

/** A session; refused when it has ended. */
export const readSession = (id) => call(`/v1/sessions/${encodeURIComponent(id)}`);

/** Ends a session. */
export const endSession = (id) => call(`/v1/sessions/${encodeURIComponent(id)}`, { method: "DELETE" });

const historyPath = (id) => `/v1/history/${encodeURIComponent(id)}`;

/** A page of what was asked, the newest first. */
export const listHistory = (filter, signal) => call(`/v1/history?${new URLSearchParams(filter)}`, { signal });

/** One of them with its answer. */
export const readAsked = (id) => call(historyPath(id));

/** Deletes one of them. */
export const deleteAsked = (id) => call(historyPath(id), { method: "DELETE" });

/** Deletes all that a filter names. */
export const deleteHistory = (filter) => call(`/v1/history?${new URLSearchParams(filter)}`, { method: "DELETE" });

/** Asks one of them again. */
export const rerunAsked = (id) => call(`${historyPath(id)}/rerun`, { method: "POST" });

/** Where one of them is exported. */
export const exportAddress = (id, format) => `${historyPath(id)}/export?format=${format}`;

/** Asks. `asked.language` is absent for typed questions: the server then detects it. */
export const askModel = (id, asked, signal) => call(`${modelPath(id)}/questions`, { ...post(asked), signal });

/** Every item of an answer, from the address that its evidence names. */
export async function readItems(evidenceUrl) {
  const evidence = await call(evidenceUrl);
  return evidence.answer?.items ?? evidence.items ?? [];
}

/**
 * Sends a file as it is, without reading it into memory. `onSent` gets the bytes sent so far; the signal breaks it off.
 * XMLHttpRequest, because fetch does not tell how much of a body has left.
 */
export function uploadModel(file, onSent, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/v1/models?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    // gzip is told by its first bytes; zstd has to be declared.
    if (/\.zst$/i.test(file.name)) request.setRequestHeader("Content-Encoding", "zstd");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => onSent(event.loaded));
    request.addEventListener("load", () => {
      if (request.status < 300 && request.response) resolve(request.response);
      else reject(new Problem(request.response ?? {}, request.status));
    });
    request.addEventListener("error", () => reject(unreachable()));
    request.addEventListener("abort", () => reject(new Problem({ code: "upload_aborted" }, 0)));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
