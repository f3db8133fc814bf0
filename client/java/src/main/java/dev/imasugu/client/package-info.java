/**
 * A client of the API for applications, with the JDK alone.
 *
 * {@snippet :
 * var client =
 *     ImasuguClient.of(URI.create("http://127.0.0.1:8650")).withFallback(List.of("bestseller-1"));
 * String token = client.send(Event.of("mia", "dress-17", "view"));
 * Recommendations list = client.recommend(Read.of("home", "mia").after(token));
 * }
 */
@NullMarked
package dev.imasugu.client;

import org.jspecify.annotations.NullMarked;
