/// The wire towards clients: event names, payload keys and shapes. Each name is spelt here and
/// nowhere else; docs/protocol.md describes them.
@NullMarked
package parley.edge.vocabulary;

import org.jspecify.annotations.NullMarked;
