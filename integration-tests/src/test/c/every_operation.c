/*
 * Every operation of the C client's API, one after the other, against the server whose address is the argument. What the
 * server answers goes to stdout, one line an answer, without what differs between any two runs: times, session ids, and
 * zxids, which are printed as distances. "@restart" asks whoever runs this to kill the server, to start it again, and to
 * write a line to stdin.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zookeeper/zookeeper.h>

#define PATIENCE_S 40
#define SESSION_TIMEOUT_MS 10000
#define MAX_EVENTS 256
#define LINE 512

/* ---- what the callbacks leave for the script */

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t more;
    char line[MAX_EVENTS][LINE];
    int written;
    int read;
} queue_t;

#define QUEUE {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, {{0}}, 0, 0}

static queue_t events = QUEUE;
static queue_t sessions = QUEUE;
static queue_t answers = QUEUE;
static zhandle_t *first;
static int64_t own_session;
static int64_t base_zxid;

static void say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

static void give_up(const char *why) {
    say("GAVE UP: %s", why);
    exit(2);
}

static void push(queue_t *queue, const char *format, ...) {
    va_list arguments;
    pthread_mutex_lock(&queue->lock);
    if (queue->written < MAX_EVENTS) {
        va_start(arguments, format);
        vsnprintf(queue->line[queue->written++], LINE, format, arguments);
        va_end(arguments);
    }
    pthread_cond_broadcast(&queue->more);
    pthread_mutex_unlock(&queue->lock);
}

static const char *next(queue_t *queue, const char *what) {
    struct timespec until;
    const char *line;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&queue->lock);
    while (queue->read == queue->written) {
        if (pthread_cond_timedwait(&queue->more, &queue->lock, &until) != 0) {
            pthread_mutex_unlock(&queue->lock);
            give_up(what);
        }
    }
    line = queue->line[queue->read++];
    pthread_mutex_unlock(&queue->lock);
    return line;
}

static const char *type_name(int type) {
    if (type == ZOO_CREATED_EVENT) return "created";
    if (type == ZOO_DELETED_EVENT) return "deleted";
    if (type == ZOO_CHANGED_EVENT) return "changed";
    if (type == ZOO_CHILD_EVENT) return "child";
    if (type == ZOO_SESSION_EVENT) return "session";
    if (type == ZOO_NOTWATCHING_EVENT) return "notwatching";
    return "?";
}

static const char *state_name(int state) {
    if (state == ZOO_CONNECTED_STATE) return "connected";
    if (state == ZOO_CONNECTING_STATE) return "connecting";
    if (state == ZOO_EXPIRED_SESSION_STATE) return "expired";
    if (state == ZOO_AUTH_FAILED_STATE) return "auth failed";
    return "?";
}

/* The handle's own watcher: session events apart from those of nodes. */
static void on_default(zhandle_t *zh, int type, int state, const char *path, void *context) {
    (void) zh;
    (void) context;
    if (type == ZOO_SESSION_EVENT) {
        push(&sessions, "%s", state_name(state));
    } else {
        push(&events, "default watcher: %s %s", type_name(type), path);
    }
}

/* A watcher object; session events go to every one of them and are left out. */
static void on_watch(zhandle_t *zh, int type, int state, const char *path, void *context) {
    (void) zh;
    (void) state;
    if (type != ZOO_SESSION_EVENT) {
        push(&events, "watcher %s: %s %s", (const char *) context, type_name(type), path);
    }
}

static void expect_event(void) {
    say("  event %s", next(&events, "a watch event"));
}

static void await_session(const char *wanted) {
    while (strcmp(next(&sessions, wanted), wanted) != 0) {
    }
}

/* ---- how answers are told */

static void tell(const char *what, int rc) {
    say("%s: %s", what, zerror(rc));
}

static long long distance(int64_t zxid) {
    return base_zxid == 0 || zxid == 0 ? 0 : (long long) (zxid - base_zxid);
}

