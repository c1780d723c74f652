/**
 * Who must, may and must not get each message: a model of membership that runs beside the nodes and is told what clients do and see. {@code Memberships} says who is where, {@code
 * Witness} puts what is found into words.
 *
 * <p>Of a message that goes to whoever is there, {@code Recipients} says who is to get it, {@code Underway} has it until it comes, {@code Arrivals} judges what comes and {@code
 * Overdue} what does not.
 *
 * <p>Of the history of a room, {@code Appends} judges what gets into the {@code RoomLogs}, {@code Fates} says who is to get it, {@code Entries}, {@code Pages} and {@code
 * Recoveries} judge what clients are told, and {@code Missing} what they are not.
 */
@NullMarked
package io.roomcast.testkit.oracle;

import org.jspecify.annotations.NullMarked;
