/// A stand-in for MongoDB for development and tests: mongo-java-server over its real wire protocol,
/// with a journal of our own for the documents and ordered indexes (the stock ones scan).
///
/// {@link parley.embedded.mongo.Journal} of {@link parley.embedded.mongo.Segment}s holds documents
/// by {@link parley.embedded.mongo.Shelf} and position; {@link parley.embedded.mongo.OrderedIndex}
/// finds positions by {@link parley.embedded.mongo.KeyBytes} in a
/// {@link parley.embedded.mongo.KeyTree}.
///
/// Start with {@link parley.embedded.mongo.EmbeddedMongo}. Not for production: one process, no
/// replication.
@NullMarked
package parley.embedded.mongo;

import org.jspecify.annotations.NullMarked;
