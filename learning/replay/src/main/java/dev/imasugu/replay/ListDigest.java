package dev.imasugu.replay;

import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.RecommendedItem;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A SHA-256 over lists in the order in which they were made: to the last bit of every score. */
final class ListDigest {
  private final MessageDigest digest;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long lists;

  ListDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
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
      digest.update(bytes.toByteArray());
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
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }
}
