package dev.imasugu.store;

import dev.imasugu.store.ProfileCommit.Link;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Both sides of a link keep the greatest time only, ties by user, so that the outcome depends on the
 * set of links and not on their order: a replay makes the same of them.
 */

/** What links come to. */
final class Devices {
  /** Whose an anonymous id is, since when. */
  record Owner(String user, long at) {
    /** Whether this link takes the id from another owner, or makes its own newer. */
    boolean beats(@Nullable Owner other) {
      return other == null || at > other.at || (at == other.at && user.compareTo(other.user) > 0);
    }
  }

  /** An anonymous id that a user had, newest at that time. */
  record Device(String anonymous, long at) {
    private static final Comparator<Device> NEWEST_FIRST =
        Comparator.comparingLong(Device::at).reversed().thenComparing(Device::anonymous);
  }

  private Devices() {}

  static Owner owner(Link link) {
    return new Owner(link.user(), link.at().toEpochMilli());
  }

  /** Returns a user's devices with one more link, or the same list when it changes nothing. */
  static List<Device> with(List<Device> devices, Link link) {
    long at = link.at().toEpochMilli();
    var all = new ArrayList<Device>(devices.size() + 1);
    for (Device device : devices) {
      if (!device.anonymous.equals(link.anonymous())) {
        all.add(device);
      } else if (device.at >= at) {
        return devices;
      }
    }
    all.add(new Device(link.anonymous(), at));
    all.sort(Device.NEWEST_FIRST);
    return List.copyOf(all.subList(0, Math.min(all.size(), Identities.MOST)));
  }

  static byte[] encode(Owner owner) {
    return new ByteWriter(40).signed(owner.at).text(owner.user).toBytes();
  }

  static @Nullable Owner decodeOwner(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    var in = new ByteReader(bytes);
    long at = in.signed();
    return new Owner(in.text(), at);
  }

  static byte[] encode(List<Device> devices) {
    var out = new ByteWriter(64).count(devices.size());
    devices.forEach(device -> out.signed(device.at).text(device.anonymous));
    return out.toBytes();
  }

  static List<Device> decode(byte @Nullable [] bytes) {
    if (bytes == null) {
      return List.of();
    }
    var in = new ByteReader(bytes);
    var devices = new ArrayList<Device>();
    for (int left = in.length(); left > 0; left--) {
      long at = in.signed();
      devices.add(new Device(in.text(), at));
    }
    return devices;
  }
}
