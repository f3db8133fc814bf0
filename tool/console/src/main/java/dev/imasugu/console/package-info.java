/**
 * Pages for people: one shows what a person did and what they are shown now, and lets one act as
 * them; another shows operators how the parts do. Rendered on the server, in English and Japanese;
 * everything they need comes from this server.
 *
 * <p>The pages use the system as everybody does: an act is an event that goes through intake, a
 * list is read by the endpoint of reads.
 */
@NullMarked
package dev.imasugu.console;

import org.jspecify.annotations.NullMarked;
