/// What users have read and been delivered: a cursor for each (room, user) that only rises, who is
/// told, and what is still unread. Start with {@link parley.core.receipt.Receipts}.
@NullMarked
package parley.core.receipt;

import org.jspecify.annotations.NullMarked;
