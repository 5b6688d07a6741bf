/// Clients that tests share.
package parley.system.support;
