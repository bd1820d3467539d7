/** Measurements beside Apache ZooKeeper, in one run. They say what they saw and judge no time. */
@NullMarked
package io.quorate.it.bench;

import org.jspecify.annotations.NullMarked;
