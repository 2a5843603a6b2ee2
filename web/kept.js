// Uploads that are not whole at the server, kept by this browser: who chooses such a file again goes on where it broke off.

const KEY = "ifc-chunking.uploads";
const TAB_KEY = "ifc-chunking.tab";
/** As many as the server takes; the oldest goes first. */
const ENTRIES_MAX = 64;
/** An upload that another tab sends tells so at least this often. */
const OTHER_TAB_MS = 20_000;

/** What tells a file from others without reading it. */
export const fingerprint = (file) => `${file.name}|${file.size}|${file.lastModified}`;

/** Survives a reload of this tab and no more, so that a reload does not take itself for another tab. */
function tab() {
  try {
    let name = sessionStorage.getItem(TAB_KEY);
    if (!name) {
      name = `${Date.now()}-${Math.random()}`;
      sessionStorage.setItem(TAB_KEY, name);
    }
    return name;
  } catch {
    return "";
  }
}

function read() {
  try {
    const entries = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(entries) ? entries.filter((entry) => Date.now() < entry?.expires) : [];
  } catch {
    return [];
  }
}

function write(entries) {
  try {
    if (entries.length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(entries.slice(-ENTRIES_MAX)));
  } catch { /* storage may be forbidden; an upload then survives a broken connection and no reload */ }
}

/** The upload that a file was begun with, or none. */
export const keptOf = (mark) => read().find((entry) => entry.mark === mark) ?? null;

/** Keeps how far an upload is: `{ id, name, size, offset, expires }`. */
export function keep(mark, upload) {
  const { id, name, size, offset, expires } = upload;
  write([...read().filter((entry) => entry.mark !== mark), { mark, id, name, size, offset, expires, tab: tab(), at: Date.now() }]);
}

/** Forgets an upload. */
export function drop(mark) {
  write(read().filter((entry) => entry.mark !== mark));
}

/** Uploads that nobody sends: from before a reload, or from a tab that is gone. */
export const unfinished = () => read().filter((entry) => entry.tab === tab() || entry.at + OTHER_TAB_MS < Date.now());

/** Calls `listener` when another tab changed what is kept. */
export const onKept = (listener) => addEventListener("storage", (event) => { if (event.key === KEY) listener(); });
