package dev.imasugu.store;

import dev.imasugu.domain.UserId;
import dev.imasugu.store.Devices.Device;
import dev.imasugu.store.Devices.Owner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link Identities} in RocksDB. */
final class RocksIdentities implements Identities {
  private final StoreDatabase database;

  RocksIdentities(StoreDatabase database) {
    this.database = database;
  }

  @Override
  public List<String> of(String user) {
    List<Device> devices = devices(user);
    if (devices.isEmpty()) {
      return List.of();
    }
    var own = new ArrayList<String>(devices.size());
    for (Device device : devices) {
      if (user.equals(owner(device.anonymous()))) {
        own.add(device.anonymous());
      }
    }
    return own;
  }

  @Override
  public boolean everLinked(String user) {
    return !devices(user).isEmpty();
  }

  @Override
  public @Nullable String owner(String anonymous) {
    Owner owner = storedOwner(anonymous);
    return owner == null ? null : owner.user();
  }

  /** What the links of a commit change. Call under the lock of the links. */
  LinkChanges changes(ProfileCommit commit) {
    var changes = new LinkChanges(this::storedOwner, this::devices);
    changes.add(commit);
    return changes;
  }

  /** Everything about an owner, a user or an anonymous id, as deletions. */
  void erase(String owner, List<Change> changes) {
    changes.add(new Change.Delete(Family.DEVICES, key(owner)));
    for (Device device : devices(owner)) {
      if (owner.equals(owner(device.anonymous()))) {
        changes.add(new Change.Delete(Family.OWNERS, key(device.anonymous())));
      }
    }
    if (owner.startsWith(UserId.ANONYMOUS_PREFIX)) {
      String anonymous = owner.substring(UserId.ANONYMOUS_PREFIX.length());
      String user = owner(anonymous);
      changes.add(new Change.Delete(Family.OWNERS, key(anonymous)));
      if (user != null) {
        List<Device> left =
            devices(user).stream().filter(each -> !each.anonymous().equals(anonymous)).toList();
        changes.add(
            left.isEmpty()
                ? new Change.Delete(Family.DEVICES, key(user))
                : new Change.Put(Family.DEVICES, key(user), Devices.encode(left)));
      }
    }
  }

  static void write(LinkChanges links, List<Change> changes) {
    links
        .owners()
        .forEach(
            (anonymous, owner) ->
                changes.add(new Change.Put(Family.OWNERS, key(anonymous), Devices.encode(owner))));
    links
        .devices()
        .forEach(
            (user, devices) ->
                changes.add(new Change.Put(Family.DEVICES, key(user), Devices.encode(devices))));
  }

  private @Nullable Owner storedOwner(String anonymous) {
    return Devices.decodeOwner(database.get(Family.OWNERS, key(anonymous)));
  }

  private List<Device> devices(String user) {
    return Devices.decode(database.get(Family.DEVICES, key(user)));
  }

  private static byte[] key(String id) {
    return id.getBytes(StandardCharsets.UTF_8);
  }
}
