/** The one codec that every wire format and file is made of, with the transaction header and the zxid. */
@NullMarked
package io.quorate.jute;

import org.jspecify.annotations.NullMarked;
