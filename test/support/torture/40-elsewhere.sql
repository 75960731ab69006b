-- What points outside: foreign data, publications, subscriptions. Nothing is connected to.
create foreign data wrapper plain_fdw options (debug 'it''s');
create server "far; away" type 'x''y' version '1"2' foreign data wrapper postgres_fdw options (host '127.0.0.1', port '1', dbname 'a"b''c $(x)');
create server files foreign data wrapper file_fdw;
create server nothing foreign data wrapper plain_fdw;
create user mapping for public server "far; away" options (user 'nobody');
create user mapping for "torture owner ""x""" server "far; away" options (user 'some''one', password_required 'false');
create foreign table plain.elsewhere (id int options (column_name 'the "id"') not null, note text default 'x' collate "C", check (id > 0))
  server "far; away" options (schema_name 'a.b', table_name 'c;d');
create foreign table plain.file_rows (line text) server files options (filename '/dev/null', format 'text', delimiter E'\t');
create table plain.mixed (id int, kind text) partition by list (kind);
create table plain.mixed_here partition of plain.mixed for values in ('here', null);
create foreign table plain.mixed_far partition of plain.mixed for values in ('far') server "far; away" options (table_name 'mixed');
insert into plain.mixed values (1, 'here'), (2, null);

create publication everything for all tables with (publish = 'insert, delete');
create publication "some; tables" for table plain.typed (a) where (a > 1), plain.parent with (publish_via_partition_root = true);
create publication whole_schema for tables in schema plain;
create subscription "sub; scribed" connection 'host=127.0.0.1 port=1 dbname=x' publication everything, "p 2"
  with (connect = false, slot_name = 'torture_slot', binary = true, streaming = true, synchronous_commit = 'local');
create subscription slotless connection 'host=127.0.0.1 port=1' publication p with (connect = false, slot_name = none);
