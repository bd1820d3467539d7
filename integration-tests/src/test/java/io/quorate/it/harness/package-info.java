/**
 * What the process tests are made of: real server processes of either kind, ensembles of them, and the recorders and
 * checkers that say afterwards whether what the clients were promised was kept.
 *
 * <p>Every scenario is written against {@link io.quorate.it.harness.Kind#underTest()}, so that a run with
 * {@code -Dquorate.it.kind=APACHE} proves the scenario itself on the server whose behaviour is the reference.
 */
@NullMarked
package io.quorate.it.harness;

import org.jspecify.annotations.NullMarked;
