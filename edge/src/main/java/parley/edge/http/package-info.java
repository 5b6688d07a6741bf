/// The HTTP server under the sockets, its faults and whether it listens, and what it serves beside
/// them: health, and in the demo the page and its tokens.
@NullMarked
package parley.edge.http;

import org.jspecify.annotations.NullMarked;
