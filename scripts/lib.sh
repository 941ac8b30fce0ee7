# shellcheck shell=bash
# What the scripts share: installing Debian packages that are missing, and configuring a build folder.
# It is sourced, not run:  source "$(dirname "$0")/lib.sh"

# The scripts may be called from anywhere, and work in the root of the repository.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Debian 12's packages, by what needs them.
# The Boost headers (Graph, Math, odeint) are all in libboost-dev.  libgraphviz-dev brings libgvc and its plugins for
# SVG, PNG and PDF, and by way of Pango the fonts that text in a PNG needs; the program `dot` is not needed.
packages_build=(g++ meson ninja-build pkg-config ccache libfmt-dev libboost-dev libgraphviz-dev
  libxsimd-dev libxbyak-dev libeigen3-dev libtbb-dev zlib1g-dev libpng-dev libcli11-dev nlohmann-json3-dev)
packages_test=("${packages_build[@]}" abigail-tools doctest-dev gnuplot-nox python3-numpy dataset-fashion-mnist python3-dev
  pybind11-dev python3-pytest)
# shellcheck disable=SC2034 # .ci/run uses it.
packages_ci=("${packages_test[@]}" clang libclang-rt-14-dev clang-format-16 cmake git shellcheck valgrind libonnx-testdata)

say() { printf '%s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Runs a command without its output, unless it fails: then the end of what it said is shown.
quietly() {
  local log code=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || code=$?
  if ((code != 0)); then tail -n 20 "$log" >&2; fi
  rm -f "$log"
  return "$code"
}

# Prints those of the given packages that are not installed, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || say "$package"
  done
}

# Whether this run of the script has installed anything.
installed=no

# Installs those of the given packages that are missing, and says so; says nothing when all are there.
install_missing() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this script installs what it needs with Debian's apt-get, which is not here.  Install what Debian calls
$*
and build by hand:  meson setup build && ninja -C build && meson test -C build"
  fi

  local missing=()
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then return; fi

  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "these packages are missing, and only root can install them: ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} Debian packages that are missing (this takes a minute or two): ${missing[*]}"

  # A fresh machine may still be busy with its own updates, so wait for the lock rather than fail.
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  # One source of packages that does not answer must not stop an install that does not need it.
  quietly "${apt[@]}" update || say "apt-get update failed; going on with the lists of packages that are here"
  quietly "${apt[@]}" install --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install them; what it said is above. Is the network there, and is this Debian 12 or newer?"
  installed=yes
}

# A compiler as Meson should call it.  It finds ccache by itself only where it may choose the compiler, too.
remembering() {
  if command -v ccache >/dev/null; then say "ccache $1"; else say "$1"; fi
}

# Configures a build folder; one that is there already keeps the options its owner gave it, except for those given.
configure() {
  local folder=$1 compiler
  shift
  compiler=$(remembering "${CXX:-g++}")
  if [[ ! -f $folder/build.ninja ]]; then
    say "Configuring $folder with ${CXX:-g++}"
    CXX=$compiler quietly meson setup "$folder" "$@" || fail "meson could not configure $folder"
    return
  fi
  if (($# > 0)); then
    quietly meson configure "$folder" "$@" || fail "meson could not set $* in $folder"
  fi
  # Meson remembers which headers were not there and does not look again; ccache remembers what was compiled.
  if [[ $installed == yes ]]; then
    CXX=$compiler quietly meson setup --wipe "$folder" || fail "meson could not configure $folder"
  fi
}

# Builds the given targets of a folder, or everything.
build() {
  local folder=$1
  shift
  # Meson says a page whenever it runs again because of a change to its files; that is worth reading only if it fails.
  quietly ninja -C "$folder" build.ninja ||
    fail "meson could not configure $folder again (if something was installed since, remove that folder)"
  ninja -C "$folder" -j "$(nproc)" "$@" </dev/null || fail "the build in $folder failed"
}
