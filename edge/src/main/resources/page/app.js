const { io } = await import("/client/socket.io.esm.min.js").catch(() => import("./parley-client.js"));

const $ = (id) => document.getElementById(id);
const state = { me: null, rooms: new Map(), current: null, socket: null };

function room(id, name) {
  if (!state.rooms.has(id)) {
    state.rooms.set(id, { id, name: name || id, messages: new Map(), online: [], count: 0, seq: undefined, before: undefined, joined: false, unread: 0 });
  }
  const known = state.rooms.get(id);
  if (name) known.name = name;
  return known;
}

async function start() {
  const users = await fetch("/demo/users").then((r) => r.json());
  for (const user of users) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.textContent = user;
    chip.onclick = () => signIn(user);
    $("demo-users").append(chip);
  }
  $("sign-in-form").onsubmit = (event) => {
    event.preventDefault();
    signIn($("name").value.trim());
  };
}

async function signIn(name) {
  const response = await fetch(`/demo/token/${encodeURIComponent(name)}`);
  if (!response.ok) {
    $("sign-in-error").textContent = "That is not a user's name.";
    return;
  }
  const { token } = await response.json();
  connect(token);
}

function connect(token) {
  // Texts are wanted as they were written: all of them go into text nodes here, never into markup.
  const socket = io(location.origin, { auth: { token, raw: true }, transports: ["websocket"] });
  state.socket = socket;
  socket.on("connect_error", (error) => {
    $("sign-in-error").textContent = error.message;
  });
  socket.on("connected", welcome);
  socket.on("disconnect", () => {
    $("state").textContent = "reconnecting";
    $("state").className = "state";
    for (const each of state.rooms.values()) each.joined = false;
  });
  socket.on("room-joined", joined);
  socket.on("message-received", received);
  socket.on("message-edited", edited);
  socket.on("message-deleted", deleted);
  socket.on("user-joined-room", ({ roomId, user }) => arrival(roomId, user.id, true));
  socket.on("user-left-room", ({ roomId, userId }) => arrival(roomId, userId, false));
  socket.on("member-added", ({ roomId }) => join(room(roomId)));
  socket.on("removed-from-room", ({ roomId }) => {
    state.rooms.delete(roomId);
    if (state.current === roomId) state.current = null;
    render();
  });
  // A message that can be sent again is, and says so when it is given up.
  socket.on("error", ({ event, message, retryable }) => {
    if (!retryable || event !== "send-message") notice(message);
  });
}

function welcome({ user, rooms }) {
  state.me = user;
  $("sign-in").hidden = true;
  $("chat").hidden = false;
  $("me").textContent = user.username;
  $("state").textContent = "online";
  $("state").className = "state on";
  $("node").textContent = `connected to ${location.host}`;
  for (const each of rooms) room(each.id, each.name);
  for (const each of state.rooms.values()) join(each);
  if (!state.current && rooms.length) open(rooms[0].id);
  render();
}

function join(each) {
  const since = each.seq;
  state.socket.emit("join-room", since === undefined ? { roomId: each.id } : { roomId: each.id, since }, (answer) => {
    if (answer.ok) return entered(each, answer);
    if (!each.messages.size) state.rooms.delete(each.id);
    notice(`${each.id}: ${answer.error.message}`);
    render();
  });
}

function joined({ roomId, room: facts, onlineUsers }) {
  room(roomId, facts.name).online = onlineUsers;
  render();
}

// What the event leaves to the ack.
function entered(each, { onlineCount, seq, missed, more, nextSince, reset }) {
  each.count = onlineCount;
  for (const { event, data } of missed || []) apply(event, data);
  if (more) {
    each.seq = nextSince;
    join(each);
    return;
  }
  each.joined = true;
  each.seq = seq;
  if (missed === undefined || reset) history(each);
  render();
}

function apply(event, data) {
  ({ "message-received": received, "message-edited": edited, "message-deleted": deleted })[event]?.(data);
}

function history(each, before) {
  state.socket.emit("get-recent-messages", { roomId: each.id, limit: 30, ...(before && { before }) }, (answer) => {
    if (!answer.ok) return notice(answer.error.message);
    each.before = answer.before;
    for (const message of answer.messages) each.messages.set(message.id, message);
    render(!before);
  });
}

function received(message) {
  const each = room(message.roomId);
  each.seq = Math.max(each.seq || 0, message.seq);
  if (message.clientMessageId) each.messages.delete("pending " + message.clientMessageId);
  each.messages.set(message.id, message);
  if (state.current !== each.id) each.unread++;
  render(true);
}

