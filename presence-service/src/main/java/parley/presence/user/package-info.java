/// A user as others see it: connected or not, with a status and words of its own, in Redis; and how
/// those whom it concerns are told. Start with {@link parley.presence.user.UserPresences}.
@NullMarked
package parley.presence.user;

import org.jspecify.annotations.NullMarked;
