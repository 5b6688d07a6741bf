"""python client.py URL ROOM USER=TOKEN ...

Tries python-socketio, one client for each way of connecting, all at once. Each way has a user of
its own, named as the way. Prints a line for each case, "WAY CASE ok" or "WAY CASE FAULT why", and
"waiting" once when every client is connected: then the edge is restarted, and every client has to
come back by itself. Ends with 1 when there was a fault.
"""

import asyncio
import sys
import threading
import time

import socketio

URL, ROOM = sys.argv[1:3]
TOKENS = dict(pair.split("=", 1) for pair in sys.argv[3:])
MODES = {"both": None, "websocket": ["websocket"], "polling": ["polling"]}
TEXT = "Grüße, 你好, 🦜 " + "x" * 4_900
BURST = 40
PATIENCE = 40

lines = threading.Lock()
faults = 0
connected = threading.Barrier(len(TOKENS) + 1)


def say(way, case, fault=None):
    global faults
    with lines:
        faults += fault is not None
        print(f"{way} {case} " + ("ok" if fault is None else f"FAULT {fault}"), flush=True)


class Heard:
    """What one client heard. Handlers take one argument, as the documentation shows them."""

    def __init__(self):
        self.messages = []
        self.more = []
        self.connects = 0

    def message(self, data):
        self.messages.append(data["content"])

    def connect(self):
        self.connects += 1


def until(condition, patience=PATIENCE):
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def check(way, case, holds, why=""):
    say(way, case, None if holds else why or "no")


def use(way, ask, connects, heard):
    """The same for both kinds; `ask` blocks for an acknowledgement."""
    joined = ask("join-room", ROOM)
    check(way, "join", joined.get("ok") is True, joined)
    mine = [f"{way} {i}" for i in range(BURST)]
    for text in mine:
        answer = ask("send-message", {"roomId": ROOM, "content": text, "clientMessageId": text})
        if answer.get("ok") is not True:
            check(way, "send", False, answer)
    check(
        way,
        "hear",
        until(lambda: set(mine) <= set(heard.messages)),
        f"{len(set(mine) & set(heard.messages))} of {BURST}",
    )
    ask("send-message", {"roomId": ROOM, "content": way + TEXT, "clientMessageId": way})
    check(way, "long and any language", until(lambda: way + TEXT in heard.messages))
    refused = ask("send-message", {"roomId": ROOM, "content": ""})
    check(way, "refusal", refused.get("error", {}).get("code") == "INVALID_CONTENT", refused)
    connected.wait()  # then the edge goes
    check(way, "comes back", until(lambda: connects() > 1), "stays away")


def blocking(way, mode):
    heard = Heard()
    client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=1)
    client.on("message-received", heard.message)
    client.on("connect", heard.connect)
    client.connect(URL, auth={"token": TOKENS[way]}, transports=MODES[mode], wait_timeout=20)
    use(way, lambda *args: client.call(*args, timeout=20), lambda: heard.connects, heard)
    answer = client.call("join-room", ROOM, timeout=20)
    check(way, "joins again", answer.get("ok") is True, answer)
    client.disconnect()


def refused(way, mode):
    client = socketio.Client(reconnection=False)
    told = []
    client.on("connect_error", told.append)
    try:
        client.connect(URL, auth={"token": "none"}, transports=MODES[mode], wait_timeout=20)
        say(way, "is refused", "let in")
        client.disconnect()
    except socketio.exceptions.ConnectionError:
        check(way, "is refused", told and "message" in told[0], told)


def asynchronous(way, mode):
    heard = Heard()

    async def on_message(data):
        heard.message(data)

    async def on_connect():
        heard.connect()

    client = None
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    def run(coroutine, patience=30):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(patience)

    async def make():
        made = socketio.AsyncClient(reconnection_delay=0.2, reconnection_delay_max=1)
        made.on("message-received", on_message)
        made.on("connect", on_connect)
        await made.connect(
            URL, auth={"token": TOKENS[way]}, transports=MODES[mode], wait_timeout=20
        )
        return made

    client = run(make())
    use(way, lambda *args: run(client.call(*args, timeout=20)), lambda: heard.connects, heard)
    answer = run(client.call("join-room", ROOM, timeout=20))
    check(way, "joins again", answer.get("ok") is True, answer)
    run(client.disconnect())


def whole(way):
    kind, mode = way.split("-")
    try:
        if kind == "sync":
            refused(way, mode)
            blocking(way, mode)
        else:
            asynchronous(way, mode)
    except Exception as e:  # whatever a client throws is a fault of the pair
        say(way, "goes on", f"{type(e).__name__}: {e}")
        if not connected.broken:
            connected.abort()


# A handler that throws in a thread of the client would go unnoticed.
threading.excepthook = lambda args: say("python", "threads", f"{args.exc_type.__name__}: {args.exc_value}")

threads = [threading.Thread(target=whole, args=(way,)) for way in TOKENS]
for thread in threads:
    thread.start()
try:
    connected.wait()
    print("waiting", flush=True)
except threading.BrokenBarrierError:
    pass
for thread in threads:
    thread.join()
print("faults: " + str(faults), flush=True)
sys.exit(1 if faults else 0)
