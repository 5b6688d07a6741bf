package parley.fanout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class TopicTest {

  @Test
  void parsingAChannelGivesTheTopicItWasBuiltFrom() {
    for (Topic topic :
        List.of(
            new Topic.Room("general"),
            new Topic.Room("a:b:c"),
            new Topic.User("ana@example.com"),
            new Topic.All())) {
      assertEquals(topic, Topic.parse(topic.channel()));
    }
  }

  @Test
  void foreignChannelsAreNoTopics() {
    for (String channel : List.of("", "parley:", "parley:{1}", "parley:{1}:x", "parley:{1}:x:y")) {
      assertNull(Topic.parse(channel), channel);
    }
  }
}
