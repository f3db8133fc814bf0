package dev.imasugu.store;

import dev.imasugu.domain.UserId;
import dev.imasugu.store.Devices.Device;
import dev.imasugu.store.Devices.Owner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link Identities} in memory. */
final class InMemoryIdentities implements Identities {
  private final InMemoryStore.Shared shared;
  private final Map<String, Owner> owners = new HashMap<>();
  private final Map<String, List<Device>> devices = new HashMap<>();

  InMemoryIdentities(InMemoryStore.Shared shared) {
    this.shared = shared;
  }

  @Override
  public List<String> of(String user) {
    shared.enter();
    try {
      return devices.getOrDefault(user, List.of()).stream()
          .map(Device::anonymous)
          .filter(anonymous -> user.equals(owner(anonymous)))
          .toList();
    } finally {
      shared.unlock();
    }
  }

  @Override
  public boolean everLinked(String user) {
    shared.enter();
    try {
      return devices.containsKey(user);
    } finally {
      shared.unlock();
    }
  }

  @Override
  public @Nullable String owner(String anonymous) {
    shared.enter();
    try {
      Owner owner = owners.get(anonymous);
      return owner == null ? null : owner.user();
    } finally {
      shared.unlock();
    }
  }

  /** Takes the links of a commit, under the lock; returns who is dirty because of it. */
  List<ProfileCommit.Mark> commit(ProfileCommit commit) {
    var changes = new LinkChanges(owners::get, user -> devices.getOrDefault(user, List.of()));
    changes.add(commit);
    owners.putAll(changes.owners());
    devices.putAll(changes.devices());
    return changes.marks();
  }

  /** Forgets an owner; under the lock. */
  void erase(String owner) {
    devices.remove(owner);
    owners.values().removeIf(each -> each.user().equals(owner));
    if (owner.startsWith(UserId.ANONYMOUS_PREFIX)) {
      String anonymous = owner.substring(UserId.ANONYMOUS_PREFIX.length());
      owners.remove(anonymous);
      devices.replaceAll(
          (_, all) -> all.stream().filter(each -> !each.anonymous().equals(anonymous)).toList());
      devices.values().removeIf(List::isEmpty);
    }
  }
}