function edited({ roomId, messageId, content, editedAt, seq }) {
  change(roomId, seq, messageId, { content, editedAt });
}

function deleted({ roomId, messageId, deletedAt, seq }) {
  change(roomId, seq, messageId, { content: "", deletedAt });
}

function change(roomId, seq, messageId, fields) {
  const each = room(roomId);
  each.seq = Math.max(each.seq || 0, seq);
  const message = each.messages.get(messageId);
  if (message) Object.assign(message, fields);
  render();
}

function arrival(roomId, userId, here) {
  const each = room(roomId);
  const others = each.online.filter((id) => id !== userId);
  each.count += here && others.length === each.online.length ? 1 : here ? 0 : -1;
  each.online = here ? [...others, userId] : others;
  render();
}

function open(id) {
  state.current = id;
  room(id).unread = 0;
  $("content").disabled = false;
  $("send-form").querySelector("button").disabled = false;
  $("content").focus();
  render(true);
}

function notice(text) {
  $("notice").textContent = text;
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => ($("notice").textContent = ""), 5000);
}

$("send-form").onsubmit = (event) => {
  event.preventDefault();
  const content = $("content").value;
  if (!content.trim() || !state.current) return;
  $("content").value = "";
  send(state.current, content, crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2));
};

// The id makes a repeat harmless, so what can be tried again is tried again.
function send(roomId, content, clientMessageId, attempt = 1) {
  const each = room(roomId);
  const key = "pending " + clientMessageId;
  each.messages.set(key, { id: key, content, user: state.me, pending: true, seq: Infinity });
  render(true);
  state.socket.emit("send-message", { roomId, content, clientMessageId }, (answer) => {
    if (answer.ok) return;
    if (answer.error.retryable && attempt < 5 && answer.error.code !== "RATE_LIMITED") {
      setTimeout(() => send(roomId, content, clientMessageId, attempt + 1), 1000 * attempt);
      return;
    }
    each.messages.delete(key);
    notice(answer.error.message);
    $("content").value ||= content;
    render();
  });
}

$("join-form").onsubmit = (event) => {
  event.preventDefault();
  const id = $("join-room").value.trim();
  $("join-room").value = "";
  if (id) {
    join(room(id));
    open(id);
  }
};

$("older").onclick = () => {
  const each = state.rooms.get(state.current);
  if (each?.before) history(each, each.before);
};

function render(toEnd = false) {
  $("rooms").replaceChildren(...[...state.rooms.values()].map(roomButton));
  const each = state.rooms.get(state.current);
  $("room-name").textContent = each ? each.name : "Choose a room";
  $("online").textContent = each?.joined ? `${each.count} here: ${each.online.join(", ")}` : "";
  $("older").hidden = !each?.before;
  const list = $("messages");
  const atEnd = toEnd || list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const messages = each ? [...each.messages.values()].sort((a, b) => a.seq - b.seq) : [];
  list.replaceChildren(...messages.map(messageItem));
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function roomButton(each) {
  const button = document.createElement("button");
  button.textContent = each.name;
  if (each.unread) button.append(element("span", "unread", String(each.unread)));
  if (each.id === state.current) button.className = "current";
  button.onclick = () => open(each.id);
  return button;
}

function messageItem(message) {
  const mine = message.user.id === state.me.id;
  const item = element("li", [mine && "mine", message.pending && "pending"].filter(Boolean).join(" "));
  const meta = element("div", "meta");
  meta.append(element("strong", "", message.user.username));
  if (message.createdAt) meta.append(element("span", "", new Date(message.createdAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })));
  if (message.editedAt && !message.deletedAt) meta.append(element("span", "", "edited"));
  if (mine && !message.pending && !message.deletedAt) {
    meta.append(action("edit", () => edit(message)), action("delete", () => remove(message)));
  }
  const body = message.deletedAt ? element("div", "deleted", "deleted") : element("div", "", message.content);
  item.append(meta, body);
  return item;
}

function edit(message) {
  const content = prompt("New text", message.content);
  if (content && content !== message.content) requestChange("edit-message", { messageId: message.id, content });
}

function remove(message) {
  requestChange("delete-message", { messageId: message.id });
}

function requestChange(event, data) {
  state.socket.emit(event, data, (answer) => answer.ok || notice(answer.error.message));
}

function action(label, onclick) {
  const button = element("button", "", label);
  button.onclick = onclick;
  return button;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

start();
