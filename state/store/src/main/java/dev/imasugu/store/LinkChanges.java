package dev.imasugu.store;

import dev.imasugu.domain.UserId;
import dev.imasugu.store.Devices.Device;
import dev.imasugu.store.Devices.Owner;
import dev.imasugu.store.ProfileCommit.Link;
import dev.imasugu.store.ProfileCommit.Mark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the links of one commit change, and whom else it concerns: the user who gains an anonymous
 * id, the one who loses it, and the owner of an anonymous id that did something. For one thread.
 */
final class LinkChanges {
  private static final String REASON = "identity";

  private final Function<String, @Nullable Owner> storedOwner;
  private final Function<String, List<Device>> storedDevices;
  private final Map<String, Owner> owners = new LinkedHashMap<>();
  private final Map<String, List<Device>> devices = new LinkedHashMap<>();
  private final List<Mark> marks = new ArrayList<>();

  LinkChanges(
      Function<String, @Nullable Owner> storedOwner, Function<String, List<Device>> storedDevices) {
    this.storedOwner = storedOwner;
    this.storedDevices = storedDevices;
  }

  void add(ProfileCommit commit) {
    for (Link link : commit.links()) {
      add(link);
    }
    for (Mark mark : commit.dirty()) {
      if (mark.user().startsWith(UserId.ANONYMOUS_PREFIX)) {
        Owner owner = owner(mark.user().substring(UserId.ANONYMOUS_PREFIX.length()));
        if (owner != null) {
          marks.add(new Mark(owner.user(), mark.reason(), mark.since()));
        }
      }
    }
  }

  private void add(Link link) {
    Owner before = owner(link.anonymous());
    Owner after = Devices.owner(link);
    if (after.beats(before)) {
      owners.put(link.anonymous(), after);
      if (before == null || !before.user().equals(after.user())) {
        marks.add(new Mark(link.user(), REASON, link.since()));
        if (before != null) {
          marks.add(new Mark(before.user(), REASON, link.since()));
        }
      }
    }
    List<Device> had = devices.getOrDefault(link.user(), storedDevices.apply(link.user()));
    List<Device> has = Devices.with(had, link);
    if (!has.equals(had)) {
      devices.put(link.user(), has);
    }
  }

  private @Nullable Owner owner(String anonymous) {
    Owner changed = owners.get(anonymous);
    return changed == null ? storedOwner.apply(anonymous) : changed;
  }

  /** New owners by anonymous id. */
  Map<String, Owner> owners() {
    return owners;
  }

  /** New devices by user. */
  Map<String, List<Device>> devices() {
    return devices;
  }

  /** Who is dirty because of it. */
  List<Mark> marks() {
    return marks;
  }
}
