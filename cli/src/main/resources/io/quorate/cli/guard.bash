# Runs a command for no longer than it may, whatever becomes of whoever asked for it. Read by bash, with these arguments:
#   TERM_AT KILL_AT GRACE OVER COMMAND...      times on the clock of /proc/uptime, and a duration, in hundredths of a second; an exit code
# Each line "until TERM_AT KILL_AT" on standard input moves the times. At TERM_AT the command and all in its process group get SIGTERM, at KILL_AT
# SIGKILL; after SIGTERM the times only come nearer. The end of the input is a SIGTERM now, and SIGKILL after GRACE at most.
# Ends as the command did, or with OVER if its time was over.
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
# A process group of its own, so that what it begins can be ended with it.
set -m
"${dies_with_guard[@]}" "$@" < /dev/null &
child=$!
set +m

asked=0 over=0 ended=0 line=
move_times() {
    if [[ $1 =~ ^until\ ([0-9]+)\ ([0-9]+)$ ]]; then
        ((asked)) || term_at=${BASH_REMATCH[1]}
        ((asked && BASH_REMATCH[2] > kill_at)) || kill_at=${BASH_REMATCH[2]}
    fi
}

while kill -0 "$child" 2> /dev/null; do
    if ((ended)); then
        sleep 0.05 < /dev/null
    else
        IFS= read -r -t 0.05 part
        status=$?
        # A reading that takes too long may have got a part of a line: the rest comes with the next.
        line+=$part
        if ((status == 0)); then
            move_times "$line"
            line=
        elif ((status <= 128)); then
            ended=1
        fi
    fi
    look_at_clock
    if ((!asked && (ended || now >= term_at))); then
        asked=1
        ((now >= term_at)) && over=1
        ((ended && now + grace < kill_at)) && kill_at=$((now + grace))
        kill -TERM -- "-$child" 2> /dev/null
    fi
    if ((now >= kill_at)); then
        over=1
        kill -KILL -- "-$child" 2> /dev/null
    fi
done
wait "$child" 2> /dev/null
code=$?
# What the command has left behind in its group has no leave to outlive it.
kill -KILL -- "-$child" 2> /dev/null
((over)) && exit "$over_code"
exit "$code"
