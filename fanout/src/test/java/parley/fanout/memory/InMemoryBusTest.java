package parley.fanout.memory;

import parley.fanout.BusContract;
import parley.fanout.BusPublisher;
import parley.fanout.BusSubscriber;

class InMemoryBusTest extends BusContract {

  private final InMemoryBus bus = new InMemoryBus();

  @Override
  protected BusPublisher publisher() {
    return bus;
  }

  @Override
  protected BusSubscriber subscriber() {
    return bus.subscriber();
  }
}
