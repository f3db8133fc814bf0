package dev.imasugu.log;

class InMemoryEventLogTest extends EventLogContractTest {
  @Override
  EventLog open() {
    return new InMemoryEventLog(PARTITIONS);
  }
}
