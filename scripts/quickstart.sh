#!/usr/bin/env bash
# The main job in one command: three servers elect a leader, three workers elect a master; then the master is killed, and then
# the leading server, and both are succeeded. Everything runs on this machine, in processes of their own, and is gone at the end.
#
#   scripts/quickstart.sh [-v]      -v: the servers' and workers' output at the end, whatever happens
#
# Exit code 0 only if all of it really happened.
set -euo pipefail

SERVERS="1 2 3"
WORKERS="1 2 3"
TICK_MS=500
SESSION_TIMEOUT_MS=3000
START_TIMEOUT_S=60
SUCCESSION_TIMEOUT_S=30

HOME_DIR=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
SERVER_JAR=$HOME_DIR/server/target/quorate-server.jar
CLIENT_JAR=$HOME_DIR/client-lib/target/quorate-client.jar
WORKER_MAIN=io.quorate.client.election.WorkerMain
JVM_FLAGS="-Xms32m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java

declare -A PID_OF CLIENT_PORT_OF
FOLDER=
VERBOSE=
[ "${1:-}" != -v ] || VERBOSE=yes

say() { printf '%-10s %s\n' "$1" "$2"; }

fail() {
    echo "quickstart: $1" >&2
    VERBOSE=yes
    exit 1
}

clean_up() {
    local code=$? name
    trap - EXIT INT TERM
    for name in "${!PID_OF[@]}"; do
        kill -9 "${PID_OF[$name]}" 2>/dev/null || true
    done
    wait 2>/dev/null || true
    if [ -n "$FOLDER" ]; then
        if [ -n "$VERBOSE" ]; then
            tail -n 20 "$FOLDER"/*.log >&2 || true
        fi
        rm -rf "$FOLDER"
    fi
    exit "$code"
}

now_ms() {
    local us=${EPOCHREALTIME//[^0-9]/}
    echo $((us / 1000))
}

# ---- Building

is_built() {
    [ -f "$SERVER_JAR" ] && [ -f "$CLIENT_JAR" ] || return 1
    [ -z "$(find "$HOME_DIR"/*/src/main -newer "$SERVER_JAR" -newer "$CLIENT_JAR" -type f -print -quit)" ]
}

build() {
    if ! is_built; then
        say build "mvn package, without tests"
        (cd "$HOME_DIR" && mvn -q -B -DskipTests package -pl server,client-lib -am) || fail "the build failed"
        touch "$SERVER_JAR" # Maven does not write a jar again whose own module has not changed
    fi
}

# ---- Waiting

# await SECONDS WHAT FUNCTION [ARGUMENT…]: until the function succeeds, leaving its findings in variables.
await() {
    local seconds=$1 what=$2 deadline
    shift 2
    deadline=$(($(now_ms) + seconds * 1000))
    until "$@"; do
        [ "$(now_ms)" -lt "$deadline" ] || fail "waited $seconds s in vain for $what"
        assert_alive
        sleep 0.02
    done
}

assert_alive() {
    local name
    for name in "${!PID_OF[@]}"; do
        kill -0 "${PID_OF[$name]}" 2>/dev/null || fail "$name ended by itself"
    done
}

# ---- Servers

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Leaves a port in PORT. Below the range that outgoing connections take theirs from.
find_port() {
    while true; do
        PORT=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        case " ${TAKEN:-} " in *" $PORT "*) continue ;; esac
        TAKEN="${TAKEN:-} $PORT"
        ! is_free "$PORT" || return 0
    done
}

configure_servers() {
    local id quorum election lines=
    for id in $SERVERS; do
        find_port && quorum=$PORT
        find_port && election=$PORT
        find_port && CLIENT_PORT_OF[$id]=$PORT
        lines+="server.$id=127.0.0.1:$quorum:$election"$'\n'
    done
    for id in $SERVERS; do
        mkdir -p "$FOLDER/server-$id/data"
        echo "$id" >"$FOLDER/server-$id/data/myid"
        cat >"$FOLDER/server-$id/zoo.cfg" <<END
tickTime=$TICK_MS
initLimit=20
syncLimit=8
dataDir=$FOLDER/server-$id/data
clientPort=${CLIENT_PORT_OF[$id]}
clientPortAddress=127.0.0.1
$lines
END
    done
}

start_server() {
    JVMFLAGS=$JVM_FLAGS "$HOME_DIR/scripts/zkServer.sh" start-foreground "$FOLDER/server-$1/zoo.cfg" \
        >>"$FOLDER/server-$1.log" 2>&1 </dev/null &
    PID_OF["server $1"]=$!
}

mode_of() {
    timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" && printf srvr >&3 && cat <&3' "${CLIENT_PORT_OF[$1]}" 2>/dev/null |
        sed -n 's/^Mode: //p' || true
}

