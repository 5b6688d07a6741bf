/// Socket.IO v5 inside Engine.IO messages: packets as data, namespaces, events and acks. Knows no
/// chat.
@NullMarked
package parley.edge.socketio;

import org.jspecify.annotations.NullMarked;
