-- Single values and objects at the borders of what PostgreSQL can hold: extremes, look-alikes of dump syntax, large
-- objects of awkward sizes.

insert into "Old Shop"."Zoo" (id, what) values (1, 'all null');
insert into "Old Shop"."Zoo" values
  (2, 'greatest', 32767, 9223372036854775807, ('1' || repeat('9', 300) || '.' || repeat('7', 200))::numeric, 'Infinity', 'Infinity',
   'infinity', 'infinity', 'infinity', '23:59:59.999999-15:59', '178000000 years', repeat('long text, ', 20000), 'ab', '\x00ff0a0d5c2e5c4e',
   B'1010', '{t,f,NULL}', '{{1,2},{3,4}}', '{"a,b","c\"d",NULL,"NULL",""}', '{"[1,5)",empty}', '{"b":  1, "a": [1, 2,  3], "b": 2}', '$.a[*] ? (@ > 1)',
   '::/0', '08:00:2b:01:02:03', '((0,0),(1,1.5),(2,-1e-300))', '''fat'' & ( ''rat'' | !''cat'':AB )', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'cancelled'),
  (3, 'least', -32768, -9223372036854775808, -0.0000000000000000000000000000000000000000000001, '-Infinity', '-Infinity',
   '-infinity', '-infinity', '4713-01-01 00:00:00 BC', '00:00:00+15:59', '-178000000 years -11 months -3 days -04:05:06.000001', '', '', '',
   B'', '{}', '[0:1][-1:0]={{1,2},{NULL,4}}', '{}', '{}', 'null', '$', '10.0.0.0/8', '00:00:00:00:00:00', '((0,0))', '''a''', '00000000-0000-0000-0000-000000000000', 'new'),
  (4, 'no number', null, null, 'NaN', 'NaN', 'NaN', '5874897-12-31', '294276-12-31 23:59:59.999999+00', '4713-11-24 00:00:00 BC',
   null, '1 mon -1 day +00:00:00.000001', '\.', '\N', '\x5c2e', null, null, null, '{"\\.","\\N"}', null, '"\u00e9\\u0000"', null, null, null, null, null, null, null);
insert into "Old Shop"."Zoo" (id, what, float, single, words) values
  (5, 'minus zero', '-0', '-0', E'line\nbreak'),
  (6, 'smallest', 5e-324, 1e-45, E'\\.\n'),
  (7, 'fifteen digits and more', 0.1::float8 + 0.2::float8, 16777216, E'\b\f\t\v\r\n\\\x01\x7f'),
  (8, 'scripts', 1e308, 3.4e38, 'Ünïcödé · עברית · 한국어 · 👩‍👩‍👧‍👦 · 🏴󠁧󠁢󠁥󠁮󠁧󠁿 · é (two ways: é) · ​zero width'),
  (9, 'looks like SQL', null, null, $$'; drop table shop.orders; -- $1 :seven \connect template1$$),
  (10, 'same twice', 1, 1, 'x'),
  (10, 'same twice', 1, 1, 'x');

insert into shop.gift_cards select gen_random_uuid(), 0, null, null where false;

-- Large objects: empty, one byte, exactly one page (2048 bytes), a page and a byte, long ones, one that nobody refers to.
-- Ids are chosen, so the same seed gives the same ids.
select lo_from_bytea(4000001, ''), lo_from_bytea(4000002, '\x5c'), lo_from_bytea(4000003, pg_temp.bytes(1, 2048)),
  lo_from_bytea(4000004, pg_temp.bytes(2, 2049)), lo_from_bytea(4000005, pg_temp.bytes(3, 300000)),
  lo_from_bytea(4000006, convert_to(repeat('The terms and conditions go on and on. ', 5000), 'UTF8')), lo_from_bytea(4000007, 'orphan');
select lo_from_bytea((4000100 + i)::oid, pg_temp.bytes(1000 + i, 40000 + pg_temp.dice(i, 1, 60000))) from generate_series(1, :documents) i;
insert into shop.documents (title, content)
select 'Lieferschein ' || oid, oid from pg_largeobject_metadata where oid between 4000001 and 4000006 or oid > 4000100 order by oid;
insert into shop.documents (id, title, content) values (5, 'lost', null);
comment on large object 4000006 is 'Terms and conditions';
