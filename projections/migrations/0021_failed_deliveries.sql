-- What was given up is few, and is asked for among all that was ever told.
create index on webhooks_v1.deliveries (created_at desc, delivery_id desc) where state = 'failed';
