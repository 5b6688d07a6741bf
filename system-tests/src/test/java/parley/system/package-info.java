/// The whole, seen from outside: real processes, real stores, the official Java client.
package parley.system;