static void describe(char *into, const struct Stat *stat) {
    const char *owner = stat->ephemeralOwner == 0 ? "none" : stat->ephemeralOwner == own_session ? "own" : "other";
    snprintf(into, LINE, "czxid %+lld mzxid %+lld pzxid %+lld version %d cversion %d aversion %d owner %s length %d children %d",
             distance(stat->czxid), distance(stat->mzxid), distance(stat->pzxid), stat->version, stat->cversion,
             stat->aversion, owner, stat->dataLength, stat->numChildren);
}

static void tell_stat(const struct Stat *stat) {
    char text[LINE];
    describe(text, stat);
    say("  %s", text);
    if (stat->ctime <= 0 || stat->mtime < stat->ctime) {
        say("  times are wrong: %lld %lld", (long long) stat->ctime, (long long) stat->mtime);
    }
}

static int by_name(const void *left, const void *right) {
    return strcmp(*(char *const *) left, *(char *const *) right);
}

static void describe_strings(char *into, const struct String_vector *strings) {
    int i;
    size_t at = 0;
    qsort(strings->data, strings->count, sizeof(char *), by_name);
    into[0] = 0;
    for (i = 0; i < strings->count && at < LINE; i++) {
        at += snprintf(into + at, LINE - at, " %s", strings->data[i]);
    }
}

static void tell_strings(struct String_vector *strings) {
    char text[LINE];
    describe_strings(text, strings);
    say("  %d:%s", strings->count, text);
    deallocate_String_vector(strings);
}

static void describe_acl(char *into, const struct ACL_vector *acl) {
    int i;
    size_t at = 0;
    into[0] = 0;
    for (i = 0; i < acl->count && at < LINE; i++) {
        at += snprintf(into + at, LINE - at, " %s:%s:%d", acl->data[i].id.scheme, acl->data[i].id.id, acl->data[i].perms);
    }
}

/* ---- synchronous calls, each told */

static void create(zhandle_t *zh, const char *path, const char *data, int mode) {
    char made[LINE] = "";
    int rc = zoo_create(zh, path, data, data ? (int) strlen(data) : -1, &ZOO_OPEN_ACL_UNSAFE, mode, made, sizeof(made));
    say("create %s mode %d: %s %s", path, mode, zerror(rc), rc == ZOK ? made : "");
}

static void create2(zhandle_t *zh, const char *path, int mode) {
    char made[LINE] = "";
    struct Stat stat;
    int rc = zoo_create2(zh, path, "two", 3, &ZOO_OPEN_ACL_UNSAFE, mode, made, sizeof(made), &stat);
    say("create2 %s mode %d: %s %s", path, mode, zerror(rc), rc == ZOK ? made : "");
    if (rc == ZOK) tell_stat(&stat);
}

static void create_ttl(zhandle_t *zh, const char *path, int mode, int64_t ttl) {
    char made[LINE] = "";
    struct Stat stat;
    int rc = zoo_create_ttl(zh, path, "t", 1, &ZOO_OPEN_ACL_UNSAFE, mode, ttl, made, sizeof(made));
    say("create_ttl %s mode %d ttl %lld: %s %s", path, mode, (long long) ttl, zerror(rc), rc == ZOK ? made : "");
    snprintf(made, sizeof(made), "%s-2", path);
    rc = zoo_create2_ttl(zh, made, "t", 1, &ZOO_OPEN_ACL_UNSAFE, mode, ttl, made, sizeof(made), &stat);
    say("create2_ttl: %s %s", zerror(rc), rc == ZOK ? made : "");
    if (rc == ZOK) {
        say("  version %d length %d", stat.version, stat.dataLength);
    }
}

static void exists(zhandle_t *zh, const char *path) {
    struct Stat stat;
    int rc = zoo_exists(zh, path, 0, &stat);
    say("exists %s: %s", path, zerror(rc));
    if (rc == ZOK) tell_stat(&stat);
}

