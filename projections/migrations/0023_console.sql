-- What the console asks for: orders as they come in, parcels that left, refunds that came to an end.
create index orders_created on orders_v2.orders (created_at);
create index shipments_handed_over on parcels_v1.shipments (handed_over_at);
create index order_events_refunds_settled on orders_v2.order_events (at) where type = 'order.refund_settled';

create schema stock_checks_v1;
-- How much was counted, corrected and moved. Sums are only ever added to, so that it does not matter which partition comes first.
create table stock_checks_v1.days (
  day date not null, -- of the record, in UTC
  location text not null,
  counted bigint not null, -- units that counts found
  corrected bigint not null, -- by how much they differed from what was expected, either way
  moved bigint not null, -- units that came, left, or went somewhere else
  primary key (day, location)
);
