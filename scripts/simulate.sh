#!/bin/sh
# Runs simulated ensembles of whole servers from seeds: simulate.sh --help
# JAVA_HOME says which java; JVMFLAGS are given to it.

self=$0
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done
home=$(cd "$(dirname "$self")/.." && pwd -P) || exit 2

jar=$home/simulation/target/quorate-simulation.jar
if [ ! -f "$jar" ] || [ ! -d "$home/simulation/target/lib" ]; then
  echo "simulate.sh: $jar is not built yet: run 'mvn -DskipTests package' in $home first." >&2
  exit 2
fi
# shellcheck disable=SC2086
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -ea -XX:+UseSerialGC $JVMFLAGS -jar "$jar" "$@"
