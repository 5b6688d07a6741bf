/// What the edge serves over plain HTTP: health, and in the demo the page and its tokens.
@NullMarked
package parley.edge.http;

import org.jspecify.annotations.NullMarked;
