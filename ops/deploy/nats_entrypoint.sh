#!/bin/sh
# Starts one node of nats-cluster.conf with passwords from files, as container platforms mount secrets.
#   WAYBILL_NATS_PEERS    "nats-1:6222 nats-2:6222 nats-3:6222": where the nodes' routes are, this one's too
#   WAYBILL_NATS_SECRETS  the folder with nats_<user>_password; /run/secrets
# Its arguments are passed on to the server.
set -eu
secrets=${WAYBILL_NATS_SECRETS:-/run/secrets}
for user in edge host projector deliver operator sys routes; do
  password=$(cat "$secrets/nats_${user}_password")
  # It becomes part of URLs and of the server's own language, where other letters mean something.
  case $password in
    *[!A-Za-z0-9_-]* | "")
      echo "Cannot use $secrets/nats_${user}_password: it must hold letters, digits, - and _ only" >&2
      exit 1
      ;;
  esac
  export "WAYBILL_NATS_$(echo "$user" | tr '[:lower:]' '[:upper:]')_PASSWORD=\"$password\""
done
routes=
for peer in $WAYBILL_NATS_PEERS; do routes="$routes, \"nats://routes:$password@$peer\""; done
export WAYBILL_NATS_ROUTES="[${routes#, }]"
exec "${NATS_SERVER:-nats-server}" -c "${WAYBILL_NATS_CONFIG:-/etc/nats/nats-cluster.conf}" "$@"