static void get(zhandle_t *zh, const char *path) {
    char data[LINE];
    int length = sizeof(data) - 1;
    struct Stat stat;
    int rc = zoo_get(zh, path, 0, data, &length, &stat);
    say("get %s: %s", path, zerror(rc));
    if (rc != ZOK) return;
    data[length < 0 ? 0 : length] = 0;
    say("  length %d: %s", length, data);
    tell_stat(&stat);
}

static void set(zhandle_t *zh, const char *path, const char *data, int version) {
    struct Stat stat;
    int rc = zoo_set2(zh, path, data, data ? (int) strlen(data) : -1, version, &stat);
    say("set2 %s version %d: %s", path, version, zerror(rc));
    if (rc == ZOK) tell_stat(&stat);
}

static void children(zhandle_t *zh, const char *path) {
    struct String_vector names;
    struct Stat stat;
    int rc = zoo_get_children(zh, path, 0, &names);
    say("get_children %s: %s", path, zerror(rc));
    if (rc == ZOK) tell_strings(&names);
    rc = zoo_get_children2(zh, path, 0, &names, &stat);
    say("get_children2 %s: %s", path, zerror(rc));
    if (rc != ZOK) return;
    tell_strings(&names);
    tell_stat(&stat);
}

static void acl(zhandle_t *zh, const char *path) {
    struct ACL_vector list;
    struct Stat stat;
    char text[LINE];
    int rc = zoo_get_acl(zh, path, &list, &stat);
    say("get_acl %s: %s", path, zerror(rc));
    if (rc != ZOK) return;
    describe_acl(text, &list);
    say("  %s", text);
    tell_stat(&stat);
    deallocate_ACL_vector(&list);
}

static void set_acl(zhandle_t *zh, const char *path, int version, const struct ACL_vector *list) {
    say("set_acl %s version %d: %s", path, version, zerror(zoo_set_acl(zh, path, version, list)));
}

static void delete(zhandle_t *zh, const char *path, int version) {
    say("delete %s version %d: %s", path, version, zerror(zoo_delete(zh, path, version)));
}

/* ---- completions: they leave what came, and the script tells it */

static void on_void(int rc, const void *what) {
    push(&answers, "%s: %s", (const char *) what, zerror(rc));
}

static void on_stat(int rc, const struct Stat *stat, const void *what) {
    char text[LINE] = "";
    if (rc == ZOK) describe(text, stat);
    push(&answers, "%s: %s %s", (const char *) what, zerror(rc), text);
}

static void on_data(int rc, const char *value, int length, const struct Stat *stat, const void *what) {
    char text[LINE] = "";
    if (rc == ZOK) describe(text, stat);
    push(&answers, "%s: %s [%.*s] %s", (const char *) what, zerror(rc), length < 0 ? 0 : length, value ? value : "", text);
}

static void on_string(int rc, const char *value, const void *what) {
    push(&answers, "%s: %s %s", (const char *) what, zerror(rc), rc == ZOK ? value : "");
}

static void on_string_stat(int rc, const char *value, const struct Stat *stat, const void *what) {
    char text[LINE] = "";
    if (rc == ZOK) describe(text, stat);
    push(&answers, "%s: %s %s %s", (const char *) what, zerror(rc), rc == ZOK ? value : "", text);
}

static void on_strings(int rc, const struct String_vector *names, const void *what) {
    char text[LINE] = "";
    if (rc == ZOK) describe_strings(text, names);
    push(&answers, "%s: %s%s", (const char *) what, zerror(rc), text);
}

static void on_strings_stat(int rc, const struct String_vector *names, const struct Stat *stat, const void *what) {
    char text[LINE] = "", stats[LINE] = "";
    if (rc == ZOK) {
        describe_strings(text, names);
        describe(stats, stat);
    }
    push(&answers, "%s: %s%s %s", (const char *) what, zerror(rc), text, stats);
}

static void on_acl(int rc, struct ACL_vector *list, struct Stat *stat, const void *what) {
    char text[LINE] = "", stats[LINE] = "";
    if (rc == ZOK) {
        describe_acl(text, list);
        describe(stats, stat);
    }
    push(&answers, "%s: %s%s %s", (const char *) what, zerror(rc), text, stats);
}

