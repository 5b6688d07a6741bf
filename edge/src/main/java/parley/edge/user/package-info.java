/// What is said to a user, whose connections here hear it once each and in order: which rooms are
/// theirs, who their friends are, what others have read of theirs. What changes is numbered by
/// core; a hole in the numbers, a bus that was away, or core's word of a higher number makes this
/// edge read the feed again. Start with {@link parley.edge.user.UserFeeds}; what the news mean is
/// said by a {@link parley.edge.user.UserNews}.
@NullMarked
package parley.edge.user;

import org.jspecify.annotations.NullMarked;
