/// What lets a client go on after its connection ended, as socket.io-client's connection state
/// recovery does: {@link parley.edge.recovery.Offset} is what the client remembers, {@link
/// parley.edge.recovery.Trail} what the edge does, {@link parley.edge.recovery.SavedConnections}
/// keeps that in Redis, and {@link parley.edge.recovery.ResumePoints} puts the two together. The
/// log brings what was missed. Reasons: docs/decisions/0012.
@NullMarked
package parley.edge.recovery;

import org.jspecify.annotations.NullMarked;
