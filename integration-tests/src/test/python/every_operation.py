"""Every operation of kazoo and its recipes against the server whose address is the argument.

What comes back goes to stdout, one line an answer, without what differs between any two runs: times, session ids, and
zxids, which are printed as distances. "@restart" asks whoever runs this to kill the server, to start it again, and to
write a line to stdin.
"""

import logging
import queue
import sys
import threading

from kazoo.client import KazooClient, KazooState
from kazoo.exceptions import KazooException
from kazoo.protocol.states import EventType
from kazoo.recipe.cache import TreeCache
from kazoo.recipe.watchers import PatientChildrenWatch
from kazoo.security import ACL, Id, make_acl, make_digest_acl

PATIENCE_S = 40
ADDRESS = sys.argv[1]
logging.disable(logging.CRITICAL)

base_zxid = None
own_session = None


def say(*words):
    print(*words, flush=True)


def distance(zxid):
    return 0 if not zxid or base_zxid is None else zxid - base_zxid


def shown(value):
    """A value as a line that is the same in every run."""
    if hasattr(value, "czxid"):
        owner = "none" if value.ephemeralOwner == 0 else "own" if value.ephemeralOwner == own_session else "other"
        assert value.ctime > 0 and value.mtime >= value.ctime
        return "<czxid %+d mzxid %+d pzxid %+d version %d cversion %d aversion %d owner %s length %d children %d>" % (
            distance(value.czxid), distance(value.mzxid), distance(value.pzxid), value.version, value.cversion,
            value.aversion, owner, value.dataLength, value.numChildren)
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, ACL):
        return "%s:%s:%d" % (value.id.scheme, value.id.id, value.perms)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return "(" + ", ".join(shown(each) for each in value) + ")"
    if isinstance(value, list):
        if all(isinstance(each, str) for each in value):
            value = sorted(value)
        return "[" + ", ".join(shown(each) for each in value) + "]"
    return repr(value)


def tell(what, call, *arguments, **named):
    try:
        result = shown(call(*arguments, **named))
    except (KazooException, ValueError, TypeError) as failure:
        result = "raises " + type(failure).__name__
    say(what + ":", result)


def event_of(inbox):
    event = inbox.get(timeout=PATIENCE_S)
    say("  event", event.type, event.path)


def connect(**named):
    client = KazooClient(hosts=ADDRESS, timeout=10.0, **named)
    client.start(timeout=PATIENCE_S)
    return client


def until(what, condition):
    """Waits for what a thread of kazoo's does by itself."""
    waited = threading.Event()
    for _ in range(PATIENCE_S * 50):
        if condition():
            say(what)
            return
        waited.wait(0.02)
    say("GAVE UP:", what)
    sys.exit(2)


def nodes(zk):
    global base_zxid
    tell("create", zk.create, "/k", b"root of it all")
    base_zxid = zk.exists("/k").czxid
    tell("exists", zk.exists, "/k")
    tell("create again", zk.create, "/k", b"")
    tell("create without a parent", zk.create, "/k/none/child", b"")
    tell("create with parents", zk.create, "/k/a/b/c", b"deep", makepath=True)
    tell("create with data", zk.create, "/k/stat", b"x", include_data=True)
    tell("create ephemeral", zk.create, "/k/ephemeral", b"e", ephemeral=True)
    tell("create under an ephemeral", zk.create, "/k/ephemeral/x", b"")
    tell("create sequential", zk.create, "/k/s-", b"1", sequence=True)
    tell("create sequential ephemeral", zk.create, "/k/s-", b"2", sequence=True, ephemeral=True)
    tell("create of a bad path", zk.create, "/k/../x", b"")
    tell("create of no path", zk.create, "k\x00x", b"")
    tell("create with umlauts", zk.create, "/k/\u00fcml\u00e4ut", b"utf-8")
    tell("ensure_path", zk.ensure_path, "/k/p/q/r")
    tell("ensure_path again", zk.ensure_path, "/k/p/q/r")
    tell("exists not", zk.exists, "/k/none")
    tell("get", zk.get, "/k")
    tell("get not", zk.get, "/k/none")
    tell("get ephemeral", zk.get, "/k/ephemeral")
    tell("set", zk.set, "/k", b"one", version=0)
    tell("set of an old version", zk.set, "/k", b"two", version=0)
    tell("set of any version", zk.set, "/k", b"")
    tell("set not", zk.set, "/k/none", b"")
    tell("get children", zk.get_children, "/k")
    tell("get children with stat", zk.get_children, "/k", include_data=True)
    tell("get children of the root", zk.get_children, "/")
    tell("get children not", zk.get_children, "/k/none")
    tell("delete a parent", zk.delete, "/k/a")
    tell("delete of a wrong version", zk.delete, "/k/stat", version=5)
    tell("delete", zk.delete, "/k/stat", version=0)
    tell("delete not", zk.delete, "/k/stat")
    tell("delete all", zk.delete, "/k/a", recursive=True)
    tell("delete all that is not there", zk.delete, "/k/a", recursive=True)
    tell("sync", zk.sync, "/k")
    tell("exists", zk.exists, "/k")


