create schema actor_index_v1;
-- Which turn records say something about an actor.
create table actor_index_v1.actor_turns (
  actor text not null,
  partition integer not null,
  sequence bigint not null,
  primary key (actor, partition, sequence)
);
