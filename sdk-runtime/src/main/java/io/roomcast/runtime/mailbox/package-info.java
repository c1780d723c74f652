/** Tasks that run one after another, without a thread of their own. */
@NullMarked
package io.roomcast.runtime.mailbox;

import org.jspecify.annotations.NullMarked;
