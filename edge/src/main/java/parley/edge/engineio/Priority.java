package parley.edge.engineio;

/// Which of the two queues for the drainers an outbox waits in.
enum Priority {
  /// Something that waits is for few.
  DIRECT,
  /// All that waits is for very many.
  BULK
}
