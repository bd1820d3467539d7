package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.Id;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Perms;
import io.quorate.protocol.Stat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PreparerTest {
    private static final List<Acl> NOBODY = List.of(new Acl(Perms.ALL, new Id("digest", "a:b")));

    private final TreeBed bed = new TreeBed();

    /** client-protocol.md §4: when a request is wrong in more than one way, which of them the client is told. */
    @Nested
    class OrderOfChecks {
        private ErrorCode create(int op, String path, int flags, List<Acl> acl) {
            JuteWriter body = new JuteWriter();
            new CreateRequest(path, new byte[0], acl, flags).write(body);
            return bed.write(op, body);
        }

        @Test
        void create() {
            bed.create("/closed", NOBODY);
            bed.create("/e", 1);
            bed.verdict = ErrorCode.SESSION_MOVED;
            assertThat(create(1, "bad", 9, List.of())).isEqualTo(ErrorCode.BAD_ARGUMENTS); // flags
            assertThat(create(1, "bad", 0, List.of())).isEqualTo(ErrorCode.SESSION_MOVED);
            bed.verdict = ErrorCode.OK;
            assertThat(create(1, "bad", 0, List.of())).isEqualTo(ErrorCode.BAD_ARGUMENTS); // shape
            assertThat(create(1, "/no/\u0001", 0, List.of())).isEqualTo(ErrorCode.INVALID_ACL);
            assertThat(create(1, "/no/\u0001", 0, Acl.OPEN)).isEqualTo(ErrorCode.NO_NODE);
            assertThat(create(1, "/closed/\u0001", 0, Acl.OPEN)).isEqualTo(ErrorCode.NO_AUTH);
            assertThat(create(1, "/e/\u0001", 0, Acl.OPEN)).isEqualTo(ErrorCode.BAD_ARGUMENTS); // syntax
            assertThat(create(1, "/e", 0, Acl.OPEN)).isEqualTo(ErrorCode.NODE_EXISTS);
            assertThat(create(1, "/e/x", 0, Acl.OPEN)).isEqualTo(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
        }

        @Test
        void delete() {
            bed.create("/closed", NOBODY);
            bed.setAcl("/", List.of(new Acl(Perms.CREATE, Acl.ANYONE)));
            bed.verdict = ErrorCode.SESSION_EXPIRED;
            assertThat(bed.delete("/")).isEqualTo(ErrorCode.SESSION_EXPIRED);
            bed.verdict = ErrorCode.OK;
            assertThat(bed.delete("/")).isEqualTo(ErrorCode.BAD_ARGUMENTS);
            assertThat(bed.delete("/none")).isEqualTo(ErrorCode.NO_NODE);
            assertThat(bed.write(OpCode.DELETE, TreeBed.pathVersion("/closed", 9)))
                    .isEqualTo(ErrorCode.NO_AUTH);
        }

        @Test
        void deleteWithVersionBeforeNotEmpty() {
            bed.create("/a");
            bed.create("/a/b");
            assertThat(bed.write(OpCode.DELETE, TreeBed.pathVersion("/a", 9))).isEqualTo(ErrorCode.BAD_VERSION);
            assertThat(bed.write(OpCode.DELETE, TreeBed.pathVersion("/a", 0))).isEqualTo(ErrorCode.NOT_EMPTY);
        }

        @Test
        void setData() {
            bed.create("/closed", NOBODY);
            bed.verdict = ErrorCode.SESSION_EXPIRED;
            assertThat(bed.set("bad", "")).isEqualTo(ErrorCode.SESSION_EXPIRED);
            bed.verdict = ErrorCode.OK;
            assertThat(bed.set("bad", "")).isEqualTo(ErrorCode.BAD_ARGUMENTS);
            assertThat(bed.set("/none", "")).isEqualTo(ErrorCode.NO_NODE);
            assertThat(bed.write(OpCode.SET_DATA, TreeBed.setBody("/closed", "", 9)))
                    .isEqualTo(ErrorCode.NO_AUTH);
        }

        @Test
        void setAcl() {
            bed.create("/closed", NOBODY);
            bed.verdict = ErrorCode.SESSION_EXPIRED;
            assertThat(bed.setAcl("bad", List.of())).isEqualTo(ErrorCode.SESSION_EXPIRED);
            bed.verdict = ErrorCode.OK;
            assertThat(bed.setAcl("bad", List.of())).isEqualTo(ErrorCode.BAD_ARGUMENTS);
            assertThat(bed.setAcl("/none", List.of())).isEqualTo(ErrorCode.INVALID_ACL);
            assertThat(bed.setAcl("/none", Acl.OPEN)).isEqualTo(ErrorCode.NO_NODE);
            assertThat(bed.write(OpCode.SET_ACL, TreeBed.setAclBody("/closed", Acl.OPEN, 9)))
                    .isEqualTo(ErrorCode.NO_AUTH);
        }

        @Test
        void ttlBeforeSession() {
            TreeBed without = new TreeBed(TreeSettings.defaults());
            without.verdict = ErrorCode.SESSION_EXPIRED;
            assertThat(without.write(OpCode.CREATE_TTL, TreeBed.ttlBody("/t", 5, 0)))
                    .isEqualTo(ErrorCode.UNIMPLEMENTED);
            bed.verdict = ErrorCode.SESSION_EXPIRED;
            assertThat(bed.write(OpCode.CREATE_TTL, TreeBed.ttlBody("/t", 5, 0)))
                    .isEqualTo(ErrorCode.BAD_ARGUMENTS);
            assertThat(bed.write(OpCode.CREATE_TTL, TreeBed.ttlBody("/t", 0, 5)))
                    .isEqualTo(ErrorCode.BAD_ARGUMENTS);
            assertThat(bed.write(OpCode.CREATE_TTL, TreeBed.ttlBody("/t", 5, 5)))
                    .isEqualTo(ErrorCode.SESSION_EXPIRED);
        }
    }

    @Nested
    class Creating {
        @Test
        void aContainerByFlagIsAContainerAndNotAPlainNode() {
            bed.create("/c", 4);
            assertThat(bed.tree.containerCount()).isEqualTo(1);
            bed.write(OpCode.CREATE_CONTAINER, TreeBed.createBody("/c2", 0));
            assertThat(bed.tree.containerCount()).isEqualTo(2);
            assertThat(bed.stat("/c").ephemeralOwner()).isZero();
        }

        @Test
        void sequencesCountEveryChildEverMade() {
            bed.create("/q");
            bed.create("/q/plain");
            bed.delete("/q/plain");
            bed.create("/q/s-", 2);
            assertThat(bed.repliedPath()).isEqualTo("/q/s-0000000001");
            bed.create("/q/e-", 3);
            assertThat(bed.repliedPath()).isEqualTo("/q/e-0000000002");
            assertThat(bed.stat("/q/e-0000000002").ephemeralOwner()).isEqualTo(TreeBed.SESSION);
        }

        @Test
        void sequencesOfRequestsInFlightDiffer() {
            Txn first = bed.prepare(1, OpCode.CREATE, TreeBed.createBody("/s-", 2));
            Txn second = bed.prepare(2, OpCode.CREATE, TreeBed.createBody("/s-", 2));
            assertThat(((TxnBody.Create) first.body()).path()).isEqualTo("/s-0000000000");
            assertThat(((TxnBody.Create) second.body()).path()).isEqualTo("/s-0000000001");
            bed.apply(first);
            bed.apply(second);
        }

        /** After 2^31 children the number stays, since the parent's cversion does not go back. */
        @Test
        void aSequenceThatIsUsedUpRefuses() {
            TreeBed worn = new TreeBed();
            worn.create("/q");
            Node parent = worn.tree.store().find("/q");
            worn.tree.store().raiseCversion(parent, Integer.MAX_VALUE, 1);
            worn.create("/q/s-", 2);
            assertThat(worn.repliedPath()).isEqualTo("/q/s-2147483647");
            assertThat(parent.cversion()).isEqualTo(Integer.MAX_VALUE);
            assertThat(worn.create("/q/s-", 2)).isEqualTo(ErrorCode.NODE_EXISTS);
        }

        @Test
        void aNodeUnderAnEphemeralInFlightIsRefused() {
            Txn ephemeral = bed.prepare(1, OpCode.CREATE, TreeBed.createBody("/e", 1));
            Txn child = bed.prepare(1, OpCode.CREATE, TreeBed.createBody("/e/x", 0));
            assertThat(child.err()).isEqualTo(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS.code());
            bed.apply(ephemeral);
            bed.apply(child);
        }
    }

    @Nested
    class InFlight {
        /** DESIGN §3: a request sees the tree as the requests before it will leave it; its digest is known before the commit. */
        @Test
        void everyOrderOfPreparingAndApplyingGivesTheSameTree() {
            for (int seed = 0; seed < 60; seed++) {
                Random random = new Random(seed);
                TreeBed delayed = new TreeBed();
                TreeBed atOnce = new TreeBed();
                Deque<Txn> inFlight = new ArrayDeque<>();
                Set<Long> closed = new HashSet<>();
                for (int i = 0; i < 300; i++) {
                    WriteRequest request = randomRequest(random, closed);
                    Txn late = delayed.preparer.prepare(request, i + 1, i);
                    Txn early = atOnce.preparer.prepare(request, i + 1, i);
                    assertThat(late.encode()).as("seed %d, request %d", seed, i).isEqualTo(early.encode());
                    atOnce.apply(early);
                    inFlight.add(late);
                    while (!inFlight.isEmpty() && random.nextInt(8) == 0) {
                        delayed.apply(inFlight.remove());
                    }
                }
                while (!inFlight.isEmpty()) {
                    delayed.apply(inFlight.remove());
                }
                assertThat(delayed.preparer.inFlight()).isZero();
                assertThat(TreeDump.of(delayed.tree)).isEqualTo(TreeDump.of(atOnce.tree));
            }
        }

        private static WriteRequest randomRequest(Random random, Set<Long> closed) {
            String path = "/" + random.nextInt(4) + (random.nextBoolean() ? "/" + random.nextInt(4) : "");
            int op = new int[] {1, 1, 15, 2, 2, 5, 7, 14, -10, -11}[random.nextInt(10)];
            JuteWriter body = switch (op) {
                case 1, 15 -> TreeBed.createBody(path, random.nextInt(4));
                case 5 -> TreeBed.setBody(path, "" + random.nextInt(), random.nextInt(4) - 1);
                case 7 -> TreeBed.setAclBody(path, Acl.OPEN, random.nextInt(4) - 1);
                case 14 ->
                    TreeBed.multi(
                            1, TreeBed.createBody(path, random.nextInt(4)),
                            5, TreeBed.setBody(path, "m", random.nextInt(2) - 1),
                            2, TreeBed.pathVersion("/" + random.nextInt(4), -1));
                case -10 -> new JuteWriter().writeInt(4000);
                default -> TreeBed.pathVersion(path, random.nextInt(3) - 1);
            };
            long session = 1L + random.nextInt(3 + 2 * closed.size());
            ErrorCode verdict = closed.contains(session) ? ErrorCode.SESSION_EXPIRED : ErrorCode.OK;
            if (op == OpCode.CLOSE_SESSION) {
                closed.add(session);
            }
            return new WriteRequest(session, 0, op, body.toByteArray(), List.of(), verdict);
        }

        @Test
        void discardingForgetsThemAll() {
            bed.create("/a");
            bed.prepare(1, OpCode.CREATE, TreeBed.createBody("/b", 0));
            bed.prepare(1, OpCode.DELETE, TreeBed.pathVersion("/a", -1));
            bed.prepare(1, OpCode.CLOSE_SESSION, new JuteWriter());
            bed.preparer.discard();
            assertThat(bed.preparer.inFlight()).isZero();
            assertThat(bed.preparer.isClosing(1)).isFalse();
            assertThat(bed.create("/b")).isEqualTo(ErrorCode.OK);
            assertThat(bed.delete("/a")).isEqualTo(ErrorCode.OK);
        }
    }

    @Nested
    class Sessions {
        /** ZOOKEEPER-4712's sort of leftover: an ephemeral in flight when the session's end is prepared. */
        @Test
        void aCloseTakesWhatIsAppliedAndWhatIsInFlightLessWhatIsBeingDeleted() {
            bed.write(5, OpCode.CREATE, TreeBed.createBody("/applied", 1));
            bed.write(5, OpCode.CREATE, TreeBed.createBody("/going", 1));
            bed.write(5, OpCode.CREATE, TreeBed.createBody("/changing-hands", 1));
            List<Txn> txns = new ArrayList<>();
            txns.add(bed.prepare(5, OpCode.CREATE, TreeBed.createBody("/in-flight", 1)));
            txns.add(bed.prepare(5, OpCode.CREATE, TreeBed.createBody("/in-flight-changed", 1)));
            txns.add(bed.prepare(5, OpCode.SET_DATA, TreeBed.setBody("/in-flight-changed", "x", -1)));
            txns.add(bed.prepare(6, OpCode.CREATE, TreeBed.createBody("/of-another", 1)));
            txns.add(bed.prepare(5, OpCode.DELETE, TreeBed.pathVersion("/going", -1)));
            txns.add(bed.prepare(6, OpCode.DELETE, TreeBed.pathVersion("/changing-hands", -1)));
            txns.add(bed.prepare(6, OpCode.CREATE, TreeBed.createBody("/changing-hands", 1)));
            txns.add(bed.prepare(5, OpCode.CREATE, TreeBed.createBody("/brief", 1)));
            txns.add(bed.prepare(5, OpCode.DELETE, TreeBed.pathVersion("/brief", -1)));
            Txn close = bed.prepare(5, OpCode.CLOSE_SESSION, new JuteWriter());
            assertThat(((TxnBody.CloseSession) close.body()).paths())
                    .containsExactly("/applied", "/in-flight", "/in-flight-changed");
            txns.add(close);
            txns.forEach(bed::apply);
            assertThat(bed.tree.ephemerals(5)).isEmpty();
            assertThat(bed.tree.ephemerals(6)).containsExactly("/of-another", "/changing-hands");
        }

        @Test
        void aClosingSessionCreatesNothingMore() {
            Txn close = bed.prepare(5, OpCode.CLOSE_SESSION, new JuteWriter());
            assertThat(bed.preparer.isClosing(5)).isTrue();
            assertThat(bed.preparer.isClosing(6)).isFalse();
            Txn late = bed.prepare(5, OpCode.CREATE, TreeBed.createBody("/e", 1));
            assertThat(late.err()).isEqualTo(ErrorCode.SESSION_EXPIRED.code());
            Txn multi = bed.prepare(5, OpCode.MULTI, TreeBed.multi(1, TreeBed.createBody("/e", 1)));
            assertThat(multi.err()).isEqualTo(ErrorCode.SESSION_EXPIRED.code());
            Txn again = bed.prepare(5, OpCode.CLOSE_SESSION, new JuteWriter());
            bed.apply(close);
            assertThat(bed.preparer.isClosing(5)).isTrue();
            bed.apply(late);
            bed.apply(multi);
            bed.apply(again);
            assertThat(bed.preparer.isClosing(5)).isFalse();
        }

        /** zab-bugs.md: a close of a session with too many ephemerals makes a transaction over the limit, which stops the ensemble. */
        @Test
        void aCloseThatWouldBeTooLongForPeersHasNoBody() {
            TreeBed small = new TreeBed(TreeSettings.defaults().withMaxField(4000));
            small.openSession(5);
            for (int i = 0; i < 200; i++) {
                small.write(5, OpCode.CREATE, TreeBed.createBody("/ephemeral-" + i, 1));
            }
            Txn inFlight = small.prepare(5, OpCode.CREATE, TreeBed.createBody("/one-more", 1));
            Txn close = small.prepare(5, OpCode.CLOSE_SESSION, new JuteWriter());
            assertThat(((TxnBody.CloseSession) close.body()).paths()).isNull();
            assertThat(close.encode()).hasSize(32); // no digest: Apache ZooKeeper would take it for the paths
            small.apply(inFlight);
            small.apply(close);
            assertThat(small.tree.ephemeralsCount()).isZero();
            assertThat(small.create("/and-the-digest-goes-on")).isEqualTo(ErrorCode.OK);
        }

        @Test
        void createSessionCarriesTheTimeout() {
            bed.write(9, OpCode.CREATE_SESSION, new JuteWriter().writeInt(12345));
            assertThat(bed.tree.sessions().timeoutMs(9)).isEqualTo(12345);
            bed.closeSession(9);
            assertThat(bed.tree.sessions().contains(9)).isFalse();
        }
    }

    @Nested
    class Multis {
        @Test
        void oneBadPartUndoesAllAndSaysWhich() {
            bed.create("/a");
            JuteWriter body = TreeBed.multi(
                    1, TreeBed.createBody("/a/1", 0),
                    5, TreeBed.setBody("/a", "x", 99),
                    1, TreeBed.createBody("/a/2", 0));
            long digest = bed.tree.digest();
            Txn txn = bed.prepare(1, OpCode.MULTI, body);
            assertThat(txn.err()).isEqualTo(ErrorCode.BAD_VERSION.code());
            assertThat(txn.digest().treeDigest()).isEqualTo(digest);
            assertThat(bed.apply(txn)).isZero();
            assertThat(bed.exists("/a/1")).isFalse();
            assertThat(bed.preparer.inFlight()).isZero();
            assertThat(bed.create("/a/1")).isEqualTo(ErrorCode.OK);
        }

        /** ZOOKEEPER-2886: the session is checked for multis as well, and the client must come to know. */
        @Test
        void aMovedSessionFailsTheFirstPart() {
            bed.verdict = ErrorCode.SESSION_MOVED;
            Txn txn = bed.prepare(
                    1, OpCode.MULTI, TreeBed.multi(1, TreeBed.createBody("/a", 0), 13, TreeBed.pathVersion("/", -1)));
            assertThat(txn.header().type()).isEqualTo(OpCode.MULTI);
            assertThat(txn.err()).isEqualTo(ErrorCode.SESSION_MOVED.code());
            assertThat(((TxnBody.Multi) txn.body()).parts())
                    .containsExactly(new TxnBody.Failure(-118), new TxnBody.Failure(-2));
        }

        @Test
        void aMultiThatExpandsBeyondWhatPeersCanReadIsRefused() {
            TreeBed small = new TreeBed(TreeSettings.defaults().withMaxField(20_000));
            List<Id> identities = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                identities.add(new Id("digest", "user" + i + ":0123456789012345678901234567"));
            }
            small.identities = identities;
            JuteWriter part = new JuteWriter();
            new CreateRequest("/s-", new byte[0], Acl.CREATOR_ALL, 2).write(part);
            assertThat(small.write(OpCode.MULTI, TreeBed.multi(1, part))).isEqualTo(ErrorCode.OK);
            Object[] parts = new Object[20];
            for (int i = 0; i < parts.length; i += 2) {
                parts[i] = 1;
                parts[i + 1] = part;
            }
            assertThat(small.write(OpCode.MULTI, TreeBed.multi(parts))).isEqualTo(ErrorCode.BAD_ARGUMENTS);
            assertThat(small.preparer.inFlight()).isZero();
            assertThat(small.create("/goes-on")).isEqualTo(ErrorCode.OK);
        }

        @Test
        void theReplyHasTheStatOfEachPartAsOfThatPart() {
            bed.write(
                    OpCode.MULTI,
                    TreeBed.multi(
                            15, TreeBed.createBody("/a", 0),
                            5, TreeBed.setBody("/a", "longer", 0),
                            1, TreeBed.createBody("/a/b", 0)));
            JuteReader in = new JuteReader(bed.reply.toByteArray());
            assertThat(MultiHeader.read(in)).isEqualTo(new MultiHeader(15, false, 0));
            assertThat(in.readString()).isEqualTo("/a");
            Stat created = Stat.read(in);
            assertThat(created.version()).isZero();
            assertThat(created.dataLength()).isEqualTo(3);
            assertThat(created.numChildren()).isZero();
            assertThat(MultiHeader.read(in)).isEqualTo(new MultiHeader(5, false, 0));
            Stat set = Stat.read(in);
            assertThat(set.version()).isEqualTo(1);
            assertThat(set.dataLength()).isEqualTo(6);
            assertThat(set.numChildren()).isZero();
            assertThat(MultiHeader.read(in)).isEqualTo(new MultiHeader(1, false, 0));
            assertThat(in.readString()).isEqualTo("/a/b");
            assertThat(MultiHeader.read(in)).isEqualTo(MultiHeader.END);
            assertThat(in.remaining()).isZero();
        }
    }

    /** client-protocol.md §12: whatever the bytes are, the answer is a transaction with a zxid of its own. */
    @Test
    void noBodyMakesItThrow() {
        Random random = new Random(1);
        int[] ops = {1, 2, 5, 7, 14, 15, 16, 19, 20, 21, -10, -11, 13, 99};
        for (int i = 0; i < 20_000; i++) {
            byte[] body = new byte[random.nextInt(40)];
            random.nextBytes(body);
            if (random.nextBoolean()) {
                JuteWriter valid = TreeBed.createBody("/a" + random.nextInt(5), random.nextInt(5));
                body = Arrays.copyOf(valid.toByteArray(), random.nextInt(valid.size() + 1));
            }
            WriteRequest request =
                    new WriteRequest(1, 1, ops[random.nextInt(ops.length)], body, List.of(), ErrorCode.OK);
            Txn txn = bed.preparer.prepare(request, ++bed.zxid, 1);
            assertThat(txn.zxid()).isEqualTo(bed.zxid);
            bed.apply(txn);
            Preparer.validate(request.op(), body, TreeSettings.defaults());
        }
    }

    @Test
    void anErrorTransactionHasNoDigest() {
        Txn txn = bed.prepare(1, OpCode.DELETE, TreeBed.pathVersion("/none", -1));
        assertThat(txn.header().type()).isEqualTo(OpCode.ERROR);
        assertThat(txn.digest()).isNull();
        assertThat(txn.encode()).hasSize(36);
    }

    @Test
    void withoutDigestsNoTransactionHasOne() {
        TreeBed without = new TreeBed(TreeSettings.defaults().withDigestEnabled(false));
        Txn txn = without.prepare(1, OpCode.CREATE, TreeBed.createBody("/a", 0));
        assertThat(txn.digest()).isNull();
        without.apply(txn);
        assertThat(without.tree.digest()).isZero();
    }

    @Test
    void reconfigIsDisabled() {
        assertThat(bed.write(OpCode.RECONFIG, new JuteWriter())).isEqualTo(ErrorCode.RECONFIG_DISABLED);
    }

    @Test
    void deleteContainerTakesNoOrdinaryEphemeralAndNoNodeWithChildren() {
        bed.create("/c", 4);
        bed.create("/c/x");
        bed.create("/e", 1);
        JuteWriter c = new JuteWriter().writeString("/c");
        assertThat(bed.write(0, OpCode.DELETE_CONTAINER, c)).isEqualTo(ErrorCode.NOT_EMPTY);
        assertThat(bed.write(0, OpCode.DELETE_CONTAINER, new JuteWriter().writeString("/e")))
                .isEqualTo(ErrorCode.BAD_VERSION);
        bed.delete("/c/x");
        assertThat(bed.write(0, OpCode.DELETE_CONTAINER, c)).isEqualTo(ErrorCode.OK);
        assertThat(bed.tree.containerCount()).isZero();
    }

    /** client-protocol.md §12: what a follower may not forward, since a leader of the reference would stop the ensemble over it. */
    @Test
    void aFollowerRefusesItselfWhatDoesNotDecode() {
        TreeSettings settings = TreeSettings.defaults().withExtendedTypesEnabled(true);
        assertThat(Preparer.validate(1, TreeBed.createBody("/a", 0).toByteArray(), settings))
                .isEqualTo(ErrorCode.OK);
        assertThat(Preparer.validate(1, TreeBed.createBody("bad", 99).toByteArray(), settings))
                .isEqualTo(ErrorCode.OK);
        assertThat(Preparer.validate(1, new byte[] {0, 0, 0, 5, 1}, settings)).isEqualTo(ErrorCode.MARSHALLING_ERROR);
        assertThat(Preparer.validate(1, new byte[0], settings)).isEqualTo(ErrorCode.MARSHALLING_ERROR);
        assertThat(Preparer.validate(14, new byte[] {0, 0}, settings)).isEqualTo(ErrorCode.MARSHALLING_ERROR);
        assertThat(Preparer.validate(
                        14, TreeBed.multi(4, TreeBed.pathVersion("/", 0)).toByteArray(), settings))
                .isEqualTo(ErrorCode.MARSHALLING_ERROR);
        assertThat(Preparer.validate(21, TreeBed.ttlBody("/a", 5, 0).toByteArray(), settings))
                .as("any leader refuses a ttl out of range itself")
                .isEqualTo(ErrorCode.OK);
        assertThat(Preparer.validate(-11, new byte[0], settings)).isEqualTo(ErrorCode.OK);
        assertThat(Preparer.validate(-10, new byte[4], settings)).isEqualTo(ErrorCode.UNIMPLEMENTED);
        assertThat(Preparer.validate(20, TreeBed.pathVersion("/a", 0).toByteArray(), settings))
                .isEqualTo(ErrorCode.UNIMPLEMENTED);
    }

    /** client-protocol.md §3: a leader of the reference lets it pass, and no peer survives the transaction. It cannot be tried on one. */
    @Test
    void aNegativeTimeToLiveWithOrdinaryFlagsNeverReachesALeader() {
        TreeSettings settings = TreeSettings.defaults().withExtendedTypesEnabled(true);
        for (int flags = 0; flags <= 4; flags++) {
            JuteWriter body = TreeBed.ttlBody("/a", flags, -1);
            assertThat(Preparer.validate(OpCode.CREATE_TTL, body.toByteArray(), settings))
                    .isEqualTo(ErrorCode.BAD_ARGUMENTS);
        }
    }

    /** As ConformanceIT sees it on the reference. */
    @Test
    void createsInAMultiAreTakenMoreLiterallyThanAlone() {
        TreeSettings settings = TreeSettings.defaults();
        for (int op : new int[] {1, 15, 19}) {
            for (int flags : new int[] {5, 6, 7, -1}) {
                assertThat(Preparer.validate(
                                14,
                                TreeBed.multi(op, TreeBed.createBody("/a", flags))
                                        .toByteArray(),
                                settings))
                        .as("operation %d with flags %d", op, flags)
                        .isEqualTo(ErrorCode.MARSHALLING_ERROR);
            }
        }
        assertThat(bed.write(1, OpCode.MULTI, TreeBed.multi(21, TreeBed.ttlBody("/plain", 0, 5))))
                .isEqualTo(ErrorCode.OK);
        assertThat(bed.stat("/plain").ephemeralOwner()).isZero();
    }
}
