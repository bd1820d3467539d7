# Runs a command for no longer than it may, whatever becomes of whoever asked for it. Read by bash as the leader of a session of its own (setsid), with:
#   TERM_AT KILL_AT GRACE OVER COMMAND...      times on the clock of /proc/uptime, and a duration, in hundredths of a second; an exit code
# Each line "until TERM_AT KILL_AT" on standard input moves the times. At TERM_AT the command and all others of the session get SIGTERM, at KILL_AT
# SIGKILL; after SIGTERM the times only come nearer. The end of the input is a SIGTERM now, and SIGKILL after GRACE at most.
# Ends as the command did, or with OVER if its time was over; in either case not before all others of the session have ended.
unset QUORATE_GUARD
term_at=$1 kill_at=$2 grace=$3 over_code=$4
shift 4

now=0
look_at_clock() {
    local uptime
    IFS=' ' read -r uptime _ < /proc/uptime
    now=$((10#${uptime/./}))
}

# It must not outlive this guard either: where the kernel can be asked to see to that, it is.
dies_with_guard=()
if setpriv --pdeathsig KILL true 2> /dev/null; then
    dies_with_guard=(setpriv --pdeathsig KILL --)
fi

# Whether the command ends is for the time to say, or for the end of the input.
trap : INT HUP TERM QUIT

look_at_clock
((now >= term_at)) && exit "$over_code"
# A process group of its own, so that it gets no signal that is meant for the guard.
set -m
"${dies_with_guard[@]}" "$@" < /dev/null &
child=$!
set +m
# What bash says of a command that was killed is of no use to anybody.
exec 2> /dev/null

# In /proc/PID/stat, behind the name in parentheses: state, parent, group, session.
fields=()
read_stat() {
    local line
    IFS= read -r line < "$1" || return 1
    read -r -a fields <<< "${line##*) }"
    [[ ${fields[0]} != Z && ${fields[0]} != X ]]
}

# All of the session: what the command has begun may have groups of its own, as under a shell with job control, or timeout.
others=()
look_for_others() {
    local stat pid
    others=()
    for stat in /proc/[0-9]*/stat; do
        pid=${stat//[!0-9]/}
        if [[ $pid != "$$" ]] && read_stat "$stat" && [[ ${fields[3]} == "$$" ]]; then
            others+=("$pid")
        fi
    done
}

signal_all() {
    look_for_others
    ((${#others[@]})) && kill "-$1" "${others[@]}"
}

# A pipe on which nothing ever comes: reading from it passes time without a process for that.
exec {nothing}<> <(:)

asked=0 over=0 ended=0 line=
move_times() {
    if [[ $1 =~ ^until\ ([0-9]+)\ ([0-9]+)$ ]]; then
        ((asked)) || term_at=${BASH_REMATCH[1]}
        ((asked && BASH_REMATCH[2] > kill_at)) || kill_at=${BASH_REMATCH[2]}
    fi
}

ask_if_due() {
    look_at_clock
    if ((!asked && (ended || now >= term_at))); then
        asked=1
        ((now >= term_at)) && over=1
        ((ended && now + grace < kill_at)) && kill_at=$((now + grace))
        signal_all TERM
    fi
}

# Whether the command is there is asked of /proc: kill would be refused where it has become somebody else's, as under sudo.
while read_stat "/proc/$child/stat"; do
    if ((ended)); then
        read -r -t 0.05 -u "$nothing"
    else
        IFS= read -r -t 0.05 part
        status=$?
        # A reading that takes too long may have got a part of a line: the rest comes with the next.
        line+=$part
        # Where the machine stood still, the time is over before it can be moved.
        ask_if_due
        if ((status == 0)); then
            move_times "$line"
            line=
        elif ((status <= 128)); then
            ended=1
        fi
    fi
    ask_if_due
    if ((now >= kill_at)); then
        over=1
        signal_all KILL
    fi
done
wait "$child"
code=$?
# What the command has left behind has no leave to outlive it.
signal_all KILL
while ((${#others[@]})); do
    read -r -t 0.02 -u "$nothing"
    signal_all KILL
done
((over)) && exit "$over_code"
exit "$code"
