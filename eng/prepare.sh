# Sourced by ./demo, ./test, ./retl and tests/clients/run: makes sure that what they need is there, or says what to do.

prepare_dotnet() {
  if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
    echo "The .NET 10 SDK is needed and was not found. Install it (https://dot.net/download), then run this again." >&2
    exit 1
  fi
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

# What apt-get needs to install something: become_root NAME PACKAGE…; sets $sudo.
become_root() {
  sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "$1 is needed: run 'apt-get install ${*:2}' as root, then this again." >&2; exit 1; }
    sudo="sudo"
  fi
  echo "Installing $1 (apt-get) ..." >&2
}

install_packages() {
  { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "$@"; } >/dev/null
}

find_postgres() {
  command -v initdb >/dev/null 2>&1 && return 0
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

prepare_postgres() {
  find_postgres && return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "PostgreSQL 15 or later is needed and was not found, and this is not Debian or Ubuntu." >&2
    echo "Install it so that 'initdb' is on the PATH (macOS: brew install postgresql), or set ConnectionStrings__State." >&2
    exit 1
  fi
  become_root PostgreSQL postgresql
  # The package would start a cluster of its own; ours is private and lives in .retl/.
  $sudo mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
  install_packages postgresql || { echo "apt-get could not install PostgreSQL; install it by hand and run this again." >&2; exit 1; }
  find_postgres || { echo "PostgreSQL was installed, but initdb was not found under /usr/lib/postgresql." >&2; exit 1; }
}

find_node() {
  command -v npm >/dev/null 2>&1 && node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' 2>/dev/null
}

prepare_node() {
  find_node && return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "Node.js 18 or later with npm is needed and was not found, and this is not Debian or Ubuntu." >&2
    echo "Install it (https://nodejs.org, macOS: brew install node), then run this again." >&2
    exit 1
  fi
  become_root Node.js nodejs npm
  install_packages nodejs npm || { echo "apt-get could not install Node.js; install 18 or later by hand and run this again." >&2; exit 1; }
  find_node || { echo "Node.js was installed, but it is older than 18 or has no npm; install a newer one and run this again." >&2; exit 1; }
}

build_retl() {
  local log
  log=$(mktemp)
  if ! dotnet build src/ReverseEtl.Daemon -c Release --nologo -v q >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
}

retl_program() { echo "artifacts/bin/ReverseEtl.Daemon/release/retl.dll"; }
