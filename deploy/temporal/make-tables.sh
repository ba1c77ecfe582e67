#!/bin/sh
# Makes the two databases of a Temporal server in PostgreSQL, and brings their tables up to the version of this image.
set -eu

for database in temporal temporal_visibility; do
  case "$database" in
    temporal) folder=temporal ;;
    *) folder=visibility ;;
  esac
  tool() {
    # The password is SQL_PASSWORD of the environment.
    temporal-sql-tool --plugin postgres12 --ep "$SQL_HOST" -p 5432 -u "$SQL_USER" --db "$database" "$@"
  }
  # Both complain from the second time on, when all is there; what matters is that the last one goes through.
  tool create || true
  tool setup-schema -v 0.0 || true
  tool update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned"
done
