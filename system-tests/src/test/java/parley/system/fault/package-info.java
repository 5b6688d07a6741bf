/// The fault test: clients chat while processes are killed and stopped and the wire to the stores
/// misbehaves; afterwards everything that anybody was told is held against the log. Start with
/// {@link parley.system.fault.FaultRun}; what is demanded is in {@link
/// parley.system.fault.Checker}.
package parley.system.fault;