def asynchronous(zk):
    answers = [
        ("create", zk.create_async("/as", b"1")),
        ("create2", zk.create_async("/as/x", b"2", include_data=True)),
        ("exists", zk.exists_async("/as")),
        ("set", zk.set_async("/as", b"3")),
        ("get", zk.get_async("/as")),
        ("children", zk.get_children_async("/as")),
        ("children2", zk.get_children_async("/as", include_data=True)),
        ("acls", zk.get_acls_async("/as")),
        ("sync", zk.sync_async("/as")),
        ("delete a parent", zk.delete_async("/as")),
        ("delete", zk.delete_async("/as/x")),
        ("exists not", zk.exists_async("/as/x")),
    ]
    for what, answer in answers:
        tell("async " + what, answer.get, timeout=PATIENCE_S)


def acls(zk):
    tell("get acls", zk.get_acls, "/k")
    tell("get acls not", zk.get_acls, "/k/none")
    tell("set acls", zk.set_acls, "/k/p", [make_acl("world", "anyone", read=True), make_acl("ip", "127.0.0.1", all=True)])
    tell("get acls", zk.get_acls, "/k/p")
    tell("set acls of a wrong version", zk.set_acls, "/k/p", [make_acl("world", "anyone", all=True)], version=7)
    tell("set acls of no scheme", zk.set_acls, "/k/p", [make_acl("nonsense", "x", all=True)])
    tell("set acls of a bad address", zk.set_acls, "/k/p", [make_acl("ip", "1.2.3", all=True)])
    tell("create for the creator, nobody", zk.create, "/k/own", b"", acl=[ACL(31, Id("auth", ""))])
    tell("add auth", zk.add_auth, "digest", "joe:secret")
    tell("create for the creator", zk.create, "/k/own", b"mine", acl=[ACL(31, Id("auth", ""))])
    tell("get acls", zk.get_acls, "/k/own")
    tell("create for joe", zk.create, "/k/joes", b"his", acl=[make_digest_acl("joe", "secret", all=True)])
    tell("create for anna", zk.create, "/k/annas", b"hers", acl=[make_digest_acl("anna", "secret", all=True)])
    tell("get joe's", zk.get, "/k/joes")
    tell("get anna's", zk.get, "/k/annas")
    stranger = connect()
    for what, call in (("get", lambda: stranger.get("/k/own")), ("set", lambda: stranger.set("/k/own", b"")),
                       ("children", lambda: stranger.get_children("/k/own")),
                       ("acls", lambda: stranger.get_acls("/k/own")),
                       ("create", lambda: stranger.create("/k/own/x", b"")),
                       ("exists", lambda: stranger.exists("/k/own"))):
        tell("stranger's " + what, call)
    stranger.stop()
    stranger.close()
    anna = connect(auth_data=[("digest", "anna:secret")])
    tell("anna's get", anna.get, "/k/annas")
    tell("anna's get of joe's", anna.get, "/k/joes")
    anna.stop()
    anna.close()
    refused = connect()
    tell("add auth of no scheme", refused.add_auth, "nonsense", "x:y")
    refused.stop()
    refused.close()


def transactions(zk):
    good = zk.transaction()
    good.create("/t", b"t")
    good.create("/t/s-", b"", sequence=True, ephemeral=True)
    good.check("/t", version=0)
    good.set_data("/t", b"u", version=0)
    good.delete("/t/s-0000000000")
    tell("transaction", good.commit)
    bad = zk.transaction()
    bad.create("/t/x", b"")
    bad.set_data("/t", b"", version=9)
    bad.delete("/t")
    tell("transaction that fails", bad.commit)
    tell("exists not", zk.exists, "/t/x")
    tell("empty transaction", zk.transaction().commit)
    with zk.transaction() as block:
        block.create("/t/y", b"")
    tell("children", zk.get_children, "/t")


