package dev.imasugu.shop;

import com.fasterxml.jackson.databind.JsonNode;

/** The platform's API as the shop uses it. */
public interface Site {
  /** Returns the answer to a GET. */
  JsonNode get(String path);

  /** Sends JSON and returns the answer; waits for as long as the platform is too busy. */
  JsonNode post(String path, JsonNode body);
}
