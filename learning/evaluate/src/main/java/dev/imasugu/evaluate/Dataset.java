package dev.imasugu.evaluate;

import dev.imasugu.model.Interactions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was read from files.
 *
 * @param name of the file or folder
 * @param digest of its contents, to tell records of other data apart
 * @param train all events, or those of the training file where test data comes apart
 * @param test what comes apart, over the same items; null if nothing does
 * @param itemNames by row: the file's ids, or titles where they are known
 * @param notes what was odd in the files, with counts
 */
record Dataset(
    String name,
    String digest,
    Interactions train,
    @Nullable TestPart test,
    List<String> itemNames,
    List<String> notes) {

  /** Questions that come with the data instead of being split from it. */
  sealed interface TestPart {
    /** Whole test sessions; every prefix is a question. */
    record Sessions(Interactions sessions) implements TestPart {}

    /** Prefixes, the last item of each being the answer. */
    record Prefixes(Interactions prefixes) implements TestPart {}

    /**
     * For each user one answer and what it is ranked among: a sequence a user, the answer first.
     */
    record Sampled(Interactions candidates) implements TestPart {}
  }
}
