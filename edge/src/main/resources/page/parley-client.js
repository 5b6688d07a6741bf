// A small Socket.IO v5 client over WebSocket, with the surface that the page uses of the official
// one: io(url, {auth}), on, emit with an ack, connect and disconnect events, reconnection. It is
// served where the official client could not be had when the project was built.
export function io(url, options = {}) {
  return new Socket(url || location.origin, options);
}

class Socket {
  constructor(url, options) {
    this.url = url.replace(/^http/, "ws") + (options.path || "/socket.io/") + "?EIO=4&transport=websocket";
    this.options = options;
    this.handlers = new Map();
    this.acks = new Map();
    this.buffer = [];
    this.nextId = 0;
    this.delay = 1000;
    this.connected = false;
    this.closed = false;
    this.open();
  }

  on(event, handler) {
    if (!this.handlers.has(event)) this.handlers.set(event, []);
    this.handlers.get(event).push(handler);
    return this;
  }

  emit(event, ...args) {
    let id = "";
    if (typeof args.at(-1) === "function") {
      id = this.nextId++;
      this.acks.set(id, args.pop());
    }
    const packet = `42${id}${JSON.stringify([event, ...args])}`;
    if (this.connected) this.ws.send(packet);
    else this.buffer.push(packet);
    return this;
  }

  disconnect() {
    this.closed = true;
    this.ws.close();
  }

  open() {
    this.ws = new WebSocket(this.url);
    this.ws.onmessage = (message) => this.packet(String(message.data));
    this.ws.onclose = () => this.lost("transport close");
  }

  packet(text) {
    this.watch();
    if (text[0] === "0") {
      const { pingInterval, pingTimeout } = JSON.parse(text.slice(1));
      this.patience = pingInterval + pingTimeout;
      const auth = typeof this.options.auth === "function" ? null : this.options.auth;
      if (auth !== null) this.ws.send("40" + JSON.stringify(auth || {}));
      else this.options.auth((data) => this.ws.send("40" + JSON.stringify(data)));
    } else if (text === "2") {
      this.ws.send("3");
    } else if (text.startsWith("40")) {
      this.connected = true;
      this.delay = 1000;
      this.fire("connect");
      for (const packet of this.buffer.splice(0)) this.ws.send(packet);
    } else if (text.startsWith("44")) {
      const { message } = JSON.parse(text.slice(2));
      this.closed = true;
      this.fire("connect_error", new Error(message));
      this.ws.close();
    } else if (text.startsWith("41")) {
      this.closed = true;
      this.ws.close();
    } else if (text.startsWith("42")) {
      const [event, ...args] = JSON.parse(text.slice(2));
      this.fire(event, ...args);
    } else if (text.startsWith("43")) {
      const at = text.indexOf("[");
      const id = Number(text.slice(2, at));
      const ack = this.acks.get(id);
      this.acks.delete(id);
      if (ack) ack(...JSON.parse(text.slice(at)));
    }
  }

  watch() {
    clearTimeout(this.silence);
    if (this.patience) this.silence = setTimeout(() => this.ws.close(), this.patience);
  }

  lost(reason) {
    clearTimeout(this.silence);
    const was = this.connected;
    this.connected = false;
    this.acks.clear();
    if (was) this.fire("disconnect", reason);
    if (this.closed) return;
    setTimeout(() => this.open(), this.delay * (0.5 + Math.random()));
    this.delay = Math.min(this.delay * 2, 5000);
  }

  fire(event, ...args) {
    for (const handler of this.handlers.get(event) || []) handler(...args);
  }
}
