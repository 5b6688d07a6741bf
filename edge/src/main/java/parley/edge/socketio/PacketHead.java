package parley.edge.socketio;

/// Reads the head of a packet: type, attachments, namespace, id. Used by one thread.
final class PacketHead {

  private static final long LARGEST_ID = 9_007_199_254_740_991L; // exact in JavaScript

  private final String text;
  private int at = 1;

  PacketHead(String text) {
    this.text = text;
  }

  char type() {
    return text.isEmpty() ? ' ' : text.charAt(0);
  }

  /// `5` or `6`, a count, a dash.
  int attachments(int most) throws SocketIoException {
    int count = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      count = count * 10 + text.charAt(at) - '0';
      if (count > most) {
        throw new SocketIoException("too many attachments");
      }
      at++;
    }
    if (count == 0 || at >= text.length() || text.charAt(at) != '-') {
      throw new SocketIoException("illegal attachments");
    }
    at++;
    return count;
  }

  String namespace() {
    if (at >= text.length() || text.charAt(at) != '/') {
      return SocketIoConfig.MAIN;
    }
    int comma = text.indexOf(',', at);
    int end = comma < 0 ? text.length() : comma;
    String namespace = text.substring(at, end);
    at = comma < 0 ? end : end + 1;
    return namespace;
  }

  long id() throws SocketIoException {
    int start = at;
    long id = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      id = id * 10 + text.charAt(at) - '0';
      if (id > LARGEST_ID) {
        throw new SocketIoException("ack id is too large");
      }
      at++;
    }
    return at == start ? SocketIoPacket.NO_ID : id;
  }

  String rest() {
    return at >= text.length() ? "" : text.substring(at);
  }
}
