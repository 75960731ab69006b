-- Functions, aggregates, operators, casts, text search. Bodies that look like the parts of a dump.
create function plain."looks like a dump"(out t text) language plpgsql as $body$
begin
  t := 'x
COPY plain.fake (a) FROM stdin;
1
\.


--
-- PostgreSQL database dump complete
--

';
  -- it's $$ not ' over /* yet
  execute $x$ select pg_catalog.setval('plain.fake', 7, true); $x$;
end $body$;
create function plain.quotes() returns text language sql as 'select ''a\'' || E''\''\\n'' || $$;$$ ';
create function plain.atomic(n int default 7) returns int language sql immutable parallel safe leakproof cost 7
  begin atomic
    select n + 1;
    select case when n > 0 then n else length('; COPY x FROM stdin;
\.') end;
  end;
create function plain.many(variadic parts text[]) returns setof text language sql stable rows 3 security definer
  set search_path = plain, pg_temp set work_mem = '5MB' as 'select unnest(parts)';
create function plain.table_of(a int) returns table (b int, "C c" text) language sql as 'select a, a::text';
create procedure plain.act(inout n int) language plpgsql as 'begin n := n + 1; end';
create function plain.touch() returns trigger language plpgsql as 'begin return new; end';
create function plain.watch() returns event_trigger language plpgsql as 'begin perform tg_tag; end';
create function plain.in_too() returns int language pl_too as 'begin return 1; end';

create aggregate plain.total(int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe,
  msfunc = int4pl, minvfunc = int4mi, mstype = int);
create aggregate plain.middle(float8 order by float8) (sfunc = ordered_set_transition, stype = internal,
  finalfunc = percentile_disc_final, finalfunc_extra);
create aggregate plain.everything(*) (sfunc = int8inc, stype = int8, initcond = '0');

create function plain.same(a plain.pair, b plain.pair) returns boolean language sql immutable as 'select a.a = b.a';
create operator plain.=== (leftarg = plain.pair, rightarg = plain.pair, function = plain.same, commutator = operator(plain.===),
  restrict = eqsel, join = eqjoinsel);
create operator plain.!~~! (rightarg = int, function = int4um);
create operator family plain."family 1" using btree;
create operator class plain.backwards for type int using btree family plain."family 1" as
  operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 btint4cmp(int, int);
alter operator family plain."family 1" using btree add operator 1 < (int8, int8), function 1 btint8cmp(int8, int8);
create operator class plain.gist_ints for type int using gist_too as operator 3 =,
  function 1 gbt_int4_consistent(internal, int4, int2, oid, internal), function 2 gbt_int4_union(internal, internal),
  function 3 gbt_int4_compress(internal), function 5 gbt_int4_penalty(internal, internal, internal),
  function 6 gbt_int4_picksplit(internal, internal), function 7 gbt_int4_same(gbtreekey8, gbtreekey8, internal),
  storage gbtreekey8;

create function plain.to_pair(n int) returns plain.pair language sql immutable as 'select row(n, n::text)::plain.pair';
create cast (int as plain.pair) with function plain.to_pair(int) as assignment;
create cast (text as plain.mood) with inout;
create cast (plain.base as text) without function as implicit;

create text search parser plain.words (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype,
  headline = prsd_headline);
create text search template plain.simplest (init = dsimple_init, lexize = dsimple_lexize);
create text search dictionary plain."dict'" (template = plain.simplest, accept = 'false');
create text search configuration plain.search (parser = plain.words);
alter text search configuration plain.search add mapping for asciiword, word with plain."dict'", simple;

create event trigger "watch; it" on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function plain.watch();
create event trigger watch_always on sql_drop execute function plain.watch();
alter event trigger watch_always enable always;
create event trigger watch_never on table_rewrite execute function plain.watch();
alter event trigger watch_never disable;