static void expect_answer(void) {
    say("  answer %s", next(&answers, "an answer"));
}

static zhandle_t *open_session(const char *address, const clientid_t *id) {
    zhandle_t *zh;
    sessions.read = sessions.written;
    zh = zookeeper_init(address, on_default, SESSION_TIMEOUT_MS, id, NULL, 0);
    if (zh == NULL) give_up("zookeeper_init");
    return zh;
}

/* ---- the script */

static void nodes(zhandle_t *zh) {
    struct Stat stat;
    char made[8];
    create(zh, "/c", "root of it all", ZOO_PERSISTENT);
    if (zoo_exists(zh, "/c", 0, &stat) != ZOK) give_up("/c was not created");
    base_zxid = stat.czxid;
    exists(zh, "/c");
    create(zh, "/c", "again", ZOO_PERSISTENT);
    create(zh, "/c/none/child", "", ZOO_PERSISTENT);
    create(zh, "/c/empty", "", ZOO_PERSISTENT);
    create(zh, "/c/null", NULL, ZOO_PERSISTENT);
    create(zh, "/c/ephemeral", "e", ZOO_EPHEMERAL);
    create(zh, "/c/ephemeral/child", "", ZOO_PERSISTENT);
    create(zh, "/c/s-", "1", ZOO_PERSISTENT_SEQUENTIAL);
    create(zh, "/c/s-", "2", ZOO_EPHEMERAL_SEQUENTIAL);
    create(zh, "/c/s-", "3", ZOO_PERSISTENT_SEQUENTIAL);
    create(zh, "/c/container", "", ZOO_CONTAINER);
    create(zh, "/c/bad//path", "", ZOO_PERSISTENT);
    create(zh, "/c/bad/", "", ZOO_PERSISTENT);
    create(zh, "/c/../up", "", ZOO_PERSISTENT);
    create(zh, "/c/\xc3\xbcml\xc3\xa4ut", "utf-8", ZOO_PERSISTENT);
    create(zh, "/zookeeper/mine", "", ZOO_PERSISTENT);
    say("create with a short buffer: %s",
        zerror(zoo_create(zh, "/c/long-name", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, made, sizeof(made))));
    say("  %s", made);
    create2(zh, "/c/two", ZOO_PERSISTENT);
    create2(zh, "/c/two", ZOO_PERSISTENT);
    create2(zh, "/c/two-", ZOO_EPHEMERAL_SEQUENTIAL);
    create2(zh, "/c/two-container", ZOO_CONTAINER);
    create_ttl(zh, "/c/ttl", ZOO_PERSISTENT_WITH_TTL, 3600000);
    create_ttl(zh, "/c/ttl-", ZOO_PERSISTENT_SEQUENTIAL_WITH_TTL, 3600000);
    create_ttl(zh, "/c/ttl-zero", ZOO_PERSISTENT_WITH_TTL, 0);
    create_ttl(zh, "/c/ttl-long", ZOO_PERSISTENT_WITH_TTL, 0x10000000000LL);
    create_ttl(zh, "/c/ttl-not", ZOO_PERSISTENT, 1000);
    exists(zh, "/c/none");
    exists(zh, "/");
    get(zh, "/c");
    get(zh, "/c/empty");
    get(zh, "/c/null");
    get(zh, "/c/ephemeral");
    get(zh, "/c/none");
    get(zh, "/");
    set(zh, "/c/empty", "full", 0);
    set(zh, "/c/empty", "again", 0);
    set(zh, "/c/empty", "any", -1);
    set(zh, "/c/empty", NULL, -1);
    set(zh, "/c/none", "", -1);
    tell("set /c/two", zoo_set(zh, "/c/two", "x", 1, -1));
    children(zh, "/");
    children(zh, "/c");
    children(zh, "/c/none");
    children(zh, "/zookeeper");
    delete(zh, "/c", -1);
    delete(zh, "/c/none", -1);
    delete(zh, "/c/two", 9);
    delete(zh, "/c/two", 1);
    delete(zh, "/zookeeper", -1);
    delete(zh, "/", -1);
    exists(zh, "/c");
}

