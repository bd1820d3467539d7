#!/bin/sh
# Reads and changes nodes: zkCli.sh [-server host:port[,host:port...][/chroot]] [-timeout ms] [command ...]
# JAVA_HOME says which java; CLIENT_JVMFLAGS and JVMFLAGS are given to it.

# Where this file really is, whatever link it was called through.
self=$0
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done
home=$(cd "$(dirname "$self")/.." && pwd -P) || exit 1

jar=$home/client-lib/target/quorate-client.jar
if [ ! -f "$jar" ] || [ ! -d "$home/client-lib/target/lib" ]; then
  echo "zkCli.sh: $jar is not built yet: run 'mvn -DskipTests package' in $home first." >&2
  exit 1
fi

if [ -n "$JAVA_HOME" ]; then
  java=$JAVA_HOME/bin/java
  if [ ! -x "$java" ]; then
    echo "zkCli.sh: JAVA_HOME is $JAVA_HOME, but there is no bin/java in it: set it to a Java 17 or later." >&2
    exit 1
  fi
else
  java=java
  if ! command -v java >/dev/null 2>&1; then
    echo "zkCli.sh: there is no java in PATH: install Java 17 or later, or set JAVA_HOME." >&2
    exit 1
  fi
fi

# A shell is short-lived: the quick compiler alone starts it sooner. The flags of the user come last and win.
# shellcheck disable=SC2086
exec "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m $CLIENT_JVMFLAGS $JVMFLAGS -jar "$jar" "$@"
