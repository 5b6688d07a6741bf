package parley.edge.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import parley.contract.Errors;
import parley.contract.RefusedException;
import parley.edge.auth.Claims;
import parley.edge.auth.InvalidTokenException;
import parley.edge.auth.TokenVerifier;
import parley.edge.connection.RefusalLog;
import parley.edge.engineio.EndReason;
import parley.edge.engineio.Handshake;
import parley.edge.socketio.SocketIoSocket;
import parley.edge.upstream.CoreClient;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Authenticate;
import parley.proto.relay.Authenticated;
import parley.proto.relay.Request;

/// Who a client is: its token, the claims in it, and what core knows of the user.
public final class SignIn {

  /// RFC 9110 section 11.1: a scheme's name is the same in any case.
  private static final Pattern BEARER = Pattern.compile("\\s*(?i:bearer)\\s+(\\S+)\\s*");

  private final TokenVerifier tokens;
  private final CoreClient core;
  private final RefusalLog refusals;

  /// @param refusals tells the log of those who are not let in
  public SignIn(TokenVerifier tokens, CoreClient core, RefusalLog refusals) {
    this.tokens = tokens;
    this.refusals = refusals;
    this.core = core;
  }

  /// The user of a client that connects. Blocks on core.
  ///
  /// @return null when core cannot be asked now: the transport was closed
  /// @throws SocketIoSocket.ConnectRefused when the client is not let in
  @Nullable Authenticated user(SocketIoSocket socket, JsonNode auth)
      throws SocketIoSocket.ConnectRefused {
    Handshake handshake = socket.session().handshake();
    Claims claims = claims(token(handshake, auth), handshake.remoteAddress());
    try {
      return core.call(claims.userId(), Request.newBuilder().setAuthenticate(asked(claims)))
          .getAuthenticated();
    } catch (RefusedException e) {
      refuse(socket, e);
      return null;
    }
  }

  private static Authenticate asked(Claims claims) {
    return Authenticate.newBuilder()
        .setUserId(claims.userId())
        .setUsername(claims.username())
        .setEmail(claims.email())
        .setPhoneNumber(claims.phoneNumber())
        .build();
  }

  /// A client whose token is good but who cannot be looked up now should come back by itself, which
  /// the official ones do when the transport ends, and not when CONNECT is refused.
  private static void refuse(SocketIoSocket socket, RefusedException e)
      throws SocketIoSocket.ConnectRefused {
    ErrorCode code = e.error().getCode();
    if (Errors.retryable(code)) {
      socket.session().close(EndReason.UNAVAILABLE);
      return;
    }
    boolean unknown = code == ErrorCode.INVALID_USER || code == ErrorCode.INVALID_ARGUMENT;
    throw unknown ? refused("Invalid user", ErrorCode.INVALID_USER) : failed();
  }

  private static String token(Handshake handshake, JsonNode auth)
      throws SocketIoSocket.ConnectRefused {
    String given = bare(auth.path("token").asText(""));
    if (given.isEmpty()) {
      Matcher bearer = BEARER.matcher(handshake.header("authorization"));
      given = bearer.matches() ? bearer.group(1) : bare(handshake.parameter("token"));
    }
    if (given.isEmpty()) {
      throw refused("Authentication required", ErrorCode.UNAUTHENTICATED);
    }
    return given;
  }

  /// Many pass on the header's value as it is.
  private static String bare(String token) {
    Matcher bearer = BEARER.matcher(token);
    return bearer.matches() ? bearer.group(1) : token.strip();
  }

  private Claims claims(String token, String address) throws SocketIoSocket.ConnectRefused {
    try {
      return tokens.verify(token);
    } catch (InvalidTokenException e) {
      refusals.refused("token " + e.getMessage(), address);
      throw failed();
    }
  }

  private static SocketIoSocket.ConnectRefused failed() {
    return refused("Authentication failed", ErrorCode.UNAUTHENTICATED);
  }

  private static SocketIoSocket.ConnectRefused refused(String words, ErrorCode code) {
    return new SocketIoSocket.ConnectRefused(words, code.name());
  }
}
