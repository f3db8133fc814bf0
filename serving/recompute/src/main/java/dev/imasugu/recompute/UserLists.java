package dev.imasugu.recompute;

import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.UserId;
import dev.imasugu.retrieve.Profile;
import dev.imasugu.retrieve.Retrieved;
import dev.imasugu.retrieve.Retriever;
import dev.imasugu.store.DirtyUser;
import dev.imasugu.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/** Makes lists of what the store holds at this moment; stores none. Safe for many threads. */
public final class UserLists {
  private final Store store;
  private final ToIntFunction<String> partition;
  private final InstantSource clock;

  /**
   * Makes a maker of lists.
   *
   * @param partition the log partition of a user
   * @param clock says when lists are computed
   */
  public UserLists(Store store, ToIntFunction<String> partition, InstantSource clock) {
    this.store = store;
    this.partition = partition;
    this.clock = clock;
  }

  /**
   * The user's lists; none for a user without a single profile row, who is served what is popular.
   */
  public List<Recommendation> compute(Deployed live, DirtyUser user, Retriever.Scratch scratch) {
    List<String> owners = owners(user.user());
    AsOf asOf = asOf(live, user.user(), owners);
    Retriever retriever = live.retriever();
    Profile profile = retriever.profile(owners);
    Instant now = Instant.ofEpochMilli(clock.millis());
    var lists = new ArrayList<Recommendation>();
    for (String placement : retriever.placements()) {
      Retrieved retrieved = retriever.retrieve(placement, profile, scratch);
      lists.add(
          new Recommendation(
              placement,
              user.user(),
              live.generation(),
              asOf,
              user.stamp(),
              now,
              retrieved.items(),
              retrieved.missingSources()));
    }
    return profile.isEmpty() ? List.of() : lists;
  }

  /** The lists of those of whom nothing is known, one for each placement. */
  public List<Recommendation> popular(Deployed live) {
    Retriever retriever = live.retriever();
    Instant now = Instant.ofEpochMilli(clock.millis());
    var lists = new ArrayList<Recommendation>();
    for (String placement : retriever.placements()) {
      Recommendation before = store.recommendations().find(placement, Recommendation.POPULAR);
      lists.add(
          new Recommendation(
              placement,
              Recommendation.POPULAR,
              live.generation(),
              AsOf.NONE,
              before == null ? 1 : before.revision() + 1,
              now,
              retriever.popular(placement),
              List.of()));
    }
    return lists;
  }

  /** The user, then the anonymous ids that belong to them. */
  private List<String> owners(String user) {
    List<String> anonymous = store.identities().of(user);
    if (anonymous.isEmpty()) {
      return List.of(user);
    }
    var owners = new ArrayList<String>();
    owners.add(user);
    anonymous.forEach(id -> owners.add(UserId.anonymous(id).value()));
    return owners;
  }

  /**
   * The progress of every partition that the owners' events lie in. A partition that the stored
   * list has is kept when its anonymous id belongs to somebody else now: no event of it is missing.
   */
  private AsOf asOf(Deployed live, String user, List<String> owners) {
    var partitions = new TreeSet<Integer>();
    owners.forEach(owner -> partitions.add(partition.applyAsInt(owner)));
    if (store.identities().everLinked(user)) {
      for (String placement : live.retriever().placements()) {
        AsOf stored = store.recommendations().findAsOf(placement, user);
        if (stored != null) {
          partitions.addAll(stored.positions().keySet());
        }
      }
    }
    var positions = new TreeMap<Integer, Long>();
    for (int each : partitions) {
      positions.put(each, store.features().progress(live.profileVersion(), each));
    }
    return new AsOf(positions);
  }
}
