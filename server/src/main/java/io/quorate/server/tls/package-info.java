/** Keys and certificates, from an operator's files to what a connection needs. */
@NullMarked
package io.quorate.server.tls;

import org.jspecify.annotations.NullMarked;