static void too_much(zhandle_t *zh) {
    char *big = calloc(1, 2 << 20);
    int length = 900 << 10;
    struct Stat stat;
    memset(big, 'x', 2 << 20);
    tell("create with 900 KiB", zoo_create(zh, "/c/big", big, length, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0));
    length = 2 << 20;
    tell("get of 900 KiB", zoo_get(zh, "/c/big", 0, big, &length, &stat));
    say("  length %d", length);
    delete(zh, "/c/big", -1);
    sessions.read = sessions.written;
    tell("create with 2 MiB", zoo_create(zh, "/c/big", big, 2 << 20, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0));
    await_session("connected");
    exists(zh, "/c/big");
    free(big);
}

static void acls(zhandle_t *zh, const char *address) {
    struct ACL mixed[] = {{ZOO_PERM_READ, {"world", "anyone"}}, {ZOO_PERM_ALL, {"ip", "127.0.0.0/8"}}};
    struct ACL digest[] = {{ZOO_PERM_ALL, {"digest", "anna:q5MkIwmF4vmGqhcDXTrTFEMrx1k="}}};
    struct ACL unknown[] = {{ZOO_PERM_ALL, {"nonsense", "x"}}};
    struct ACL address_wrong[] = {{ZOO_PERM_ALL, {"ip", "300.1.1.1"}}};
    struct ACL_vector list = {2, mixed};
    struct ACL_vector empty = {0, NULL};
    zhandle_t *stranger;
    acl(zh, "/c");
    acl(zh, "/c/none");
    set_acl(zh, "/c/empty", 5, &list);
    set_acl(zh, "/c/empty", 0, &list);
    acl(zh, "/c/empty");
    set_acl(zh, "/c/none", -1, &list);
    set_acl(zh, "/c/empty", -1, &empty);
    list.count = 1;
    list.data = unknown;
    set_acl(zh, "/c/empty", -1, &list);
    list.data = address_wrong;
    set_acl(zh, "/c/empty", -1, &list);
    tell("create for its creator, who is nobody", zoo_create(zh, "/c/own", "", 0, &ZOO_CREATOR_ALL_ACL, 0, NULL, 0));
    tell("add_auth call", zoo_add_auth(zh, "digest", "joe:secret", 10, on_void, "add_auth digest"));
    expect_answer();
    tell("create for its creator", zoo_create(zh, "/c/own", "mine", 4, &ZOO_CREATOR_ALL_ACL, 0, NULL, 0));
    tell("create that is read only", zoo_create(zh, "/c/read-only", "r", 1, &ZOO_READ_ACL_UNSAFE, 0, NULL, 0));
    acl(zh, "/c/own");
    get(zh, "/c/own");
    set(zh, "/c/read-only", "w", -1);
    create(zh, "/c/read-only/child", "", ZOO_PERSISTENT);
    set_acl(zh, "/c/read-only", -1, &ZOO_OPEN_ACL_UNSAFE);
    delete(zh, "/c/read-only", -1);
    list.data = digest;
    tell("create for somebody else", zoo_create(zh, "/c/hers", "", 0, &list, 0, NULL, 0));
    get(zh, "/c/hers");
    acl(zh, "/c/hers");
    children(zh, "/c/hers");
    exists(zh, "/c/hers");

    stranger = open_session(address, NULL);
    await_session("connected");
    get(stranger, "/c/own");
    set(stranger, "/c/own", "x", -1);
    children(stranger, "/c/own");
    acl(stranger, "/c/own");
    set_acl(stranger, "/c/own", -1, &ZOO_OPEN_ACL_UNSAFE);
    create(stranger, "/c/own/child", "", ZOO_PERSISTENT);
    delete(stranger, "/c/own", -1);
    exists(stranger, "/c/ephemeral");
    tell("add_auth call", zoo_add_auth(stranger, "digest", "joe:secret", 10, on_void, "add_auth of the stranger"));
    expect_answer();
    get(stranger, "/c/own");
    tell("close", zookeeper_close(stranger));

    stranger = open_session(address, NULL);
    await_session("connected");
    tell("add_auth call", zoo_add_auth(stranger, "nonsense", "x", 1, on_void, "add_auth of no scheme"));
    expect_answer();
    await_session("auth failed");
    get(stranger, "/c");
    zookeeper_close(stranger);
}

