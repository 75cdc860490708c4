#!/bin/sh
# Runs once, when the PostgreSQL container first starts: one database and one account a service, closed to the others.
set -eu

create() {
    psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=name="$1" --set=password="$2" \
        --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
}

create documents "$DOCUMENTS_DATABASE_PASSWORD"
create procedures "$PROCEDURES_DATABASE_PASSWORD"
create kpi "$KPI_DATABASE_PASSWORD"
