package parley.system.fault;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.ByteBufNIO;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.bson.io.ByteBufferBsonInput;

/// Stands between one core node and the store, and knows MongoDB's wire (OP_MSG): one request, one
/// answer. What it is told to do befalls one write, the next of its kind; but for silence.
final class MongoProxy implements AutoCloseable {

  /// What can befall a write.
  enum Mishap {
    /// It is carried out, and nobody hears of it: the connection breaks.
    ANSWER_LOST,
    /// It is carried out long after its sender gave it up.
    HELD,
    /// It is carried out, and answered, just before its sender would give it up. Something is done
    /// meanwhile.
    SLOW,
    /// It is carried out, and said not to be known to a majority.
    WRITE_CONCERN_ERROR,
    /// It is carried out, and then something is done before anybody hears of it.
    DONE_THEN,
    /// Something is done before it is carried out, which it never is.
    BEFORE
  }

  /// A mishap that waits for its write.
  ///
  /// @param command `insert` or `update`
  /// @param collections in which it is
  /// @param then for {@link Mishap#DONE_THEN}, {@link Mishap#BEFORE} and {@link Mishap#SLOW}
  record Plan(Mishap mishap, String command, Set<String> collections, Runnable then) {

    static Plan ofLog(Mishap mishap, String command, Runnable then) {
      return new Plan(mishap, command, Set.of("room_log"), then);
    }
  }

  private static final int HEADER = 16;
  private static final long HELD_MILLIS = 5_000; // core gives up after four
  private static final long SLOW_MILLIS = 3_600;

  private final int store;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Plan> plan = new AtomicReference<>();
  private volatile boolean silent;

  MongoProxy(int store) throws IOException {
    this.store = store;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("mongo-proxy").start(this::accept);
  }

  String uri() {
    return "mongodb://127.0.0.1:" + listening.getLocalPort() + "/parley";
  }

  /// Something befalls the next write of the kind.
  void next(Plan planned) {
    plan.set(planned);
  }

  /// Did nothing come that it could befall?
  boolean pending() {
    return plan.get() != null;
  }

  void forget() {
    plan.set(null);
  }

  /// Nothing passes any more, and connections stay open; or all is as before, on new connections.
  void silent(boolean quiet) {
    silent = quiet;
    if (!quiet) {
      cut();
    }
  }

  /// Every connection breaks.
  void cut() {
    open.forEach(MongoProxy::closeQuietly);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), store)) {
      open.add(server);
      DataInputStream fromClient = new DataInputStream(client.getInputStream());
      DataInputStream fromServer = new DataInputStream(server.getInputStream());
      while (true) {
        byte[] request = message(fromClient);
        quietly();
        byte[] answer = exchange(request, server.getOutputStream(), fromServer);
        quietly();
        if (answer == null) {
          return;
        }
        client.getOutputStream().write(answer);
      }
    } catch (IOException gone) {
      // either side
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.removeIf(Socket::isClosed);
    }
  }

  private void quietly() throws InterruptedException {
    while (silent) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /// @return null when the client shall not hear of it
  private byte[] exchange(byte[] request, OutputStream toServer, DataInputStream fromServer)
      throws IOException, InterruptedException {
    Plan known = plan.get();
    boolean hit = known != null && isWrite(request, known) && plan.compareAndSet(known, null);
    if (!hit) {
      toServer.write(request);
      return message(fromServer);
    }
    switch (known.mishap) {
      case ANSWER_LOST -> {
        toServer.write(request);
        message(fromServer);
        return null;
      }
      case HELD -> {
        TimeUnit.MILLISECONDS.sleep(HELD_MILLIS);
        toServer.write(request);
        message(fromServer);
        return null;
      }
      case SLOW -> {
        TimeUnit.MILLISECONDS.sleep(SLOW_MILLIS / 2);
        known.then.run();
        TimeUnit.MILLISECONDS.sleep(SLOW_MILLIS / 2);
        toServer.write(request);
        return message(fromServer);
      }
      case WRITE_CONCERN_ERROR -> {
        toServer.write(request);
        return withWriteConcernError(message(fromServer));
      }
      case DONE_THEN -> {
        toServer.write(request);
        message(fromServer);
        known.then.run();
        return null;
      }
      case BEFORE -> {
        known.then.run();
        return null;
      }
      default -> throw new IllegalStateException();
    }
  }

  private static byte[] message(DataInputStream in) throws IOException {
    byte[] length = new byte[4];
    in.readFully(length);
    int size = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (size < HEADER || size > 64 << 20) {
      throw new EOFException("no message");
    }
    byte[] whole = new byte[size];
    System.arraycopy(length, 0, whole, 0, 4);
    in.readFully(whole, 4, size - 4);
    return whole;
  }

  private static boolean isWrite(byte[] request, Plan plan) {
    BsonDocument body = body(request);
    return body != null
        && body.containsKey(plan.command)
        && body.get(plan.command).isString()
        && plan.collections.contains(body.getString(plan.command).getValue());
  }

  /// The command of an OP_MSG: its first section is of kind 0.
  private static BsonDocument body(byte[] message) {
    ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt(12) != 2_013 || message[HEADER + 4] != 0) {
      return null;
    }
    ByteBuffer document =
        ByteBuffer.wrap(message, HEADER + 5, message.length - HEADER - 5)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    try (BsonBinaryReader reader =
        new BsonBinaryReader(new ByteBufferBsonInput(new ByteBufNIO(document)))) {
      return new BsonDocumentCodec().decode(reader, DecoderContext.builder().build());
    }
  }

  private static byte[] withWriteConcernError(byte[] answer) throws IOException {
    BsonDocument body = body(answer);
    if (body == null) {
      return answer;
    }
    body.put(
        "writeConcernError",
        new BsonDocument("code", new BsonInt32(64))
            .append("codeName", new BsonString("WriteConcernTimeout"))
            .append("errmsg", new BsonString("waiting for replication timed out"))
            .append("errInfo", new BsonDocument("wtimeout", BsonBoolean.TRUE)));
    BasicOutputBuffer encoded = new BasicOutputBuffer();
    try (BsonBinaryWriter writer = new BsonBinaryWriter(encoded)) {
      new BsonDocumentCodec().encode(writer, body, EncoderContext.builder().build());
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(answer, 0, HEADER + 5);
    whole.write(encoded.toByteArray());
    byte[] bytes = whole.toByteArray();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(0, bytes.length);
    return bytes;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // gone is gone
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    silent = false;
    cut();
  }
}
