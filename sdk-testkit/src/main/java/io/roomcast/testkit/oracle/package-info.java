/** Who must, may and must not get each message: a model of membership that runs beside the nodes and is told what clients do and see. */
@NullMarked
package io.roomcast.testkit.oracle;

import org.jspecify.annotations.NullMarked;
