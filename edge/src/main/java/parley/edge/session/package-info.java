/// A user's connection: who it is, which rooms it is in, and what becomes of both when it ends.
///
/// {@link parley.edge.session.Connecting} lets a client in ({@link parley.edge.session.SignIn}: its
/// token and user; {@link parley.edge.session.Restoring}: the connection that it goes on with),
/// {@link parley.edge.session.ChatSession} is one, {@link parley.edge.session.Sessions} are all.
/// {@link parley.edge.session.Stays} is the one way into rooms, and out of them; what a session
/// does so that its client can go on with it is its {@link parley.edge.session.SessionRecovery}.
@NullMarked
package parley.edge.session;

import org.jspecify.annotations.NullMarked;