def watches(zk):
    inbox = queue.Queue()
    zk.create("/w", b"0")
    tell("get", zk.get, "/w", watch=inbox.put)
    tell("exists not", zk.exists, "/w/new", watch=inbox.put)
    tell("children", zk.get_children, "/w", watch=inbox.put)
    tell("set", zk.set, "/w", b"1")
    event_of(inbox)
    tell("set unseen", zk.set, "/w", b"2")
    tell("create", zk.create, "/w/new", b"")
    event_of(inbox)
    event_of(inbox)
    tell("exists", zk.exists, "/w/new", watch=inbox.put)
    tell("delete", zk.delete, "/w/new")
    event_of(inbox)

    datas = queue.Queue()
    childs = queue.Queue()
    zk.DataWatch("/w/data", lambda data, stat, event: datas.put((data, stat, event)))
    zk.ChildrenWatch("/w", lambda children: childs.put(children))
    say("data watch", shown(datas.get(timeout=PATIENCE_S)))
    say("children watch", shown(childs.get(timeout=PATIENCE_S)))
    for step, call in (("create", lambda: zk.create("/w/data", b"1")), ("set", lambda: zk.set("/w/data", b"2")),
                       ("delete", lambda: zk.delete("/w/data"))):
        call()
        data, stat, event = datas.get(timeout=PATIENCE_S)
        say("data watch after", step, data, shown(stat), event.type)
        if step != "set":
            say("children watch after", step, shown(childs.get(timeout=PATIENCE_S)))

    zk.ensure_path("/patient/child")
    children, change = PatientChildrenWatch(zk, "/patient", time_boundary=0.2).start().get(timeout=PATIENCE_S)
    say("patient watch", children)
    zk.create("/patient/second", b"")
    change.get(timeout=PATIENCE_S)
    say("patient watch is told of a change")

    zk.ensure_path("/cached/a")
    cached = queue.Queue()
    cache = TreeCache(zk, "/cached")
    cache.listen(lambda event: cached.put(event))
    cache.start()
    seen = set()
    while True:
        event = cached.get(timeout=PATIENCE_S)
        if event.event_type == 6:
            break
        seen.add((event.event_type, getattr(event.event_data, "path", None)))
    say("tree cache begins with", sorted(seen, key=str))
    zk.create("/cached/a/b", b"deep")
    event = cached.get(timeout=PATIENCE_S)
    say("tree cache", event.event_type, event.event_data.path, event.event_data.data)
    say("tree cache holds", sorted(cache.get_children("/cached/a")))
    cache.close()


def recipes(zk, other):
    lock, waiting = zk.Lock("/lock", "first"), other.Lock("/lock", "second")
    tell("lock", lock.acquire)
    tell("lock of another does not wait", waiting.acquire, blocking=False)
    tell("contenders", lock.contenders)
    got = threading.Thread(target=lambda: waiting.acquire(timeout=PATIENCE_S))
    got.start()
    until("two stand in line", lambda: len(lock.contenders()) == 2)
    tell("contenders", lock.contenders)
    tell("release", lock.release)
    got.join(PATIENCE_S)
    say("the other has it", waiting.is_acquired)
    tell("release", waiting.release)

    readers = [zk.ReadLock("/rw", "r1"), other.ReadLock("/rw", "r2")]
    for reader in readers:
        tell("read lock", reader.acquire, timeout=PATIENCE_S)
    writer = zk.WriteLock("/rw", "w")
    tell("write lock does not wait", writer.acquire, blocking=False)
    for reader in readers:
        tell("release", reader.release)
    tell("write lock", writer.acquire, timeout=PATIENCE_S)
    tell("read lock does not wait", readers[1].acquire, blocking=False)
    tell("release", writer.release)

    semaphores = [zk.Semaphore("/sem", "s1", max_leases=2), other.Semaphore("/sem", "s2", max_leases=2),
                  other.Semaphore("/sem", "s3", max_leases=2)]
    tell("semaphore", semaphores[0].acquire)
    tell("semaphore", semaphores[1].acquire)
    tell("semaphore is out", semaphores[2].acquire, blocking=False)
    tell("holders", semaphores[0].lease_holders)
    tell("release", semaphores[0].release)
    tell("semaphore", semaphores[2].acquire, timeout=PATIENCE_S)

    led = queue.Queue()
    go_on = threading.Event()
    election = zk.Election("/election", "one")
    threading.Thread(target=election.run, args=(lambda: (led.put("one leads"), go_on.wait(PATIENCE_S)),), daemon=True).start()
    say(led.get(timeout=PATIENCE_S))
    second = other.Election("/election", "two")
    threading.Thread(target=second.run, args=(lambda: led.put("two leads"),), daemon=True).start()
    until("two candidates", lambda: len(election.contenders()) == 2)
    tell("candidates", election.contenders)
    go_on.set()
    say(led.get(timeout=PATIENCE_S))

    counter = zk.Counter("/counter")
    counter += 5
    counter -= 2
    say("counter", counter.value, other.Counter("/counter").value)
    floats = zk.Counter("/floats", default=1.0)
    floats += 2.5
    say("counter of floats", floats.value)

    barrier = zk.Barrier("/barrier")
    tell("barrier", barrier.create)
    tell("barrier does not wait", other.Barrier("/barrier").wait, timeout=0.1)
    tell("barrier goes", barrier.remove)
    tell("no barrier", other.Barrier("/barrier").wait, timeout=PATIENCE_S)
    inside = queue.Queue()
    doubles = [zk.DoubleBarrier("/double", 2, "d1"), other.DoubleBarrier("/double", 2, "d2")]

    def through(double):
        double.enter()
        inside.put("in")
        double.leave()
        inside.put("out")

    for double in doubles:
        threading.Thread(target=through, args=(double,), daemon=True).start()
    say("double barrier", sorted(inside.get(timeout=PATIENCE_S) for _ in range(4)))

    party, shallow = zk.Party("/party", "ann"), zk.ShallowParty("/shallow", "ann")
    tell("join", party.join)
    tell("join", other.Party("/party", "bob").join)
    say("party", len(party), sorted(party))
    tell("leave", party.leave)
    say("party", len(party), sorted(party))
    tell("join", shallow.join)
    say("shallow party", len(shallow), sorted(shallow))

    numbers = zk.Queue("/queue")
    for data, priority in ((b"c", 100), (b"a", 10), (b"d", 100)):
        numbers.put(data, priority=priority)
    say("queue", len(numbers), [numbers.get() for _ in range(4)])
    locking = zk.LockingQueue("/locking")
    tell("put", locking.put, b"x", priority=50)
    tell("put all", locking.put_all, [b"y", b"z"], priority=20)
    tell("get", locking.get, timeout=PATIENCE_S)
    say("holds", locking.holds_lock())
    tell("consume", locking.consume)
    tell("get", locking.get, timeout=PATIENCE_S)
    tell("release", locking.release)
    say("length", len(locking))

    import datetime
    say("lease", bool(zk.NonBlockingLease("/lease", datetime.timedelta(hours=1), identifier="one")))
    say("lease of another", bool(other.NonBlockingLease("/lease", datetime.timedelta(hours=1), identifier="two")))
    say("leases", bool(zk.MultiNonBlockingLease(2, "/leases", datetime.timedelta(hours=1), identifier="one")))

    partitions = zk.SetPartitioner("/partitions", set=("p1", "p2"), time_boundary=0.2, identifier="one")
    while partitions.allocating:
        partitions.wait_for_acquire(PATIENCE_S)
    say("partitions", sorted(partitions))
    partitions.finish()


