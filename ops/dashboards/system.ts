import { type DashboardSpec, perSecond, slowness, worst } from "./dashboard.ts";

const api = '{http_route!~"/readyz|/livez|/metrics"}';
const count = `http_server_request_duration_seconds_count${api}`;

export const system: DashboardSpec = {
  uid: "waybill-system",
  title: "Waybill: system",
  about: "From the API to the log and the rows: is it there, how fast is it, and what waits.",
  rows: [
    {
      title: "Edge",
      panels: [
        {
          title: "Requests by status",
          about: "Without health checks.",
          unit: "reqps",
          queries: [perSecond(count, "http_response_status_code")],
        },
        {
          title: "Time to answer",
          about: "The goal: 99 % within half a second.",
          unit: "s",
          queries: slowness("http_server_request_duration_seconds", api),
        },
        {
          title: "Questions to actors by outcome",
          about: "accepted and in-doubt were answered with 202, overloaded and unavailable with 503.",
          unit: "ops",
          queries: [perSecond("waybill_ask_duration_seconds_count", "outcome")],
        },
      ],
    },
    {
      title: "Hosts",
      panels: [
        {
          title: "Partitions without a host",
          about: "0, or their keys wait.",
          unit: "short",
          type: "stat",
          queries: [{
            expr:
              "max(waybill_partitions) - (count(count by (partition) (waybill_partition_open)) or vector(0))",
            legend: "partitions",
          }],
        },
        {
          title: "Processes that do not work",
          about: "By their own word at /readyz.",
          unit: "short",
          type: "stat",
          queries: [{ expr: "count(waybill_ready) - sum(waybill_ready)", legend: "processes" }],
        },
        {
          title: "Oldest command that waits",
          about: "How long the oldest command has waited in each partition.",
          unit: "s",
          queries: [worst("waybill_commands_age_seconds", "partition")],
        },
        {
          title: "Turns by outcome",
          about: "One turn decides many commands and appends one record.",
          unit: "ops",
          queries: [perSecond("waybill_turn_duration_seconds_count", "outcome")],
        },
        {
          title: "Appends by outcome",
          about: "Tries to append a turn record; full and unknown mean trouble with NATS.",
          unit: "ops",
          queries: [perSecond("waybill_appends_total", "outcome")],
        },
        {
          title: "Time to append",
          about: "What the log's disks take.",
          unit: "s",
          queries: slowness("waybill_turn_append_duration_seconds"),
        },
      ],
    },
    {
      title: "Readers",
      panels: [
        {
          title: "How late readers are",
          about: "Rows, personal data, messages and webhooks behind the log.",
          unit: "s",
          queries: [
            worst("waybill_reader_lag_time_seconds", "reader, partition", "{{reader}} {{partition}}"),
          ],
        },
        {
          title: "Projections that are behind",
          about:
            "Records that their rows do not hold yet: they are new, paused, or stand before one that they cannot apply.",
          unit: "short",
          queries: [
            worst("waybill_projection_lag_records", "projection, partition", "{{projection}} {{partition}}"),
          ],
        },
        {
          title: "Readers that wait",
          about: "Each time that a reader had to wait for the log or the database.",
          unit: "ops",
          queries: [perSecond("waybill_reader_interrupted_total", "reader, code", "{{reader}} {{code}}")],
        },
        {
          title: "Transactions of rows",
          about: "The time of one projection transaction.",
          unit: "s",
          queries: slowness("waybill_projector_batch_duration_seconds"),
        },
      ],
    },
    {
      title: "Room",
      panels: [
        {
          title: "What the log takes",
          about: "By stream; COMMANDS and CALLBACKS have limits.",
          unit: "bytes",
          queries: [
            worst("waybill_stream_size_bytes", "stream"),
            worst("waybill_stream_limit_bytes", "stream", "limit of {{stream}}"),
          ],
        },
        {
          title: "Last backup",
          about: "How long ago it ended; nothing where there never was one.",
          unit: "s",
          type: "stat",
          queries: [{ expr: "time() - max(waybill_backup_finished_seconds)", legend: "ago" }],
        },
        {
          title: "Memory",
          about: "Of each process.",
          unit: "bytes",
          queries: [worst("process_memory_usage_bytes", "instance")],
        },
        {
          title: "Processor",
          about: "Processors that each process keeps busy.",
          unit: "short",
          queries: [perSecond("process_cpu_time_seconds_total", "instance")],
        },
      ],
    },
  ],
};
