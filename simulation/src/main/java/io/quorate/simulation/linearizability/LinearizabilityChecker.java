package io.quorate.simulation.linearizability;

import io.quorate.simulation.linearizability.Verdict.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of calls that a {@link Model} could have gone through, in which every call lies between its question and its answer.
 *
 * <p>The search is that of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993) with Lowe's memory of what has been tried ("Testing
 * for Linearizability", 2017): depth first, from any of the calls that may be next, never twice with the same calls in the same state.
 *
 * @param <S> states of the model
 * @param <O> operations of the model
 */
public final class LinearizabilityChecker<S, O> {
    private final Model<S, O> model;
    private final long maxSteps;

    /** @param maxSteps how many calls are tried before it gives up */
    public LinearizabilityChecker(Model<S, O> model, long maxSteps) {
        this.model = model;
        this.maxSteps = maxSteps;
    }

    public Verdict<O> check(List<Call<O>> history) {
        return new Search(history).run();
    }

    /** The first call that does not fit where all that have happened follow their hints; null if all fit. It only helps to read what was found. */
    public @Nullable Call<O> firstMisfit(List<Call<O>> history) {
        S state = model.initial();
        List<Call<O>> byHint = history.stream()
                .filter(call -> call.required() || call.hint() != Call.NO_HINT)
                .sorted(Comparator.comparingLong(Call::hint))
                .toList();
        for (Call<O> each : byHint) {
            S next = model.apply(state, each.operation());
            if (next == null && each.required()) {
                return each;
            }
            state = next == null ? state : next;
        }
        return null;
    }

    /** Calls that were taken, and the state they led to. */
    private record Tried<S>(BitSet taken, S state) {}

    /** A place in the search: the state so far, and which calls may be next. */
    private static final class Place<S> {
        final S state;
        final int[] candidates;

        /** The call that led here; -1 at the beginning. */
        final int by;

        int next;

        Place(S state, int[] candidates, int by) {
            this.state = state;
            this.candidates = candidates;
            this.by = by;
        }
    }

    private final class Search {
        private final List<Call<O>> history;
        private final Integer[] byInvocation;
        private final Integer[] requiredByReturn;
        private final BitSet taken;
        private final Set<Tried<S>> tried = new HashSet<>();
        private final ArrayList<Place<S>> places = new ArrayList<>();
        private int left;
        private long steps;
        private List<Call<O>> longest = List.of();
        private List<Call<O>> stuck = List.of();

        Search(List<Call<O>> history) {
            this.history = history;
            this.taken = new BitSet(history.size());
            Integer[] all = new Integer[history.size()];
            Arrays.setAll(all, i -> i);
            this.byInvocation = all.clone();
            Arrays.sort(byInvocation, Comparator.comparingLong((Integer i) -> call(i).invoked()));
            this.requiredByReturn = Arrays.stream(all)
                    .filter(i -> call(i).required())
                    .sorted(Comparator.comparingLong((Integer i) -> call(i).returned()))
                    .toArray(Integer[]::new);
            this.left = requiredByReturn.length;
        }

        private Call<O> call(int number) {
            return history.get(number);
        }

        Verdict<O> run() {
            enter(model.initial(), -1);
            while (!places.isEmpty()) {
                if (left == 0) {
                    return new Verdict<>(Answer.YES, steps, path(), List.of());
                }
                if (steps >= maxSteps) {
                    return new Verdict<>(Answer.UNDECIDED, steps, longest, stuck);
                }
                Place<S> place = places.get(places.size() - 1);
                if (place.next == place.candidates.length) {
                    leave(place);
                } else {
                    tryCall(place.state, place.candidates[place.next++]);
                }
            }
            return new Verdict<>(Answer.NO, steps, longest, stuck);
        }

        private void tryCall(S state, int number) {
            steps++;
            S next = model.apply(state, call(number).operation());
            if (next == null) {
                return;
            }
            taken.set(number);
            if (tried.add(new Tried<>((BitSet) taken.clone(), next))) {
                left -= call(number).required() ? 1 : 0;
                enter(next, number);
            } else {
                taken.clear(number);
            }
        }

        private void enter(S state, int by) {
            places.add(new Place<>(state, candidates(), by));
            if (places.size() > longest.size() + 1 || longest.isEmpty()) {
                longest = path();
                stuck = new ArrayList<>();
                for (int each : places.get(places.size() - 1).candidates) {
                    stuck.add(call(each));
                }
            }
        }

        private void leave(Place<S> place) {
            places.remove(places.size() - 1);
            if (place.by >= 0) {
                taken.clear(place.by);
                left += call(place.by).required() ? 1 : 0;
            }
        }

        /** Calls that were asked for before any that is still to come was answered, and whose predecessors have come. */
        private int[] candidates() {
            long limit = firstReturn();
            List<Integer> result = new ArrayList<>();
            for (Integer each : byInvocation) {
                Call<O> call = call(each);
                if (call.invoked() > limit) {
                    break;
                }
                if (!taken.get(each) && (call.after() == Call.NONE || taken.get(call.after()))) {
                    result.add(each);
                }
            }
            result.sort(Comparator.comparingLong((Integer i) -> call(i).hint()));
            return result.stream().mapToInt(Integer::intValue).toArray();
        }

        private long firstReturn() {
            for (Integer each : requiredByReturn) {
                if (!taken.get(each)) {
                    return call(each).returned();
                }
            }
            return Call.NEVER;
        }

        private List<Call<O>> path() {
            List<Call<O>> result = new ArrayList<>();
            for (Place<S> each : places) {
                if (each.by >= 0) {
                    result.add(call(each.by));
                }
            }
            return result;
        }
    }
}
