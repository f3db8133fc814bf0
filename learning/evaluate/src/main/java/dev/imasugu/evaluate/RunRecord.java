package dev.imasugu.evaluate;

import java.util.List;
import java.util.Map;

/**
 * One run, whole: what tables, intervals and reports are made of.
 *
 * @param key what tells this run from others: data, protocol, parameters, seed, code
 * @param model the name in the table
 * @param yaml the parameters
 * @param metrics by name and k, such as {@code ndcg10}
 * @param recall of each question at the main k, as base64 of big-endian floats; ndcg likewise
 * @param trainSeconds wall clock, with CPU seconds beside it
 * @param predictSeconds all questions, on all cores
 * @param heapMiB the most the heap held while fitting and answering, garbage included
 * @param samples lists of a few users
 */
record RunRecord(
    String key,
    String model,
    String yaml,
    String fittedOn,
    long seed,
    String protocol,
    DataFacts data,
    int k,
    Map<String, Double> metrics,
    List<Segment> segments,
    String recall,
    String ndcg,
    double trainSeconds,
    double trainCpuSeconds,
    double predictSeconds,
    AnswerTime answers,
    double heapMiB,
    boolean absorbs,
    List<Sample> samples,
    List<String> notes) {

  /** What the run was fitted and asked on. */
  record DataFacts(String name, int users, int items, long events, int fitEvents, int questions) {}

  /**
   * Quality over questions whose history or item has between {@code from} and {@code to} events.
   */
  record Segment(String of, int from, int to, int questions, double recall, double ndcg) {}

  /** A user's history, newest last, what they went for, and the list. */
  record Sample(int question, List<String> history, List<String> wanted, List<String> list) {}
}
