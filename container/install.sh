#!/bin/sh
# Installs what the image runs: install.sh PROJECT HOME. Run it in a checkout, outside of a container too.
#
# Each part has an environment of its own, as Meltano gives it, from packages that are pinned with hashes. PARTS leaves some out.
set -eu

project=$(realpath "$1")
home=$2
parts=${PARTS:-run dbt pages notify scheduler}

mkdir -p "$home"
python3 -m venv "$home/build"
"$home/build/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$project/requirements-setup.lock"

for part in $parts; do
  case $part in
    run) lock=image ;;
    dbt) lock=transform ;;
    *) lock=$part ;;
  esac
  python3 -m venv --without-pip "$home/$part"
  "$home/build/bin/uv" pip install --quiet --python "$home/$part/bin/python" --require-hashes --compile-bytecode \
    -r "$project/requirements-$lock.lock"
done

# The tap itself brings nothing more.
"$home/build/bin/pip" wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$home/build" "$project"
"$home/build/bin/uv" pip install --quiet --python "$home/run/bin/python" --no-deps "$home"/build/*.whl
rm -rf "$home/build"
