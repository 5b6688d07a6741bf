/// A stand-in for MongoDB for development and tests: mongo-java-server over its real wire protocol,
/// with ordered indexes of our own (the stock ones scan) and writes that are answered only after
/// the commit that holds them.
///
/// Start with {@link parley.embedded.mongo.EmbeddedMongo}. Not for production: one process, no
/// replication.
@NullMarked
package parley.embedded.mongo;

import org.jspecify.annotations.NullMarked;
