/// The protocol seen from outside: a server with nothing behind it but echoes, and clients of every
/// kind against it.
package parley.edge.conformance;