static void tell_multi(const char *what, int rc, int count, const zoo_op_result_t *results) {
    int i;
    say("multi, %s: %s", what, zerror(rc));
    for (i = 0; i < count; i++) {
        say("  %d: %s", i, zerror(results[i].err));
    }
}

static void multi(zhandle_t *zh) {
    zoo_op_t ops[6];
    zoo_op_result_t results[6];
    struct Stat stat;
    char made[LINE] = "", sequential[LINE] = "";
    memset(results, 0, sizeof(results));
    zoo_create_op_init(&ops[0], "/c/m", "m", 1, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, made, sizeof(made));
    zoo_create_op_init(&ops[1], "/c/m/s-", NULL, -1, &ZOO_OPEN_ACL_UNSAFE, ZOO_EPHEMERAL_SEQUENTIAL, sequential, sizeof(sequential));
    zoo_check_op_init(&ops[2], "/c/m", 0);
    zoo_set_op_init(&ops[3], "/c/m", "n", 1, 0, &stat);
    zoo_delete_op_init(&ops[4], "/c/m/s-0000000000", -1);
    zoo_check_op_init(&ops[5], "/c/m", 1);
    tell_multi("all good", zoo_multi(zh, 6, ops, results), 6, results);
    say("  %s %s", made, sequential);
    tell_stat(&stat);
    exists(zh, "/c/m");

    memset(results, 0, sizeof(results));
    zoo_create_op_init(&ops[0], "/c/m/x", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0);
    zoo_set_op_init(&ops[1], "/c/m", "o", 1, 77, NULL);
    zoo_delete_op_init(&ops[2], "/c/m", -1);
    tell_multi("a version is wrong", zoo_multi(zh, 3, ops, results), 3, results);
    exists(zh, "/c/m/x");

    memset(results, 0, sizeof(results));
    zoo_create_op_init(&ops[0], "/c/m", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0);
    zoo_create_op_init(&ops[1], "/c/none/y", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0);
    tell_multi("the first exists", zoo_multi(zh, 2, ops, results), 2, results);

    memset(results, 0, sizeof(results));
    zoo_create_op_init(&ops[0], "/c/ma", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0);
    zoo_delete_op_init(&ops[1], "/c/m", -1);
    tell("amulti call", zoo_amulti(zh, 2, ops, results, on_void, "amulti"));
    expect_answer();
    tell_multi("asynchronous", ZOK, 2, results);
    tell_multi("of nothing", zoo_multi(zh, 0, ops, results), 0, results);
}

static void asynchronous(zhandle_t *zh) {
    tell("calls", zoo_acreate(zh, "/a", "1", 1, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, on_string, "acreate")
            | zoo_acreate2(zh, "/a/b", "2", 1, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, on_string_stat, "acreate2")
            | zoo_acreate_ttl(zh, "/a/t", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT_WITH_TTL, 3600000, on_string, "acreate_ttl")
            | zoo_acreate2_ttl(zh, "/a/u", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT_WITH_TTL, 3600000, on_string_stat, "acreate2_ttl")
            | zoo_aexists(zh, "/a", 0, on_stat, "aexists")
            | zoo_aget(zh, "/a", 0, on_data, "aget")
            | zoo_aset(zh, "/a", "changed", 7, 0, on_stat, "aset")
            | zoo_aset(zh, "/a", "changed", 7, 0, on_stat, "aset again")
            | zoo_aget_children(zh, "/a", 0, on_strings, "aget_children")
            | zoo_aget_children2(zh, "/a", 0, on_strings_stat, "aget_children2")
            | zoo_aget_acl(zh, "/a", on_acl, "aget_acl")
            | zoo_aset_acl(zh, "/a", 0, &ZOO_OPEN_ACL_UNSAFE, on_void, "aset_acl")
            | zoo_async(zh, "/a", on_string, "async")
            | zoo_adelete(zh, "/a", -1, on_void, "adelete of a parent")
            | zoo_adelete(zh, "/a/u", -1, on_void, "adelete")
            | zoo_aexists(zh, "/a/u", 0, on_stat, "aexists of what is gone"));
    int i;
    for (i = 0; i < 16; i++) expect_answer();
}

