/// The connection to MongoDB: durability, read concern, collections and indexes. What the documents
/// mean is said where each is mapped.
@NullMarked
package parley.core.store;

import org.jspecify.annotations.NullMarked;
