/**
 * Real servers within a JVM: {@link io.quorate.embedded.EmbeddedEnsemble}, and {@link io.quorate.embedded.QuorateExtension} for JUnit. They speak
 * over real sockets and keep real files, so that what a test sees is what servers do.
 */
@NullMarked
package io.quorate.embedded;

import org.jspecify.annotations.NullMarked;
