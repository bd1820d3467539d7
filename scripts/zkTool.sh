#!/bin/sh
# Looks at the files of a server, backs them up and restores them: zkTool.sh COMMAND; zkTool.sh --help says which there are.
# JAVA_HOME says which java; TOOL_JVMFLAGS and JVMFLAGS are given to it. A tree is loaded into the heap: give big ones an -Xmx.

# Where this file really is, whatever link it was called through.
self=$0
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done
home=$(cd "$(dirname "$self")/.." && pwd -P) || exit 3

jar=$home/server/target/quorate-server.jar
if [ ! -f "$jar" ] || [ ! -d "$home/server/target/lib" ]; then
  echo "zkTool.sh: $jar is not built yet: run 'mvn -DskipTests package' in $home first." >&2
  exit 3
fi

if [ -n "$JAVA_HOME" ]; then
  java=$JAVA_HOME/bin/java
  if [ ! -x "$java" ]; then
    echo "zkTool.sh: JAVA_HOME is $JAVA_HOME, but there is no bin/java in it: set it to a Java 17 or later." >&2
    exit 3
  fi
else
  java=java
  if ! command -v java >/dev/null 2>&1; then
    echo "zkTool.sh: there is no java in PATH: install Java 17 or later, or set JAVA_HOME." >&2
    exit 3
  fi
fi

# Progress is for whoever looks on.
terminal=false
[ -t 2 ] && terminal=true

# shellcheck disable=SC2086
exec "$java" -XX:+UseSerialGC $TOOL_JVMFLAGS $JVMFLAGS -Dquorate.tool.terminal=$terminal \
  -cp "$jar" io.quorate.server.tools.ZkTool "$@"
