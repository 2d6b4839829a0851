-- In which trace a message is sent: that of the request behind it, as W3C trace context; null where nobody traces that.
alter table outbox_v1.milestones add column traceparent text;
alter table outbox_v1.deliveries add column traceparent text;
alter table webhooks_v1.deliveries add column traceparent text;
