/// Who a client is: tokens verified by a shared secret or by published keys.
@NullMarked
package parley.edge.auth;

import org.jspecify.annotations.NullMarked;
