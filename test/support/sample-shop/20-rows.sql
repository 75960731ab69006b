-- The shop's rows. Every value is a hash of its row number and :seed, so the same seed gives the same database; shares
-- are skewed and texts repeat as they do in real shops. :orders sets the amount, :customers and :products follow it.

set timezone = 'UTC';

-- A number from 0 to sides - 1 that depends on the seed, the row and the salt alone.
create function pg_temp.dice(i bigint, salt int, sides int) returns int language sql immutable as
  'select ((hashint8extended(i * 64 + salt, :seed) & 9223372036854775807) % sides)::int';
create function pg_temp.hash_uuid(i bigint, salt int) returns uuid language sql immutable as
  'select md5((i * 64 + salt)::text || '':seed'')::uuid';
-- Few are chosen often, many seldom.
create function pg_temp.skewed(i bigint, salt int, sides bigint) returns bigint language sql immutable as
  'select pg_temp.dice(i, salt, 65536)::bigint * pg_temp.dice(i, salt + 1, 65536) * sides / 4294967296';
create function pg_temp.bytes(i bigint, length int) returns bytea language sql immutable as
  'select substring(decode(string_agg(md5(i || ''-'' || g || '':seed''), ''''), ''hex'') for length) from generate_series(0, length / 16) g';
create function pg_temp.city(i bigint, salt int) returns text language sql immutable as $$
  select (array['Berlin', 'Köln', 'Łódź', 'São Paulo', '東京', 'Αθήνα', 'Київ', 'New York', 'Tromsø', 'İzmir', 'Praha',
    'Malmö', 'القاهرة', 'Zürich', 'Gent', 'Lyon', 'Cork', 'Porto', 'Graz', 'Turku'])[1 + pg_temp.skewed(i, salt, 20)] $$;
create function pg_temp.street(i bigint, salt int) returns text language sql immutable as $$
  select (array['Hauptstraße', 'Bahnhofstraße', 'Church Lane', 'Rue de la Paix', 'Calle Mayor', 'Lindenallee', 'Mill Road',
    'Via Roma', 'Storgata', 'Ringstraße', 'Park Avenue', 'Nowy Świat', 'Am Alten Markt', 'High Street', 'Kirchweg',
    'Østergade'])[1 + pg_temp.dice(i, salt, 16)] || ' ' || (1 + pg_temp.dice(i, salt + 1, 180)) $$;
create function pg_temp.sentence(i bigint, salt int) returns text language sql immutable as $$
  select replace((array[
    'Hello, I am writing about order #.', 'The parcel has not arrived yet, tracking says "in transit" since day #.',
    'Could you please send an invoice with our VAT number #?', 'The colour is different from the picture on page #.',
    'Thank you for the quick delivery! 🎉', 'I would like to return # of the items, they are too small.',
    'Bitte liefern Sie an die Packstation #, nicht nach Hause.', 'Der Karton war beschädigt, Foto # liegt bei.',
    'Is there a discount if we take # pieces or more?', 'We tried to call you # times and nobody answered.',
    'Merci de me rappeler au numéro # après 18 heures.', 'お世話になっております。注文番号#の件です。',
    'Can you confirm that item # is back in stock before the weekend?', 'My card was charged twice, amount #,00 €.',
    'Kind regards', 'Mit freundlichen Grüßen', 'Sent from my phone', 'PS: the newsletter link # is broken 😕',
    'The manual mentions a part no. # which was not in the box.', 'Please change the delivery address to the one of order #.',
    'It works now, no need to do anything. Sorry for the # mails!', 'Wann kommt die Ware? Wir warten seit # Tagen.',
    'Everything fine, five stars ⭐⭐⭐⭐⭐', 'I was told by your colleague that voucher # is still valid.'
  ])[1 + pg_temp.dice(i, salt, 24)], '#', (10 + pg_temp.dice(i, salt + 1, 99990))::text) $$;
-- Orders come evenly over 729 days (in seconds), each at its own time of its day.
create function pg_temp.order_time(i bigint) returns timestamptz language sql immutable as $$
  select timestamptz '2024-01-01 00:00:00+00'
    + (i * float8 '62985600' / :orders + pg_temp.dice(i, 60, 86400000) / float8 '1000') * interval '1 second' $$;

insert into shop.categories (parent_id, name, "position")
select case when g > 6 then 1 + g % 6 end,
  (array['Garden', 'Kitchen', 'Bürobedarf', 'Toys & Games', 'Books', 'Outdoor 🏕'])[1 + g % 6] || case when g > 6 then ' / ' || g else '' end,
  case when g % 5 <> 0 then g / 3.0 end
from generate_series(1, 40) g;

insert into shop.products (category_id, sku, ean, name, description, price, vat_percent, band, attributes, size_cm, image, added_on)
select 1 + pg_temp.dice(i, 1, 40), 'P-' || lpad(i::text, 7, '0'), null,
  (array['Lamp', 'Chair', 'Tea pot', 'Notebook', 'Zelt', 'Gießkanne', 'Puzzle', 'Screwdriver', 'Rucksack', 'Mug'])[1 + pg_temp.dice(i, 2, 10)]
    || ' ' || (array['Classic', 'Ångström', 'No. 5', 'XL', '"Deluxe"', 'Eco', 'Señor', 'mini'])[1 + pg_temp.dice(i, 3, 8)] || ' ' || i,
  case when i % 7 <> 0 then (select string_agg(pg_temp.sentence(i * 16 + s, 4), E'\n') from generate_series(1, 2 + pg_temp.dice(i, 5, 5)) s) end,
  0.5 + pg_temp.skewed(i, 6, 90000) / 100.0, (array[19, 7, 0])[1 + pg_temp.skewed(i, 8, 3)],
  shop.price_band((pg_temp.dice(i, 10, 500) / 100.0), case when i % 9 <> 0 then 1000 + i end, '[)'),
  jsonb_build_object('colour', (array['red', 'green', 'blue', 'weiß'])[1 + pg_temp.dice(i, 11, 4)], 'weight_g', pg_temp.dice(i, 12, 9000),
    'rating', pg_temp.dice(i, 13, 50) / 10.0, 'eco', pg_temp.dice(i, 14, 2) = 1, 'parts', case when i % 3 = 0 then jsonb_build_array(i, null, 'x') end),
  array[pg_temp.dice(i, 15, 900) / 10.0, pg_temp.dice(i, 16, 900) / 10.0, case when i % 4 <> 0 then i % 50 end],
  case when i % 4 = 0 then pg_temp.bytes(i, 200 + pg_temp.dice(i, 17, 1800)) when i % 11 = 0 then ''::bytea end,
  date '2023-01-01' + pg_temp.dice(i, 18, 700)
from generate_series(1, :products) i;
update shop.products set ean = '4006381333931' where id = 1;

insert into shop.stock
select p, w, pg_temp.skewed(p, 20, 400), case when p % 6 <> 0 then timestamptz '2025-12-31 06:00:00+00' - pg_temp.dice(p, 22, 9000) * interval '1 minute' end
from generate_series(1, :products) p, unnest(array['Nord', 'Süd', 'ro''uter']) w;

insert into shop.price_history
select p, daterange(date '2023-06-01' + y * 200, date '2023-06-01' + (y + 1) * 200 - 1, '[]'), 1 + pg_temp.skewed(p * 8 + y, 24, 80000) / 100.0
from generate_series(1, :products) p, generate_series(0, 3) y;

insert into crm.customers (email, name, born, home, tags, preferences, credit_limit, "VAT No", referred_by, registered_at, last_seen)
select 'customer' || i || '@' || (array['example.com', 'example.org', 'mail.example', 'firma.example', 'büro.example'])[1 + pg_temp.skewed(i, 1, 5)],
  (array['Anna', 'Jörg', 'Zoë', 'Søren', 'Ana María', 'Łukasz', 'Мария', '花子', 'John', 'Aoife', 'Fatma', 'Noël', 'Chloé', 'Björn', 'Eve', 'Li'])[1 + pg_temp.dice(i, 3, 16)]
    || ' ' || (array['Müller', 'O''Brien', 'Núñez', 'Smith', 'Weiß', 'Kowalska', 'Иванова', '山田', 'van der Berg', 'Dvořák', 'Yılmaz', 'Çelik'])[1 + pg_temp.dice(i, 4, 12)],
  case when i % 3 <> 0 then date '1950-01-01' + pg_temp.dice(i, 5, 20000) end,
  row(pg_temp.street(i, 6), pg_temp.city(i, 8), lpad(pg_temp.dice(i, 10, 99999)::text, 5, '0'), (array['DE', 'FR', 'GB', 'PL', 'JP'])[1 + pg_temp.skewed(i, 11, 5)])::crm.address,
  (array['{}', '{vip}', '{b2b,"late payer"}', '{newsletter,"has \"quotes\"",NULL}'])[1 + pg_temp.skewed(i, 13, 4)]::text[],
  case when i % 5 <> 0 then jsonb_build_object('lang', (array['de', 'en', 'fr'])[1 + pg_temp.skewed(i, 15, 3)], 'newsletter', pg_temp.dice(i, 17, 2) = 1,
    'last_search', pg_temp.city(i, 18), 'seen', to_jsonb(array[pg_temp.skewed(i, 20, :products), pg_temp.skewed(i, 22, :products)])) end,
  case when i % 10 = 0 then pg_temp.dice(i, 24, 1000000) / 100.0 end,
  case when i % 12 = 0 then 'DE ' || pg_temp.dice(i, 25, 999999999) end,
  case when i > 10 and i % 9 = 0 then 1 + pg_temp.dice(i, 26, 10) end,
  timestamptz '2022-01-01 00:00:00+00' + pg_temp.dice(i, 27, 60000000) * interval '1 second',
  case when i % 4 <> 0 then timestamp '2025-01-01 00:00:00' + pg_temp.dice(i, 28, 30000000) * interval '1.001 second' end
from generate_series(1, :customers) i;

insert into shop.orders
select 1000 + i, 1 + pg_temp.skewed(i, 1, :customers), pg_temp.order_time(i), (array['web', 'app', 'phone', 'shop'])[1 + pg_temp.skewed(i, 3, 4)],
  (array['delivered', 'sent', 'returned', 'cancelled', 'packed', 'paid', 'new'])[1 + pg_temp.skewed(i, 5, 7)]::shop.order_state,
  1 + pg_temp.skewed(i, 7, 250000) / 100.0,
  case when i % 3 = 0 then row(pg_temp.street(i, 9), pg_temp.city(i, 11), lpad(pg_temp.dice(i, 13, 99999)::text, 5, '0'), 'DE')::crm.address end,
  case when i % 17 = 0 then pg_temp.sentence(i, 14) when i % 23 = 0 then '' end
from generate_series(1, :orders) i;
select setval('shop.order_numbers', 1000 + :orders);

insert into shop.order_lines (order_id, line, ordered_at, product_id, quantity, unit_price, discount_percent)
select 1000 + i, l, pg_temp.order_time(i), 1 + pg_temp.skewed(i * 8 + l, 1, :products), 1 + pg_temp.skewed(i * 8 + l, 3, 9),
  0.5 + pg_temp.skewed(i * 8 + l, 5, 90000) / 100.0, case when pg_temp.dice(i * 8 + l, 7, 6) = 0 then (array[5, 10, 12.5, 33.3])[1 + pg_temp.dice(i, 8, 4)] end
from generate_series(1, :orders) i, lateral generate_series(1, 1 + pg_temp.dice(i, 9, 5)) l;

insert into crm.messages (customer_id, order_id, received_at, subject, body, answered)
select 1 + pg_temp.skewed(i, 1, :customers), case when i % 3 <> 0 then 1000 + i * 4 end, pg_temp.order_time(i * 4) + interval '3 days 04:05:06.789',
  case when i % 8 <> 0 then 'Re: ' || pg_temp.sentence(i, 3) end,
  (select string_agg(pg_temp.sentence(i * 16 + s, 5), E'\r\n') from generate_series(1, 2 + pg_temp.dice(i, 7, 7)) s),
  pg_temp.dice(i, 8, 3) > 0
from generate_series(1, :orders / 4) i;

insert into audit.events (at, actor, action, object, ip, request_id, detail)
select pg_temp.order_time(i / 2 + 1) + pg_temp.dice(i, 1, 100000) * interval '1 second',
  (array['system', 'shop', 'clerk.anna', 'clerk.jörg', 'import'])[1 + pg_temp.skewed(i, 2, 5)],
  (array['order.create', 'order.pay', 'order.send', 'login', 'login.failed', 'stock.count', 'price.change'])[1 + pg_temp.skewed(i, 4, 7)],
  'order/' || (1000 + i / 2), ('10.' || pg_temp.skewed(i, 6, 200) || '.' || pg_temp.dice(i, 8, 64) || '.' || pg_temp.dice(i, 9, 250))::inet,
  case when i % 6 = 0 then pg_temp.hash_uuid(i, 10) end,
  case when i % 4 <> 0 then jsonb_build_object('ms', pg_temp.skewed(i, 11, 3000), 'status', (array[200, 302, 404, 500])[1 + pg_temp.skewed(i, 13, 4)],
    'path', '/api/v2/orders/' || (1000 + i / 2), 'agent', (array['Mozilla/5.0 (X11; Linux x86_64) Firefox/133.0', 'okhttp/4.12.0', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)'])[1 + pg_temp.skewed(i, 15, 3)]) end
from generate_series(1, :orders * 2) i;
insert into audit.sessions
select pg_temp.hash_uuid(i, 1), case when i % 5 <> 0 then i end, timestamptz '2025-12-31 20:00:00+00' + i * interval '1 second', 'Firefox'
from generate_series(1, 200) i;
select nextval('audit.countdown'), nextval('audit.countdown');

insert into "Old Shop"."Invoice Lines 2019"
select 'R' || lpad((i / 3)::text, 8, '0'), i % 3, (array['S', 'M', 'L', null, 'über-groß'])[1 + pg_temp.dice(i, 1, 5)], pg_temp.dice(i, 2, 2000000000) - 1000000000,
  case when i % 4 = 0 then E'tab\there, "quote", back\\slash' end, pg_temp.dice(i, 3, 1000000) / 7.0, case when i % 2 = 0 then timetz '12:34:56.789+05:30' end
from generate_series(1, 3000) i;
