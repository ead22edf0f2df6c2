# To be sourced. private_apt WORK [apt options]: sets up apt state of its own in WORK, from the system's
# sources, so that packages can be fetched without root and without changing what the system knows. Then
# `fetch_apt ARGUMENTS` is apt-get on that state.
private_apt() {
  command -v apt-get >/dev/null || return 1
  apt_state=$1
  shift
  apt_options="$*"
  mkdir -p "$apt_state/parts" "$apt_state/lists/partial" "$apt_state/archives/partial"
  [ -f /etc/apt/sources.list ] && sed -n 's/^deb \(.*\)/deb \1\ndeb-src \1/p' /etc/apt/sources.list >"$apt_state/parts/a.list"
  [ -f /etc/apt/sources.list.d/debian.sources ] &&
    sed 's/^Types:.*/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources >"$apt_state/parts/b.sources"
  fetch_apt update
}

fetch_apt() {
  # shellcheck disable=SC2086
  apt-get -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$apt_state/parts" -o "Dir::State::lists=$apt_state/lists" \
    -o "Dir::Cache=$apt_state" -o "APT::Sandbox::User=$(id -un)" -o Acquire::Retries=3 $apt_options "$@"
}
