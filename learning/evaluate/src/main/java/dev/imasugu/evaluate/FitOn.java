package dev.imasugu.evaluate;

/** What a row of a table was fitted on. */
public enum FitOn {
  TRAIN("train"),
  TRAIN_AND_VALIDATION("train+validation");

  private final String text;

  FitOn(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