static void watches(zhandle_t *zh) {
    struct Stat stat;
    struct String_vector names;
    char data[LINE];
    int length = sizeof(data);
    create(zh, "/w", "0", ZOO_PERSISTENT);
    tell("wget", zoo_wget(zh, "/w", on_watch, "data", data, &length, &stat));
    tell("wexists", zoo_wexists(zh, "/w/new", on_watch, "exists", &stat));
    tell("wget_children", zoo_wget_children(zh, "/w", on_watch, "children", &names));
    tell_strings(&names);
    set(zh, "/w", "1", -1);
    expect_event();
    set(zh, "/w", "2", -1);
    create(zh, "/w/new", "", ZOO_PERSISTENT);
    expect_event();
    expect_event();
    tell("exists that watches", zoo_exists(zh, "/w/new", 1, &stat));
    length = sizeof(data);
    tell("get that watches", zoo_get(zh, "/w/new", 1, data, &length, &stat));
    tell("wget_children2", zoo_wget_children2(zh, "/w", on_watch, "children2", &names, &stat));
    tell_strings(&names);
    delete(zh, "/w/new", -1);
    expect_event();
    expect_event();
    tell("awget call", zoo_awget(zh, "/w", on_watch, "awget", on_data, "awget"));
    expect_answer();
    tell("awexists call", zoo_awexists(zh, "/w", on_watch, "awexists", on_stat, "awexists"));
    expect_answer();
    tell("awget_children call", zoo_awget_children(zh, "/w", on_watch, "awget_children", on_strings, "awget_children"));
    expect_answer();
    tell("awget_children2 call", zoo_awget_children2(zh, "/w", on_watch, "awget_children2", on_strings_stat, "awget_children2"));
    expect_answer();

    tell("remove a watch nobody has", zoo_remove_watches(zh, "/c", ZWATCHTYPE_ANY, on_watch, "none", 0));
    tell("remove one child watch", zoo_remove_watches(zh, "/w", ZWATCHTYPE_CHILD, on_watch, "awget_children2", 0));
    tell("aremove one data watch", zoo_aremove_watches(zh, "/w", ZWATCHTYPE_DATA, on_watch, "awget", 0, (void_completion_t *) on_void, "aremove_watches"));
    expect_answer();
    tell("remove all child watches", zoo_remove_all_watches(zh, "/w", ZWATCHTYPE_CHILD, 0));
    tell("remove all watches", zoo_remove_all_watches(zh, "/w", ZWATCHTYPE_ANY, 0));
    tell("remove all watches again", zoo_remove_all_watches(zh, "/w", ZWATCHTYPE_ANY, 0));
    pthread_mutex_lock(&events.lock);
    events.read = events.written; /* the client's own word that they are gone, in an order of its threads */
    pthread_mutex_unlock(&events.lock);
    set(zh, "/w", "3", -1);
    create(zh, "/w/unseen", "", ZOO_PERSISTENT);
    tell("exists that watches", zoo_exists(zh, "/w", 1, &stat));
    set(zh, "/w", "4", -1);
    expect_event();
}

