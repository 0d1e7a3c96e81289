#!/bin/sh
# Runs a command with Meltano's plugins in place: start.sh meltano run tap-entra target-postgres dbt:build
#
# All that is written goes below ENTRA_STATE, which outlives the container, and below /tmp.
set -eu
umask 077

home=${ENTRA_HOME:-/opt/entra}
state=${ENTRA_STATE:-/var/lib/entra}
export HOME="$state"
export PATH="$home/run/bin:$PATH"
export MELTANO_SYS_DIR_ROOT="${MELTANO_SYS_DIR_ROOT:-$state/meltano}"
export MELTANO_DATABASE_URI="${MELTANO_DATABASE_URI:-sqlite:///$state/meltano.db}"
export TAP_ENTRA_TOKEN_CACHE_PATH="${TAP_ENTRA_TOKEN_CACHE_PATH:-$state/token-cache.json}"
export DBT_TARGET_PATH="${DBT_TARGET_PATH:-/tmp/dbt}" DBT_LOG_PATH="${DBT_LOG_PATH:-/tmp/dbt}"
export MELTANO_SEND_ANONYMOUS_USAGE_STATS=false DBT_SEND_ANONYMOUS_USAGE_STATS=false

# Meltano looks for each plugin's environment below its own folder.
for place in extractors/tap-entra:run loaders/target-postgres:run utilities/dbt:dbt utilities/pages:pages utilities/notify:notify; do
  mkdir -p "$MELTANO_SYS_DIR_ROOT/${place%:*}"
  ln -sfn "$home/${place#*:}" "$MELTANO_SYS_DIR_ROOT/${place%:*}/venv"
done

# They are installed already, from locks. Meltano would put newer packages in their place: 4.4 does not heed its setting
# auto_install, but the option.
case "${1:-} ${2:-}" in
  "meltano run" | "meltano invoke")
    command=$2
    shift 2
    set -- meltano "$command" --no-install "$@"
    ;;
esac
exec "$@"
