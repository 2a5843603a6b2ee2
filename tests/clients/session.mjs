// Asks what stands on standard input, a question a line, in one session over a WebSocket, and prints every event.
//
//     node session.mjs http://127.0.0.1:8000 MODEL_ID
//
// The class is for browsers as well. Node has WebSocket from version 22 on, 20 with --experimental-websocket.

const ENDS = ["question_answered", "question_failed", "question_cancelled"];

class Session {
    constructor(server, { session_id, token, epoch }, onEvent) {
        Object.assign(this, { server, id: session_id, token, epoch, onEvent });
        this.last = 0;
        this.waiting = new Map();
        this.connect();
    }

    connect() {
        const query = new URLSearchParams({ after: this.last, epoch: this.epoch, token: this.token });
        this.socket = new WebSocket(`${this.server.replace(/^http/, "ws")}/v1/sessions/${this.id}/ws?${query}`);
        this.pause = 1000;
        // A question that has not ended is sent again. It has a name, so it is never asked twice.
        this.socket.onopen = () => this.waiting.forEach(({ frame }) => this.send(frame));
        this.socket.onmessage = ({ data }) => this.take(JSON.parse(data));
        this.socket.onclose = () => this.isOver || setTimeout(() => this.connect(), this.pause);
    }

    take(message) {
        if (message.type === "draining") this.pause = message.reconnect_after_ms;
        if (message.type === "log_truncated") this.last = message.first_seq - 1;
        if (message.type === "epoch_changed") [this.epoch, this.last] = [message.epoch, 0];
        // A fault of the server's passes, and the question is sent again with the next connection.
        if (message.type === "error" && message.error.status < 500) this.finish(message.in_reply_to, message);
        if (message.seq === undefined) return;
        if (message.seq !== this.last + 1) throw new Error(`event ${message.seq} came after ${this.last}`);
        this.last = message.seq;
        this.onEvent(message);
        if (ENDS.includes(message.type)) this.finish(message.question_id, message);
    }

    finish(id, message) {
        this.waiting.get(id)?.resolve(message);
        this.waiting.delete(id);
    }

    send(frame) {
        if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
    }

    ask(text) {
        const frame = { type: "ask", question_id: crypto.randomUUID(), text };
        return new Promise((resolve) => {
            this.waiting.set(frame.question_id, { frame, resolve });
            this.send(frame);
        });
    }

    end() {
        this.isOver = true;
        this.socket.close();
        const headers = { authorization: `Bearer ${this.token}` };
        return fetch(`${this.server}/v1/sessions/${this.id}`, { method: "DELETE", headers });
    }
}

const { createInterface } = await import("node:readline");
const [server, model_id] = process.argv.slice(2);
const headers = { "content-type": "application/json" };
const begun = await fetch(`${server}/v1/sessions`, { method: "POST", headers, body: JSON.stringify({ model_id }) });
if (!begun.ok) throw new Error(await begun.text());
const print = ({ seq, type, answer }) => console.log(seq, type, answer?.answer?.text ?? "");
const session = new Session(server, await begun.json(), print);
for await (const line of createInterface({ input: process.stdin })) await session.ask(line);
await session.end();
