package dev.imasugu.query;

import dev.imasugu.log.Topic;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * One partition of a topic, and where to go on reading.
 *
 * @param position the next offset to read
 */
record LogSplit(Topic topic, int partition, long position) implements SourceSplit {
  @Override
  public String splitId() {
    return topic.name() + "-" + partition;
  }
}
