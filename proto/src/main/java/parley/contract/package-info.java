/// What every service agrees on beside the protobuf contracts: identifiers with their rules, the
/// one table of errors, and the service token that guards calls between services.
///
/// Start with {@link parley.contract.Errors}. Nothing here opens a connection or holds state.
@NullMarked
package parley.contract;

import org.jspecify.annotations.NullMarked;
