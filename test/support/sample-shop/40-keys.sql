-- Keys, constraints, indexes and statistics of the shop, made over the loaded rows.

alter table shop.categories add primary key (id), add foreign key (parent_id) references shop.categories deferrable initially deferred;
alter table shop.products add primary key (id), add constraint "one SKU each" unique (sku),
  add foreign key (category_id) references shop.categories on update cascade,
  add constraint ean_is_valid check (ean is null or shop.is_ean(ean));
alter table shop.stock add primary key (product_id, warehouse) include (quantity),
  add foreign key (product_id) references shop.products on delete cascade, add check (quantity >= 0);
alter table shop.price_history add foreign key (product_id) references shop.products,
  add constraint one_price_at_a_time exclude using gist (int4range(product_id, product_id, '[]') with &&, valid with &&);
alter table shop.orders add primary key (id, ordered_at);
alter table shop.order_lines add primary key (order_id, line),
  add foreign key (order_id, ordered_at) references shop.orders (id, ordered_at) on delete cascade,
  add foreign key (product_id) references shop.products,
  add constraint sane_quantity check (quantity > 0 and quantity < 100000) not valid;
alter table shop.documents add primary key (id);
alter table shop.gift_cards add primary key (code);
alter table crm.customers add primary key (id), add unique (email),
  add constraint referred foreign key (referred_by) references crm.customers on delete set null;
alter table crm.messages add primary key (id), add foreign key (customer_id) references crm.customers;
alter table shop.orders add foreign key (customer_id) references crm.customers (id);
alter table audit.events add primary key (id);
alter table audit.sessions add primary key (token);
alter table "Old Shop"."Invoice Lines 2019" add constraint "PK Invoice Lines" primary key ("Invoice No", "Line");
alter table "Old Shop"."Invoice Lines 2019" cluster on "PK Invoice Lines", replica identity using index "PK Invoice Lines";

create index orders_open on shop.orders (ordered_at desc nulls last) where state in ('new', 'paid', 'packed');
create index orders_customer on shop.orders using hash (customer_id);
create index products_attributes on shop.products using gin (attributes jsonb_path_ops);
create index products_lower_name on shop.products (lower(name) text_pattern_ops, (attributes ->> 'colour'));
create index customers_tags on crm.customers using gin (tags);
create index customers_name_words on crm.customers using gin (name_words);
create unique index customers_vat on crm.customers (upper("VAT No"), id) where "VAT No" is not null;
create index events_at on audit.events using brin (at) with (pages_per_range = 32);
create index "Größe, quoted" on "Old Shop"."Invoice Lines 2019" ("Größe" desc) include ("select");
comment on index shop.orders_open is 'What the packers look at';

create statistics shop.order_lines_together (dependencies, ndistinct) on order_id, product_id from shop.order_lines;
alter table crm.customers alter column email set statistics 500;
alter table crm.messages alter column body set storage external;

-- Not part of every server: used where they are.
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_trgm') then
    create extension pg_trgm schema crm;
    create index customers_like on crm.customers using gin (name crm.gin_trgm_ops);
  end if;
  if exists (select from pg_available_extensions where name = 'pgcrypto') then
    create extension pgcrypto schema audit;
    create function audit.fingerprint(text) returns text language sql immutable as $f$ select encode(audit.digest($1, 'sha256'), 'hex') $f$;
  end if;
end
$$;
