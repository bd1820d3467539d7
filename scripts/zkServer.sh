#!/usr/bin/env bash
# Starts, stops and asks one Quorate server, as ZooKeeper's script of this name does.
#
#   zkServer.sh start|start-foreground|stop|restart|status [zoo.cfg]
#
# Without an argument the configuration is conf/zoo.cfg beside the scripts. start-foreground becomes the server: the process id
# stays, and nothing is printed that the server does not print itself.
#
#   JAVA_HOME          whose java runs the server; else the one in PATH
#   SERVER_JVMFLAGS    flags of the server's JVM; JVMFLAGS those of every JVM
#   ZK_SERVER_HEAP     the most heap in MiB unless the flags say otherwise (1000)
#   ZOO_LOG_DIR        where a server in the background writes quorate_server.out (its dataDir)
#   ZOOPIDFILE         where its process id stands (dataDir/quorate_server.pid)
set -u

START_TIMEOUT_S=30
STOP_TIMEOUT_S=30
ANSWERS_WITHOUT_QUORUM=10

usage() {
    echo "Usage: $0 {start|start-foreground|stop|restart|status} [zoo.cfg]" >&2
    exit 2
}

fail() {
    echo "$1" >&2
    exit 1
}

home() {
    local script=${BASH_SOURCE[0]} link
    while [ -h "$script" ]; do
        link=$(readlink "$script")
        case $link in
            /*) script=$link ;;
            *) script=$(dirname "$script")/$link ;;
        esac
    done
    (cd -P "$(dirname "$script")/.." && pwd)
}

# The last value of a key in a file of Java properties, empty if there is none.
property() {
    sed -n -E "s/^[[:space:]]*$2[[:space:]]*[=:][[:space:]]*(.*[^[:space:]])[[:space:]]*$/\1/p" "$1" | tail -n 1
}

absolute() {
    case $1 in
        /*) echo "$1" ;;
        *) echo "$PWD/$1" ;;
    esac
}

find_config() {
    local name=${1:-$HOME_DIR/conf/zoo.cfg}
    if [ ! -f "$name" ] && [ -f "$HOME_DIR/conf/$name" ]; then
        name=$HOME_DIR/conf/$name
    fi
    absolute "$name"
}

find_java() {
    if [ -n "${JAVA_HOME:-}" ]; then
        echo "$JAVA_HOME/bin/java"
    else
        command -v java || fail "there is no java: set JAVA_HOME, or put java 17 or later into PATH"
    fi
}

# Sets the command that is the server.
find_command() {
    local jar=$HOME_DIR/server/target/quorate-server.jar
    [ -f "$jar" ] || fail "$jar is missing: build it with 'mvn -q -DskipTests package' in $HOME_DIR"
    local java
    java=$(find_java) || exit 1
    # Flags are meant to be split into words.
    # shellcheck disable=SC2206
    COMMAND=("$java" "-Xmx${ZK_SERVER_HEAP:-1000}m" ${JVMFLAGS:-} ${SERVER_JVMFLAGS:-} -jar "$jar" "$CONFIG")
}

# What only scripts that manage a process in the background need to know of the configuration.
read_config() {
    [ -f "$CONFIG" ] || fail "$CONFIG: there is no such file"
    DATA_DIR=$(property "$CONFIG" dataDir)
    [ -n "$DATA_DIR" ] || fail "$CONFIG: there is no dataDir"
    PID_FILE=${ZOOPIDFILE:-$DATA_DIR/quorate_server.pid}
    OUT_FILE=${ZOO_LOG_DIR:-$DATA_DIR}/quorate_server.out
}

# Sets the address that clients reach the server at: its own keys, or the part after the semicolon of its server line.
find_client_address() {
    CLIENT_PORT=$(property "$CONFIG" clientPort)
    CLIENT_HOST=$(property "$CONFIG" clientPortAddress)
    if [ -z "$CLIENT_PORT" ]; then
        local servers myid line
        servers=$(property "$CONFIG" dynamicConfigFile)
        myid=$(head -n 1 "$DATA_DIR/myid" 2>/dev/null | tr -d '[:space:]')
        line=$(property "${servers:-$CONFIG}" "server\.${myid:-0}")
        case $line in
            *\;*)
                line=${line##*;}
                CLIENT_PORT=${line##*:}
                [ "$line" = "$CLIENT_PORT" ] || CLIENT_HOST=${line%:*}
                ;;
            *) fail "$CONFIG: there is no clientPort" ;;
        esac
    fi
    case ${CLIENT_HOST:-} in
        '' | 0.0.0.0 | '[::]' | ::) CLIENT_HOST=localhost ;;
    esac
}

# The server's answer to srvr; fails if nobody answers within 5 seconds.
srvr() {
    timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1" && printf srvr >&3 && cat <&3' "$CLIENT_HOST" "$CLIENT_PORT" 2>/dev/null
}

# The id of the server's process; fails if it does not run, or the id is somebody else's by now.
running_pid() {
    local pid
    pid=$(cat "$PID_FILE" 2>/dev/null) && [ -n "$pid" ] || return 1
    case $(ps -p "$pid" -o args= 2>/dev/null) in
        *quorate-server.jar*) echo "$pid" ;;
        *) return 1 ;;
    esac
}

start() {
    local pid
    if pid=$(running_pid); then
        fail "already running as process $pid."
    fi
    find_command
    mkdir -p "$(dirname "$PID_FILE")" "$(dirname "$OUT_FILE")" || fail "FAILED TO START: $PID_FILE cannot be written"
    printf 'Starting quorate ... '
    nohup "${COMMAND[@]}" >"$OUT_FILE" 2>&1 </dev/null &
    pid=$!
    echo "$pid" >"$PID_FILE" || fail "FAILED TO WRITE PID"
    if await_answer "$pid"; then
        echo STARTED
    else
        echo "FAILED TO START"
        rm -f "$PID_FILE"
        tail -n 20 "$OUT_FILE" >&2
        exit 1
    fi
}

# Until the server serves; one that answers but finds no quorum, or lives and is only slow, counts as started.
await_answer() {
    local i answer answers=0
    for ((i = 0; i < START_TIMEOUT_S * 5; i++)); do
        kill -0 "$1" 2>/dev/null || return 1
        answer=$(srvr)
        case $answer in
            *Mode:*) return 0 ;;
            '') ;;
            *) [ $((answers += 1)) -lt "$ANSWERS_WITHOUT_QUORUM" ] || return 0 ;;
        esac
        sleep 0.2
    done
    kill -0 "$1" 2>/dev/null
}

stop() {
    local pid i
    printf 'Stopping quorate ... '
    if ! pid=$(running_pid); then
        echo "no quorate to stop (no process of $PID_FILE)"
        rm -f "$PID_FILE"
        return
    fi
    kill "$pid" 2>/dev/null
    for ((i = 0; i < STOP_TIMEOUT_S * 10; i++)); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    if kill -9 "$pid" 2>/dev/null; then
        echo "KILLED, since it did not end within $STOP_TIMEOUT_S s"
    else
        echo STOPPED
    fi
    rm -f "$PID_FILE"
}

status() {
    local answer mode
    echo "Client port found: $CLIENT_PORT. Client address: $CLIENT_HOST."
    answer=$(srvr)
    mode=$(sed -n 's/^Mode: /Mode: /p' <<<"$answer")
    if [ -n "$mode" ]; then
        echo "$mode"
    elif [ -n "$answer" ]; then
        echo "$answer"
        exit 1
    else
        echo "Error contacting service. It is probably not running."
        exit 1
    fi
}

[ $# -ge 1 ] && [ $# -le 2 ] || usage
HOME_DIR=$(home)
CONFIG=$(find_config "${2:-}")

case $1 in
    start-foreground)
        find_command
        exec "${COMMAND[@]}"
        ;;
    start | stop | restart | status)
        read_config
        find_client_address
        echo "Using config: $CONFIG"
        ;;
    *) usage ;;
esac

case $1 in
    start) start ;;
    stop) stop ;;
    restart)
        stop
        start
        ;;
    status) status ;;
esac
