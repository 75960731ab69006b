-- Large objects; comments and rights on everything that takes them.
select lo_from_bytea(90001, decode(repeat('000a5c27', 20000), 'hex')), lo_from_bytea(90002, ''), lo_from_bytea(4000000001, 'above 2^31');
alter large object 90002 owner to "torture owner ""x""";
grant select, update on large object 90001 to "torture; reader'";
comment on large object 90001 is 'a large; object''s remark
in two lines';

grant usage, create on schema plain to "torture; reader'" with grant option;
grant select, insert on all tables in schema plain to "torture owner ""x""";
grant update (other, mail), references (id) on plain.things to "torture; reader'" with grant option;
revoke execute on function plain.quotes() from public;
grant execute on function plain.quotes() to "torture; reader'";
grant usage on sequence plain.odd to public;
revoke usage on type plain.mood from public;
grant usage on domain plain.email to "torture owner ""x""";
grant usage on language pl_too to "torture; reader'";
revoke usage on language plpgsql from public;
grant usage on foreign data wrapper plain_fdw to "torture owner ""x""";
grant usage on foreign server "far; away" to "torture; reader'" with grant option;
revoke all on plain.no_columns from postgres;
alter default privileges in schema plain grant select on tables to "torture; reader'" with grant option;
alter default privileges for role "torture owner ""x""" revoke execute on functions from public;
alter default privileges grant all on types to "torture owner ""x""";
alter default privileges grant usage on schemas to public;
revoke create on schema public from public;
grant select on pg_catalog.pg_authid to "torture; reader'";

do $do$
declare
  item record;
  remark text := $$it's a "remark"; with \ and
COPY x FROM stdin;
\.
-- PostgreSQL database dump complete
$$;
begin
  for item in
    select case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table'
        when 'i' then 'index' when 'I' then 'index' when 'c' then 'type' else 'table' end as kind, c.oid::regclass::text as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'S', 'v', 'm', 'f', 'i', 'I', 'c')
    union all
    select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
        format('%s(%s)', p.oid::regproc, pg_get_function_identity_arguments(p.oid))
      from pg_proc p where p.pronamespace = 'plain'::regnamespace and p.prokind in ('f', 'p')
       and not exists (select from pg_depend where objid = p.oid and deptype in ('e', 'i'))
    union all
    select 'column', a.attrelid::regclass || '.' || quote_ident(a.attname) from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'plain'::regnamespace and c.relkind in ('r', 'p', 'v', 'f', 'm', 'c') and a.attnum > 0 and not a.attisdropped
    union all
    select 'trigger', format('%I on %s', tgname, tgrelid::regclass) from pg_trigger where not tgisinternal
    union all
    select 'constraint', format('%I on %s', conname, conrelid::regclass) from pg_constraint where conrelid <> 0
       and connamespace = 'plain'::regnamespace
    union all
    select 'policy', format('%I on %s', polname, polrelid::regclass) from pg_policy
    union all
    select 'rule', format('%I on %s', rulename, ev_class::regclass) from pg_rewrite where rulename <> '_RETURN' and ev_class >= 16384
  loop
    execute format('comment on %s %s is %L', item.kind, item.name, remark || item.name);
  end loop;
end $do$;
comment on schema plain is 'plain';
comment on schema "two
lines" is e'a\\b';
comment on domain plain.email is 'mail';
comment on constraint "has @" on domain plain.email is 'has it';
comment on type plain.mood is 'mood';
comment on type plain.span is 'span';
comment on collation plain.loose is 'loose';
comment on conversion plain.latin is 'latin';
comment on access method heap_too is 'heap';
comment on language pl_too is 'pl';
comment on transform for int language sql is 'transform';
comment on aggregate plain.total(int) is 'total';
comment on operator plain.=== (plain.pair, plain.pair) is 'same';
comment on operator plain.!~~! (none, int) is 'minus';
comment on operator class plain.backwards using btree is 'backwards';
comment on operator family plain."family 1" using btree is 'family';
comment on cast (int as plain.pair) is 'cast';
comment on text search parser plain.words is 'parser';
comment on text search template plain.simplest is 'template';
comment on text search dictionary plain."dict'" is 'dictionary';
comment on text search configuration plain.search is 'search';
comment on event trigger "watch; it" is 'watch';
comment on statistics plain."stat's" is 'statistics';
comment on foreign data wrapper plain_fdw is 'wrapper';
comment on server "far; away" is 'server';
comment on publication everything is 'publication';
comment on subscription slotless is 'subscription';
comment on extension hstore is 'changed';
alter extension hstore add function plain.in_too();
alter extension hstore drop function plain.in_too();
