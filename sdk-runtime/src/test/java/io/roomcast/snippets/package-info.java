/**
 * The Java code of {@code README.md} and {@code docs/guide.md}, so that it compiles. {@link io.roomcast.snippets.DocumentationTest}
 * finds every block of those pages here, whitespace aside.
 */
@NullMarked
package io.roomcast.snippets;

import org.jspecify.annotations.NullMarked;
