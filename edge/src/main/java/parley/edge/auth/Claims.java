package parley.edge.auth;

/// What a verified token says of its user; texts are empty when it says nothing.
public record Claims(String userId, String username, String email, String phoneNumber) {}
