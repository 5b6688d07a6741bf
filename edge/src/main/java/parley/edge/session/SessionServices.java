package parley.edge.session;

/// What sessions turn to.
///
/// @param connecting lets clients in
/// @param events handles what they say
/// @param recoveries keeps what lets clients go on
/// @param sessions all of them
/// @param deliveries hears what has reached clients
public record SessionServices(
    Connecting connecting,
    SessionEvents events,
    Recoveries recoveries,
    Sessions sessions,
    DeliveryReports deliveries) {}
