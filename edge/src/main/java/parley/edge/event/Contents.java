package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import parley.contract.RefusedException;
import parley.contract.Text;
import parley.proto.chat.Attachment;
import parley.proto.errors.ErrorCode;

/// What a message may hold (R3.7).
final class Contents {

  private static final int LONGEST = 5_000;
  private static final int MOST_ATTACHMENTS = 10;

  private final Addresses addresses;

  /// @param schemes of attachments' addresses, lower case
  Contents(Set<String> schemes) {
    this.addresses = new Addresses(schemes);
  }

  /// The text of a message.
  ///
  /// @param mayBeEmpty there are attachments
  String text(JsonNode argument, boolean mayBeEmpty) {
    JsonNode value = argument.path("content");
    boolean absent = value.isMissingNode() || value.isNull();
    if (absent && mayBeEmpty) {
      return "";
    }
    if (!value.isTextual()) {
      throw new RefusedException(ErrorCode.INVALID_CONTENT);
    }
    String text = value.textValue();
    boolean blank = text.isBlank() && !mayBeEmpty;
    if (blank || text.length() > LONGEST || !Text.isWellFormed(text)) {
      throw new RefusedException(ErrorCode.INVALID_CONTENT);
    }
    return text;
  }

  /// The attachments of a message: objects with `url`, or bare addresses.
  List<Attachment> attachments(JsonNode argument) {
    JsonNode given = argument.path("attachments");
    if (given.isMissingNode() || given.isNull()) {
      return List.of();
    }
    if (!given.isArray() || given.size() > MOST_ATTACHMENTS) {
      throw new RefusedException(
          ErrorCode.INVALID_CONTENT, "attachments must be an array of at most 10");
    }
    List<Attachment> attachments = new ArrayList<>();
    given.forEach(one -> attachments.add(attachment(one)));
    return attachments;
  }

  private Attachment attachment(JsonNode given) {
    if (given.isTextual()) {
      return Attachment.newBuilder().setUrl(addresses.checked(given.textValue())).build();
    }
    Arguments.object(given);
    return Attachment.newBuilder()
        .setUrl(addresses.checked(Arguments.text(given, "url", Addresses.LONGEST)))
        .setType(Arguments.name(given, "type", 100))
        .setName(Arguments.text(given, "name", 255))
        .setSize(Arguments.number(given, "size", 0, Long.MAX_VALUE, 0))
        .build();
  }
}
