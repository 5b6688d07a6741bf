/// A stand-in for MongoDB for development and tests: mongo-java-server over its real wire protocol,
/// with a journal of our own for the documents and ordered indexes (the stock ones scan).
///
/// {@link parley.embedded.mongo.Journal} holds documents by {@link parley.embedded.mongo.Shelf} (a
/// collection) and position: {@link parley.embedded.mongo.Opening} reads its files, {@link
/// parley.embedded.mongo.Segments}, {@link parley.embedded.mongo.Compaction} gives back what is not
/// wanted any more. {@link parley.embedded.mongo.OrderedIndex}
/// finds positions by {@link parley.embedded.mongo.KeyBytes} in a
/// {@link parley.embedded.mongo.KeyTree}.
///
/// Start with {@link parley.embedded.mongo.EmbeddedMongo}. Not for production: one process, no
/// replication.
@NullMarked
package parley.embedded.mongo;

import org.jspecify.annotations.NullMarked;
