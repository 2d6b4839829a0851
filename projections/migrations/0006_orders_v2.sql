-- As orders_v1, of orders that know their shipments. The rows of the first version are no longer written, nor read.
create schema orders_v2;
create table orders_v2.orders (like orders_v1.orders including all);
create table orders_v2.order_events (like orders_v1.order_events including all);
