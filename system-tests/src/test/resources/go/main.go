// Tries the Go client: main URL ROOM WAY=TOKEN ..., WAY one of both, websocket, polling. Prints a
// line for each case, "WAY CASE ok" or "WAY CASE FAULT why", and "waiting" once every client is
// connected: then the edge is restarted, and every client has to come back by itself. Ends with 1
// when there was a fault.
package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3/transports"
	"github.com/zishang520/socket.io/clients/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

const (
	burst    = 40
	patience = 40 * time.Second
)

var (
	printing sync.Mutex
	faults   atomic.Int32
	ready    sync.WaitGroup
	done     sync.WaitGroup
)

func say(way, name string, holds bool, why any) {
	printing.Lock()
	defer printing.Unlock()
	if holds {
		fmt.Println(way, name, "ok")
	} else {
		faults.Add(1)
		fmt.Println(way, name, "FAULT", why)
	}
}

func until(condition func() bool) bool {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if condition() {
			return true
		}
	}
	return false
}

func connect(url, way string, auth map[string]any) (*socket.Socket, error) {
	options := socket.DefaultOptions()
	options.SetForceNew(true)
	options.SetReconnectionDelay(200)
	options.SetReconnectionDelayMax(1000)
	options.SetAuth(auth)
	switch way {
	case "websocket":
		options.SetTransports(types.NewSet(transports.WebSocket))
	case "polling":
		options.SetTransports(types.NewSet(transports.Polling))
	default:
		options.SetTransports(types.NewSet(transports.Polling, transports.WebSocket))
	}
	return socket.Connect(url, options)
}

func refused(url, way string) {
	told := make(chan string, 1)
	client, err := connect(url, way, map[string]any{"token": "none"})
	if err != nil {
		say(way, "is refused", false, err)
		return
	}
	defer client.Disconnect()
	client.On("connect_error", func(args ...any) {
		select {
		case told <- fmt.Sprint(args...):
		default:
		}
	})
	select {
	case words := <-told:
		say(way, "is refused", strings.Contains(words, "Authentication failed"), words)
	case <-time.After(patience):
		say(way, "is refused", false, "nothing was said")
	}
}

func use(url, room, way, token string) {
	defer done.Done()
	refused(url, way)
	var connects, joins atomic.Int32
	var lock sync.Mutex
	heard := map[string]bool{}
	extra := 0
	client, err := connect(url, way, map[string]any{"token": token})
	if err != nil {
		say(way, "connects", false, err)
		ready.Done()
		return
	}
	client.On("connect", func(...any) { connects.Add(1) })
	client.On("room-joined", func(...any) { joins.Add(1) })
	client.On("message-received", func(args ...any) {
		lock.Lock()
		defer lock.Unlock()
		if len(args) != 1 {
			extra = len(args)
		}
		if message, ok := args[0].(map[string]any); ok {
			heard[fmt.Sprint(message["content"])] = true
		}
	})
	client.On("connected", func(...any) { client.Emit("join-room", room) })
	say(way, "join", until(func() bool { return joins.Load() > 0 }), "not joined")
	for i := 0; i < burst; i++ {
		text := fmt.Sprint("go ", way, " ", i)
		client.Emit("send-message", map[string]any{
			"roomId": room, "content": text, "clientMessageId": text})
	}
	hears := until(func() bool {
		lock.Lock()
		defer lock.Unlock()
		for i := 0; i < burst; i++ {
			if !heard[fmt.Sprint("go ", way, " ", i)] {
				return false
			}
		}
		return true
	})
	say(way, "hear", hears, len(heard))
	say(way, "one argument", extra == 0, extra)
	if way != "polling" { // there the client loses acknowledgements, with the reference too
		answered := make(chan bool, 1)
		client.EmitWithAck("get-unread", room)(func(args []any, err error) {
			answer, ok := any(nil), err == nil && len(args) > 0
			if ok {
				answer = args[0]
			}
			fields, isMap := answer.(map[string]any)
			answered <- ok && isMap && fields["ok"] == true
		})
		select {
		case ok := <-answered:
			say(way, "ack", ok, "not ok")
		case <-time.After(patience):
			say(way, "ack", false, "none")
		}
	}
	before := joins.Load()
	ready.Done()
	say(way, "comes back", until(func() bool { return connects.Load() > 1 }), "stays away")
	say(way, "joins again", until(func() bool { return joins.Load() > before }), "not joined")
	client.Disconnect()
}

func main() {
	url, room := os.Args[1], os.Args[2]
	for _, pair := range os.Args[3:] {
		way, token, _ := strings.Cut(pair, "=")
		ready.Add(1)
		done.Add(1)
		go use(url, room, way, token)
	}
	ready.Wait()
	fmt.Println("waiting")
	done.Wait()
	fmt.Println("faults:", faults.Load())
	if faults.Load() > 0 {
		os.Exit(1)
	}
}
