# For scripts that build samples and start them: sourced, with $root, the repository, and $name, the script's, set.
# shellcheck shell=bash

readonly required=22
started=$(date +%s)
readonly started

fail() {
  echo "$name: $1" >&2
  exit "${2:-1}"
}

step() {
  printf '[%5.1f s] %s\n' "$(($(date +%s) - started))" "$1"
}

# Prints the feature version of the Java at $1, e.g. 25, or nothing.
java_version() {
  local home
  home=$(dirname "$(dirname "$(readlink -f "$1")")")
  if [ -r "$home/release" ]; then
    sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$home/release"
  else
    "$1" -version 2>&1 | sed -n '1s/.*version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p'
  fi
}

find_java() {
  local candidate version
  for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)" /usr/lib/jvm/*/bin/java \
      /usr/java/*/bin/java /opt/*/bin/java "$HOME"/.sdkman/candidates/java/*/bin/java "$HOME"/.jdks/*/bin/java; do
    if [ -x "$candidate" ]; then
      version=$(java_version "$candidate")
      if [ "${version:-0}" -ge "$required" ]; then
        echo "$candidate"
        return
      fi
    fi
  done
  fail "no Java $required or later in JAVA_HOME, on the PATH, or in /usr/lib/jvm, /usr/java, /opt, ~/.sdkman, ~/.jdks"
}

find_maven() {
  if [ -x "$root/mvnw" ]; then
    echo "$root/mvnw"
  else
    command -v mvn || fail "neither $root/mvnw nor mvn is there"
  fi
}

# Builds the modules $2, and what they need, with the log in $1.
build() {
  local maven log=$1 modules=$2
  maven=$(find_maven)
  mkdir -p "$(dirname "$log")"
  step "building ($(basename "$maven") package; the first time it downloads dependencies)"
  # In the background, as bash handles signals only between foreground commands.
  (cd "$root" && exec "$maven" -B -ntp -Dmaven.test.skip=true -am -pl "$modules" package) >"$log" 2>&1 </dev/null &
  build_pid=$!
  trap 'kill "$build_pid" 2>/dev/null || true' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  local shown=0 module
  while kill -0 "$build_pid" 2>/dev/null; do
    sleep 0.5
    while read -r module; do
      step "  $module"
      shown=$((shown + 1))
    done < <(sed -n 's/^\[INFO\] Building \(smc4j.*\) [^ ]* *\(\[.*\]\)$/\2 \1/p' "$log" | tail -n "+$((shown + 1))")
  done
  if ! wait "$build_pid"; then
    grep -m 20 '^\[ERROR\]' "$log" >&2 || tail -n 20 "$log" >&2
    fail "the build failed, see $log"
  fi
  trap - EXIT INT TERM
}
