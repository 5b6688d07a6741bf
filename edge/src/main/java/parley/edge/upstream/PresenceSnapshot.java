package parley.edge.upstream;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.DepartedUser;
import parley.proto.presence.PresenceEdgeFrame;
import parley.proto.presence.PresenceHello;
import parley.relay.FrameWriter;

/// All that an edge holds, as the frames with which a stream to presence begins: each ends at half
/// a mebibyte, and is made when it is asked for. For one thread.
final class PresenceSnapshot implements Iterator<PresenceEdgeFrame> {

  private static final int PART_BYTES = FrameWriter.FRAME_BYTES / 2;

  private final String edgeId;
  private final Supplier<Iterator<ConnectionState>> taken;
  private Iterator<ConnectionState> connections = Collections.emptyIterator();
  private final Iterator<DepartedUser> departed;
  private int part;
  private boolean last;

  /// @param connections is asked when the first part is
  PresenceSnapshot(
      String edgeId, Supplier<Iterator<ConnectionState>> connections, List<DepartedUser> departed) {
    this.edgeId = edgeId;
    this.taken = connections;
    this.departed = departed.iterator();
  }

  @Override
  public boolean hasNext() {
    return !last;
  }

  @Override
  public PresenceEdgeFrame next() {
    if (last) {
      throw new NoSuchElementException();
    }
    if (part == 0) {
      connections = taken.get();
    }
    PresenceHello.Builder hello =
        PresenceHello.newBuilder().setEdgeId(edgeId).setSnapshot(true).setPart(part++);
    long bytes = 0;
    while (connections.hasNext() && bytes < PART_BYTES) {
      ConnectionState state = connections.next();
      bytes += state.getSerializedSize();
      hello.addConnections(state);
    }
    while (departed.hasNext() && bytes < PART_BYTES) {
      DepartedUser user = departed.next();
      bytes += user.getSerializedSize();
      hello.addDeparted(user);
    }
    last = !connections.hasNext() && !departed.hasNext();
    return PresenceEdgeFrame.newBuilder().setHello(hello.setLast(last)).build();
  }
}
