-- Views, functions, triggers, rules, policies, owners and rights of the shop. After the triggers stand, a few changes
-- run through them, as they would in a shop that is open.

do $$
declare
  wanted text;
begin
  foreach wanted in array array['shop_owner', 'shop_clerk', 'Shop Reports'] loop
    begin
      execute format('create role %I nologin', wanted);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end
$$;

create view shop.order_totals as
  select o.id, o.ordered_at, o.state, sum(l.line_total) as total, count(*) filter (where l.discount_percent is not null) as discounted
  from shop.orders o join shop.order_lines l on l.order_id = o.id group by o.id, o.ordered_at, o.state;
create view crm.german_customers with (security_barrier = true) as
  select id, email, name, home from crm.customers where (home).country = 'DE' with local check option;
create view shop.category_paths as
  with recursive paths (id, path) as (
    select id, array[name] from shop.categories where parent_id is null
    union all
    select c.id, p.path || c.name from shop.categories c join paths p on p.id = c.parent_id
  )
  select id, path from paths;
create materialized view shop.sales_by_month as
  select date_trunc('month', ordered_at at time zone 'UTC') as month, channel, count(*) as orders, sum(total) as total
  from shop.orders group by 1, 2 order by 1, 2;
create unique index sales_by_month_key on shop.sales_by_month (month, channel);
create materialized view shop.bestsellers as
  select product_id, sum(quantity) as pieces from shop.order_lines group by product_id order by 2 desc, 1 limit 100 with no data;
comment on view shop.order_totals is 'Sums as the lines have them; orders.total is what was charged';
comment on materialized view shop.bestsellers is 'Filled at night';

create function shop.orders_of(customer bigint, since timestamptz default '-infinity') returns setof shop.orders
  language sql stable rows 20 as $$ select * from shop.orders where customer_id = customer and ordered_at >= since order by ordered_at $$;
create function crm.format_address(a crm.address) returns text language sql immutable
  begin atomic
    select concat_ws(', ', (a).street, (a).postcode || ' ' || (a).city, (a).country);
  end;
create procedure shop.close_month(month date) language plpgsql as $$
begin
  update shop.orders set state = 'delivered' where state = 'sent' and ordered_at >= month and ordered_at < month + interval '1 month';
  refresh materialized view shop.sales_by_month;
end
$$;
create aggregate shop.product_of(numeric) (sfunc = pg_catalog.numeric_mul, stype = numeric, initcond = '1');
create function crm.same_city(crm.address, crm.address) returns boolean language sql immutable as 'select $1.city = $2.city';
create operator crm.=~ (leftarg = crm.address, rightarg = crm.address, function = crm.same_city);

create function audit.record_change() returns trigger language plpgsql security definer set search_path = audit, pg_temp as $$
begin
  insert into audit.events (at, actor, action, object, detail)
  values (timestamptz '2026-01-01 00:00:00+00', 'trigger', lower(tg_op), tg_table_schema || '.' || tg_table_name || '/' || coalesce(new.id, old.id),
    jsonb_build_object('before', to_jsonb(old) - 'description' - 'image', 'after', to_jsonb(new) - 'description' - 'image'));
  return null;
end
$$;
create trigger record_change after insert or update or delete on shop.products for each row execute function audit.record_change();
create trigger record_price after update of price on shop.products for each row
  when (old.price is distinct from new.price) execute function audit.record_change();
create function shop.touch() returns trigger language plpgsql as $$ begin new.note := coalesce(new.note, ''); return new; end $$;
create trigger touch before update on shop.orders for each row execute function shop.touch();
create function shop.refuse_truncate() returns trigger language plpgsql as $$ begin raise exception 'orders stay'; end $$;
create trigger orders_stay before truncate on shop.order_lines for each statement execute function shop.refuse_truncate();
create trigger switched_off after delete on crm.messages for each row execute function audit.record_change();
alter table crm.messages disable trigger switched_off;
create rule "no new sessions of nobody" as on insert to audit.sessions where new.customer_id is null do instead nothing;
create publication shop_feed for table shop.products, shop.stock with (publish = 'insert, update');

update shop.products set price = price + 1 where id % 100 = 3;
update shop.orders set state = 'returned' where id % 500 = 7;
delete from shop.stock where product_id % 50 = 9 and warehouse = 'Nord';
refresh materialized view shop.sales_by_month;

alter schema crm owner to shop_owner;
alter table crm.customers owner to shop_owner;
alter table crm.messages owner to shop_owner;
alter view crm.german_customers owner to shop_owner;
alter function shop.net_of(numeric, numeric) owner to shop_owner;
alter large object 4000005 owner to shop_owner;

alter table crm.customers enable row level security;
create policy clerks_see_their_country on crm.customers for select to shop_clerk using ((home).country = 'DE');
create policy nobody_deletes on crm.customers as restrictive for delete using (false);

grant usage on schema shop, crm to shop_clerk, "Shop Reports";
grant select, insert, update on shop.orders, shop.order_lines to shop_clerk;
grant select on all tables in schema shop to "Shop Reports" with grant option;
grant select (id, name), update (name) on crm.customers to shop_clerk;
grant usage, select on sequence shop.order_numbers to shop_clerk;
grant select on large object 4000006 to shop_clerk;
grant usage on type shop.order_state to shop_clerk;
revoke all on function shop.orders_of(bigint, timestamptz) from public;
grant execute on function shop.orders_of(bigint, timestamptz) to shop_clerk;
grant execute on procedure shop.close_month(date) to shop_owner;
alter default privileges in schema shop grant select on tables to "Shop Reports";
alter default privileges for role shop_owner revoke execute on functions from public;