# Leaves the leader's id in LEADER and everybody's mode in MODES; fails unless every living server serves and one leads.
find_leader() {
    local id mode
    LEADER= MODES=
    for id in $SERVERS; do
        [ -n "${PID_OF[server $id]:-}" ] || continue
        mode=$(mode_of "$id")
        [ -n "$mode" ] || return 1
        if [ "$mode" = leader ]; then
            [ -z "$LEADER" ] || return 1
            LEADER=$id
        fi
        MODES+="${MODES:+, }server $id: $mode"
    done
    [ -n "$LEADER" ]
}

find_other_leader() {
    local id
    for id in $SERVERS; do
        if [ "$id" != "$1" ] && [ "$(mode_of "$id")" = leader ]; then
            LEADER=$id
            return 0
        fi
    done
    return 1
}

# ---- Workers

start_worker() {
    local id addresses=
    for id in $SERVERS; do
        addresses+="${addresses:+,}127.0.0.1:${CLIENT_PORT_OF[$id]}"
    done
    # The flags are meant to be split into words.
    # shellcheck disable=SC2086
    "$JAVA" $JVM_FLAGS -cp "$CLIENT_JAR" "$WORKER_MAIN" --servers "$addresses" --id "worker-$1" \
        --session-timeout-ms "$SESSION_TIMEOUT_MS" >"$FOLDER/worker-$1.log" 2>&1 </dev/null &
    PID_OF["worker $1"]=$!
}

# Leaves the master's number in MASTER and the time it was elected at in ELECTED_MS; fails unless exactly one living worker says
# that it is master.
find_master() {
    local id last
    MASTER= ELECTED_MS=
    for id in $WORKERS; do
        [ -n "${PID_OF[worker $id]:-}" ] || continue
        last=$(grep -E "^[0-9]+ worker-$id (elected|revoked) " "$FOLDER/worker-$id.log" | tail -n 1) || true
        case $last in
            *' elected '*)
                [ -z "$MASTER" ] || return 1
                MASTER=$id
                ELECTED_MS=${last%% *}
                ;;
        esac
    done
    [ -n "$MASTER" ]
}

# Fails unless every living worker has been told last that these are there.
all_see_workers() {
    local id
    for id in $WORKERS; do
        [ -n "${PID_OF[worker $id]:-}" ] || continue
        [ "$(sed -n "s/^[0-9]* worker-$id servers //p" "$FOLDER/worker-$id.log" | tail -n 1)" = "$1" ] || return 1
    done
}

kill_9() {
    KILLED_MS=$(now_ms)
    kill -9 "${PID_OF[$1]}"
    wait "${PID_OF[$1]}" 2>/dev/null || true
    unset "PID_OF[$1]"
}

# ---- The main job

[ -n "${EPOCHREALTIME:-}" ] || {
    echo "quickstart: bash 5 or later is needed, this is $BASH_VERSION" >&2
    exit 1
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
build
FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/quorate-quickstart.XXXXXX")

configure_servers
for id in $SERVERS; do start_server "$id"; done
await "$START_TIMEOUT_S" "three servers that elect a leader" find_leader
say servers "$MODES"

for id in $WORKERS; do start_worker "$id"; done
await "$START_TIMEOUT_S" "three workers that know each other" all_see_workers worker-1,worker-2,worker-3
await "$START_TIMEOUT_S" "three workers that elect a master" find_master
say workers "worker-$MASTER is master of worker-1, worker-2 and worker-3"

killed=$MASTER
say 'kill -9' "worker-$killed, the master"
kill_9 "worker $killed"
await "$SUCCESSION_TIMEOUT_S" "another master" find_master
[ "$MASTER" != "$killed" ] && [ "$ELECTED_MS" -ge "$KILLED_MS" ] || fail "worker-$MASTER was master too early"
say '' "worker-$MASTER is master after $((ELECTED_MS - KILLED_MS)) ms (its session timeout is $SESSION_TIMEOUT_MS ms)"
left=$(for id in $WORKERS; do [ "$id" = "$killed" ] || echo "worker-$id"; done | paste -sd,)
await "$SUCCESSION_TIMEOUT_S" "the list of workers to follow" all_see_workers "$left"
say '' "the workers that are left: ${left/,/ and }"

killed=$LEADER
say 'kill -9' "server $killed, the leader"
kill_9 "server $killed"
await "$SUCCESSION_TIMEOUT_S" "another leader" find_other_leader "$killed"
say '' "server $LEADER leads and serves after $(($(now_ms) - KILLED_MS)) ms"
await "$SUCCESSION_TIMEOUT_S" "one master" find_master
await "$SUCCESSION_TIMEOUT_S" "the servers that are left" find_leader
say '' "$MODES; worker-$MASTER is master"
say done "everything is stopped and removed"
