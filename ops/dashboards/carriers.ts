import { type DashboardSpec, inAnHour, perSecond, slowness, worst } from "./dashboard.ts";

export const carriers: DashboardSpec = {
  uid: "waybill-carriers",
  title: "Waybill: carriers and messages",
  about: "What carriers say, how it is worked out, and what is told to customers and other systems.",
  rows: [
    {
      title: "Carriers",
      panels: [
        {
          title: "Callbacks by carrier",
          about: "Taken and kept.",
          unit: "ops",
          queries: [perSecond('waybill_carrier_callbacks_total{result="stored"}', "carrier")],
        },
        {
          title: "Callbacks that were not taken",
          about: "refused: the carrier did not prove itself.",
          unit: "ops",
          queries: [
            perSecond(
              'waybill_carrier_callbacks_total{result!="stored"}',
              "carrier, result",
              "{{carrier}} {{result}}",
            ),
          ],
        },
        {
          title: "Backlog",
          about: "How long the oldest callback waits to be worked out.",
          unit: "s",
          queries: [{ expr: "max(waybill_carrier_backlog_age_seconds)", legend: "oldest" }],
        },
        {
          title: "What callbacks came to",
          about: "told: its parcels know.",
          unit: "ops",
          queries: [perSecond("waybill_carrier_handled_total", "carrier, result", "{{carrier}} {{result}}")],
        },
        {
          title: "Questions to carriers",
          about: "Tracking APIs that are asked, by result.",
          unit: "ops",
          queries: [perSecond("waybill_carrier_polls_total", "carrier, result", "{{carrier}} {{result}}")],
        },
        {
          title: "Trouble",
          about: "APIs that are left alone, settings that cannot be used, codes that stand in no table.",
          unit: "short",
          queries: [
            worst("waybill_carrier_breaker", "carrier", "down: {{carrier}}"),
            worst("waybill_carrier_misconfigured", "carrier, work", "misconfigured: {{carrier}} {{work}}"),
            inAnHour("waybill_carrier_unmapped_total", "carrier", "unmapped: {{carrier}}"),
          ],
        },
        {
          title: "Estimates that came true",
          about: "Of delivered parcels in a day, by carrier.",
          unit: "percentunit",
          queries: [{
            expr:
              'sum by (carrier) (increase(waybill_estimates_total{result="on_time"}[1d])) / sum by (carrier) (increase(waybill_estimates_total[1d]))',
            legend: "{{carrier}}",
          }],
        },
        {
          title: "Parcels",
          about: "Delays, cases and what was cleared, in an hour.",
          unit: "short",
          queries: [
            inAnHour(
              'waybill_events_total{type=~"parcel[.](registered|delayed|delay_cleared|case_opened|case_closed)"}',
              "type",
            ),
          ],
        },
      ],
    },
    {
      title: "Messages and webhooks",
      panels: [
        {
          title: "Messages to customers",
          about: "Tries by channel and outcome.",
          unit: "ops",
          queries: [
            perSecond("waybill_notifications_tried_total", "channel, outcome", "{{channel}} {{outcome}}"),
          ],
        },
        {
          title: "Messages that wait",
          about: "parked: given up, until an operator sends them again.",
          unit: "short",
          queries: [worst("waybill_notifications_waiting", "channel, state", "{{channel}} {{state}}")],
        },
        {
          title: "Webhooks",
          about: "Sendings by what came of them.",
          unit: "ops",
          queries: [perSecond("waybill_webhook_attempts_total", "result")],
        },
        {
          title: "Time of endpoints to answer",
          about: "Of those who subscribe.",
          unit: "s",
          queries: slowness("waybill_webhook_duration_seconds"),
        },
      ],
    },
  ],
};
