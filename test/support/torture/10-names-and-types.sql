-- Roles, schemas with odd names, and every kind of type.
do $$
begin
  if not exists (select from pg_roles where rolname = 'torture owner "x"') then
    create role "torture owner ""x""";
    create role "torture; reader'";
  end if;
end $$;

create schema "Sch""ema ö'ß; $(x)" authorization "torture owner ""x""";
create schema "two
lines";
create schema plain;

create extension hstore with schema plain;
create extension file_fdw;
create extension postgres_fdw;
create extension btree_gist;

create type plain.mood as enum ('sad', 'it''s ok', 'glad "very"');
alter type plain.mood add value 'between' before 'glad "very"';
create type plain.pair as (a int, "B b" text collate "C");
create type "Sch""ema ö'ß; $(x)"."Ty""pe'" as (x plain.pair[], y plain.mood);
create domain plain.email as text collate "C" default 'a@b' not null constraint "has @" check (value like '%@%');
alter domain plain.email add constraint later check (value <> 'never@') not valid;
create domain plain.emails as plain.email[];
create function plain.float_gap(a float8, b float8) returns float8 language sql immutable strict as 'select a - b';
create type plain.span as range (subtype = float8, subtype_diff = plain.float_gap, multirange_type_name = plain.spans);
create type plain.textspan as range (subtype = text, collation = "C");

create type plain.shell;
create type plain.base;
create function plain.base_in(cstring) returns plain.base language internal immutable strict as 'textin';
create function plain.base_out(plain.base) returns cstring language internal immutable strict as 'textout';
create type plain.base (input = plain.base_in, output = plain.base_out, internallength = variable, storage = extended,
  alignment = int4, category = 'S', default = 'none');

create collation plain."de ""C""" (locale = 'C');
create collation plain.loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create conversion plain.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;

create access method heap_too type table handler heap_tableam_handler;
create access method gist_too type index handler gisthandler;
create function plain.pl_call() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
create function plain.pl_inline(internal) returns void language c as '$libdir/plpgsql', 'plpgsql_inline_handler';
create function plain.pl_check(oid) returns void language c as '$libdir/plpgsql', 'plpgsql_validator';
create trusted language pl_too handler plain.pl_call inline plain.pl_inline validator plain.pl_check;
create transform for int language sql (from sql with function prsd_lextype(internal), to sql with function int4recv(internal));
