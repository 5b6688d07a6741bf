package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.InvalidIdException;
import parley.contract.MessageId;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.Text;
import parley.contract.UserId;
import parley.proto.errors.ErrorCode;

/// Reads what clients send, field by field; what is not as it should be is refused with the code
/// and the words for it.
final class Arguments {

  private static final int LONGEST_CLIENT_ID = 64;

  private Arguments() {}

  /// A room: a bare string, or the `roomId` or `chatId` of an object.
  static RoomId room(JsonNode argument) {
    JsonNode value = argument.isObject() ? argument.path("roomId") : argument;
    if (value.isMissingNode() && argument.isObject()) {
      value = argument.path("chatId");
    }
    if (!value.isTextual()) {
      throw new RefusedException(ErrorCode.INVALID_ROOM_ID);
    }
    try {
      return new RoomId(value.textValue());
    } catch (InvalidIdException e) {
      throw new RefusedException(ErrorCode.INVALID_ROOM_ID);
    }
  }

  static boolean namesRoom(JsonNode argument) {
    return argument.hasNonNull("roomId") || argument.hasNonNull("chatId");
  }

  static void object(JsonNode argument) {
    if (!argument.isObject()) {
      throw new RefusedException(ErrorCode.INVALID_ARGUMENT);
    }
  }

  static MessageId message(JsonNode argument) {
    JsonNode value = argument.isObject() ? argument.path("messageId") : argument;
    try {
      return MessageId.parse(value.isTextual() ? value.textValue() : "");
    } catch (InvalidIdException e) {
      throw new RefusedException(ErrorCode.INVALID_ARGUMENT, "Invalid message ID");
    }
  }

  static UserId user(JsonNode argument, String key) {
    try {
      JsonNode value = argument.path(key);
      return new UserId(value.isTextual() ? value.textValue() : "");
    } catch (InvalidIdException e) {
      throw new RefusedException(ErrorCode.INVALID_ARGUMENT, "Invalid user ID");
    }
  }

  /// `clientMessageId`, or `tempId`; empty when absent.
  static String clientMessageId(JsonNode argument) {
    JsonNode value = argument.path("clientMessageId");
    if (value.isMissingNode() || value.isNull()) {
      value = argument.path("tempId");
    }
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    boolean fits =
        value.isTextual()
            && !value.textValue().isEmpty()
            && value.textValue().length() <= LONGEST_CLIENT_ID
            && Text.isName(value.textValue());
    if (!fits) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT,
          "clientMessageId must have 1 to 64 characters of one line, without < and >");
    }
    return value.textValue();
  }

  /// A line of text; empty when absent.
  static String text(JsonNode argument, String key, int longest) {
    JsonNode value = argument.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual() || value.textValue().length() > longest) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT, key + " must be text of at most " + longest + " characters");
    }
    if (!Text.isLine(value.textValue())) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT, key + " must be one line of well-formed text");
    }
    return value.textValue();
  }

  /// A text that programs compare; empty when absent.
  static String name(JsonNode argument, String key, int longest) {
    String name = text(argument, key, longest);
    if (!Text.isName(name)) {
      throw new RefusedException(ErrorCode.INVALID_ARGUMENT, key + " must be without < and >");
    }
    return name;
  }

  /// A whole number from `least`; `otherwise` when absent.
  static long number(JsonNode argument, String key, long least, long most, long otherwise) {
    JsonNode value = argument.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new RefusedException(ErrorCode.INVALID_ARGUMENT, key + " must be a whole number");
    }
    long number = value.longValue();
    if (number < least || number > most) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT, key + " must be from " + least + " to " + most);
    }
    return number;
  }
}
