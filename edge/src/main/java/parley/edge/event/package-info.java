/// What clients may say, one class each: validate, limit, act. {@link
/// parley.edge.event.EventRouter} is the table.
@NullMarked
package parley.edge.event;

import org.jspecify.annotations.NullMarked;