static void configuration(zhandle_t *zh) {
    char data[LINE];
    int length = sizeof(data);
    struct Stat stat;
    int rc = zoo_getconfig(zh, 0, data, &length, &stat);
    say("getconfig: %s length %d", zerror(rc), length);
    length = sizeof(data);
    tell("wgetconfig", zoo_wgetconfig(zh, on_watch, "config", data, &length, &stat));
    tell("agetconfig call", zoo_agetconfig(zh, 0, on_data, "agetconfig"));
    expect_answer();
    length = sizeof(data);
    tell("reconfig", zoo_reconfig(zh, "server.9=127.0.0.1:1:2;3", NULL, NULL, -1, data, &length, &stat));
}

static void reconnection(zhandle_t *zh, const char *address) {
    struct Stat stat;
    struct String_vector names;
    char line[LINE];
    const clientid_t *id = zoo_client_id(zh);
    zhandle_t *other;
    clientid_t wrong;
    int i;
    create(zh, "/r", "0", ZOO_PERSISTENT);
    tell("wexists", zoo_wexists(zh, "/r", on_watch, "over the restart", &stat));
    tell("wexists", zoo_wexists(zh, "/r/new", on_watch, "new over the restart", &stat));
    tell("wget_children", zoo_wget_children(zh, "/r", on_watch, "children over the restart", &names));
    tell_strings(&names);
    sessions.read = sessions.written;
    say("@restart");
    if (fgets(line, sizeof(line), stdin) == NULL) give_up("nobody says that the server is back");
    await_session("connected");
    say("the session is %s", zoo_client_id(zh)->client_id == own_session ? "the same" : "another");
    exists(zh, "/c/ephemeral");
    get(zh, "/c/own");
    set(zh, "/r", "1", -1);
    expect_event();
    create(zh, "/r/new", "", ZOO_PERSISTENT);
    expect_event();
    expect_event();

    wrong = *id;
    wrong.passwd[3] ^= 0x55;
    other = open_session(address, &wrong);
    await_session("expired");
    tell("state with a wrong password", zoo_state(other) == ZOO_EXPIRED_SESSION_STATE ? ZSESSIONEXPIRED : ZOK);
    exists(other, "/r");
    zookeeper_close(other);
    exists(zh, "/c/ephemeral");

    tell("set_servers", zoo_set_servers(zh, address));
    zoo_cycle_next_server(zh);
    say("current server %s", strcmp(zoo_get_current_server(zh), address) == 0 ? "is the one" : "is another");

    other = open_session(address, NULL);
    await_session("connected");
    create(other, "/r/of-the-other", "", ZOO_EPHEMERAL);
    tell("wexists", zoo_wexists(zh, "/r/of-the-other", on_watch, "of the other", &stat));
    tell("close", zookeeper_close(other));
    expect_event();
    for (i = 0; i < 3; i++) create(zh, "/r/s-", "", ZOO_EPHEMERAL_SEQUENTIAL);
    children(zh, "/r");
}

int main(int count, char **arguments) {
    const char *address;
    if (count != 2) {
        fprintf(stderr, "usage: %s HOST:PORT\n", arguments[0]);
        return 1;
    }
    address = arguments[1];
    zoo_set_debug_level(0);
    zoo_deterministic_conn_order(1);
    first = open_session(address, NULL);
    await_session("connected");
    own_session = zoo_client_id(first)->client_id;
    say("state %s, timeout %d ms", state_name(zoo_state(first)), zoo_recv_timeout(first));
    say("-- nodes");
    nodes(first);
    say("-- too much");
    too_much(first);
    say("-- acls");
    acls(first, address);
    say("-- multi");
    multi(first);
    say("-- asynchronous");
    asynchronous(first);
    say("-- watches");
    watches(first);
    say("-- configuration");
    configuration(first);
    say("-- reconnection");
    reconnection(first, address);
    tell("close", zookeeper_close(first));
    first = open_session(address, NULL);
    await_session("connected");
    children(first, "/c");
    tell("close", zookeeper_close(first));
    say("@end");
    return 0;
}
