package dev.imasugu.store;

class InMemoryStoreTest extends StoreContractTest {
  @Override
  Store open() {
    return new InMemoryStore();
  }
}
