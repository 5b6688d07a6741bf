/// The fault test: clients chat while processes are killed and stopped, the wire to the stores
/// misbehaves, and what processes need is taken from them; afterwards everything that anybody was
/// told is held against the log. Start with {@link parley.system.fault.FaultRun}; what befalls a
/// cluster is in {@link parley.system.fault.FirstMix} and {@link parley.system.fault.SecondMix};
/// what is demanded is in {@link parley.system.fault.Checker} and {@link
/// parley.system.fault.Disclosure}.
package parley.system.fault;
