/// The internal API over gRPC: what other services of a team call. Failures are gRPC statuses by
/// the table in {@link parley.contract.Errors}.
@NullMarked
package parley.core.api;

import org.jspecify.annotations.NullMarked;
