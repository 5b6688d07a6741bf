/// Whom a user's presence concerns on this edge, and how changes reach them: each connection once a
/// change, however many rooms it shares with the user. Start with {@link
/// parley.edge.presence.PresenceFeed}.
@NullMarked
package parley.edge.presence;

import org.jspecify.annotations.NullMarked;