def reconnection(zk):
    global base_zxid
    inbox = queue.Queue()
    states = queue.Queue()
    zk.add_listener(lambda state: states.put(state) and None)
    zk.create("/r", b"0")
    zk.exists("/r", watch=inbox.put)
    datas = queue.Queue()
    childs = queue.Queue()
    zk.DataWatch("/r", lambda data, stat: datas.put(data))
    zk.ChildrenWatch("/r", lambda children: childs.put(children))
    say("watches", datas.get(timeout=PATIENCE_S), childs.get(timeout=PATIENCE_S))
    session = zk.client_id
    say("@restart")
    sys.stdin.readline()
    while states.get(timeout=PATIENCE_S) != KazooState.CONNECTED:
        pass
    say("the session is the same", zk.client_id == session)
    tell("its ephemeral", zk.exists, "/k/ephemeral")
    tell("its identity", zk.get, "/k/own")
    # How many transactions the recipes took depends on who was faster.
    base_zxid = zk.exists("/r").czxid
    event_of(inbox)  # this client tells its plain watches that they are lost, and sets its recipes' anew
    tell("set", zk.set, "/r", b"1")
    tell("create", zk.create, "/r/x", b"")
    say("watches", datas.get(timeout=PATIENCE_S), childs.get(timeout=PATIENCE_S))


def main():
    global own_session
    zk = connect()
    own_session = zk.client_id[0]
    say("connected", zk.connected, "state", zk.state, zk.client_state)
    say("negotiated", zk._session_timeout)
    tell("ruok", zk.command, b"ruok")
    say("server version is one of 3.9", zk.server_version()[:2] == (3, 9))
    other = connect()
    for name, part in (("nodes", lambda: nodes(zk)), ("asynchronous", lambda: asynchronous(zk)), ("acls", lambda: acls(zk)),
                       ("transactions", lambda: transactions(zk)), ("watches", lambda: watches(zk)),
                       ("recipes", lambda: recipes(zk, other)), ("reconnection", lambda: reconnection(zk))):
        say("--", name)
        part()
    tell("stop", zk.stop)
    tell("restart", zk.restart)
    say("a new session", zk.client_id[0] != own_session)
    tell("the ephemeral is gone", zk.exists, "/k/ephemeral")
    for client in (zk, other):
        client.stop()
        client.close()
    say("@end")


if __name__ == "__main__":
    main()
