package dev.imasugu.replay;

import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.RecommendedItem;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A digest of lists in the order in which they were made, to the last bit of every score: the
 * SHA-256 of the digest before and the lists of one call, so that its state is 32 bytes.
 */
final class ListDigest {
  private static final int BYTES = 32;

  private final MessageDigest sha;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private byte[] state = new byte[BYTES];
  private long lists;

  ListDigest() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  void add(List<Recommendation> made) {
    try {
      var out = new DataOutputStream(bytes);
      for (Recommendation list : made) {
        out.writeUTF(list.placement());
        out.writeUTF(list.owner());
        out.writeUTF(list.asOf().toString());
        out.writeLong(list.computedAt().toEpochMilli());
        out.writeInt(list.items().size());
        for (RecommendedItem item : list.items()) {
          out.writeUTF(item.item().value());
          out.writeDouble(item.score());
          out.writeUTF(item.source());
        }
      }
      sha.update(state);
      state = sha.digest(bytes.toByteArray());
      bytes.reset();
      lists += made.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long lists() {
    return lists;
  }

  String hex() {
    return HexFormat.of().formatHex(state);
  }

  void write(DataOutputStream out) throws IOException {
    out.write(state);
    out.writeLong(lists);
  }

  void read(DataInputStream in) throws IOException {
    in.readFully(state);
    lists = in.readLong();
  }
}
