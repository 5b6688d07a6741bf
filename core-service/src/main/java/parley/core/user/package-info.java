/// Users: who may connect, and the names shown beside messages.
@NullMarked
package parley.core.user;

import org.jspecify.annotations.NullMarked;
