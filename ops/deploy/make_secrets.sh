#!/bin/sh
# Makes the secrets that compose.yaml mounts, in ops/deploy/secrets. What is there already stays as it is.
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder" # The files are readable for the containers' users; the folder only for you.
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
for name in waybill_secret bootstrap_key postgres_password nats_edge_password nats_host_password \
  nats_projector_password nats_deliver_password nats_operator_password nats_sys_password nats_routes_password; do
  [ -s "$folder/$name" ] || random > "$folder/$name"
done
[ -s "$folder/database_url" ] ||
  printf 'postgres://waybill:%s@postgres:5432/waybill' "$(cat "$folder/postgres_password")" > "$folder/database_url"
chmod 644 "$folder"/*
