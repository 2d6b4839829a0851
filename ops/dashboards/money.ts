import { type DashboardSpec, inAnHour, perSecond, worst } from "./dashboard.ts";

const events = (types: string) => `waybill_events_total{type=~"${types}"}`;

export const money: DashboardSpec = {
  uid: "waybill-money",
  title: "Waybill: money",
  about: "Documents, refunds and payouts by number; amounts stand in the documents, never in a metric.",
  rows: [
    {
      title: "Documents",
      panels: [
        {
          title: "Documents",
          about: "Invoices and credit notes that were numbered, in an hour.",
          unit: "short",
          queries: [inAnHour(events("order[.](invoiced|credited)|credit[.]issued"), "type")],
        },
        {
          title: "Asked for and not numbered yet",
          about: "Invoices and credit notes of a day that were requested, less those that were issued.",
          unit: "short",
          queries: [
            {
              expr: `sum(increase(${events("order[.]invoice_requested")}[1d])) - sum(increase(${
                events("order[.]invoiced")
              }[1d]))`,
              legend: "invoices",
            },
            {
              expr: `sum(increase(${events("order[.]credit_requested")}[1d])) - sum(increase(${
                events("order[.]credited")
              }[1d]))`,
              legend: "credit notes",
            },
          ],
        },
        {
          title: "Shipped and invoiced",
          about: "Parcels that left, and invoices that followed, a second.",
          unit: "ops",
          queries: [perSecond(events("order[.](shipped|invoiced)"), "type")],
        },
      ],
    },
    {
      title: "Payments",
      panels: [
        {
          title: "Payments of orders",
          about: "Captured and failed.",
          unit: "ops",
          queries: [perSecond(events("order[.]payment_(captured|failed)"), "type")],
        },
        {
          title: "Refunds",
          about: "Asked for and settled, in an hour.",
          unit: "short",
          queries: [inAnHour(events("order[.]refund_(requested|settled)"), "type")],
        },
        {
          title: "Payouts",
          about: "Statements recorded, and lines matched, in an hour.",
          unit: "short",
          queries: [inAnHour(events("payout[.](recorded|matched)"), "type")],
        },
      ],
    },
    {
      title: "Proof",
      panels: [
        {
          title: "What verification found",
          about: "Anything but 0 cannot be, and has a runbook.",
          unit: "short",
          queries: [worst("waybill_verify_findings", "check")],
        },
        {
          title: "Last verified",
          about: "How long ago verification ended.",
          unit: "s",
          type: "stat",
          queries: [{ expr: "time() - max(waybill_verify_finished_seconds)", legend: "ago" }],
        },
      ],
    },
  ],
};
