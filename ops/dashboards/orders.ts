import { type DashboardSpec, inAnHour, perSecond, slowness, worst } from "./dashboard.ts";

const events = (types: string) => `waybill_events_total{type=~"${types}"}`;

export const orders: DashboardSpec = {
  uid: "waybill-orders",
  title: "Waybill: orders and stock",
  about: "What customers order, what they are refused, and what stands still.",
  rows: [
    {
      title: "Orders",
      panels: [
        {
          title: "Orders",
          about: "What became of orders, a second.",
          unit: "ops",
          queries: [
            perSecond(
              events("order[.](placed|confirmed|rejected|backordered|cancelled|expired|shipped)"),
              "type",
            ),
          ],
        },
        {
          title: "Refusals by reason",
          about: "What the domain refused; stock-insufficient is a sold-out SKU.",
          unit: "ops",
          queries: [perSecond("waybill_rejections_total", "reason")],
        },
        {
          title: "Orders in the last hour",
          about: "By what became of them.",
          unit: "short",
          type: "stat",
          queries: [inAnHour(events("order[.](placed|confirmed|shipped)"), "type")],
        },
      ],
    },
    {
      title: "Stock",
      panels: [
        {
          title: "Reservations",
          about: "Promises of stock: made, confirmed, given back, run out.",
          unit: "ops",
          queries: [perSecond(events("stock[.]reserved|reservation[.](confirmed|released|expired)"), "type")],
        },
        {
          title: "Goods",
          about: "What came, was counted, moved and taken.",
          unit: "ops",
          queries: [
            perSecond(
              events(
                "goods[.]received|stock[.](adjusted|moved|allocated|packed)|transfer[.].*|count[.]posted",
              ),
              "type",
            ),
          ],
        },
        {
          title: "Shortfalls",
          about: "Stock that was promised and turned out not to be there, in an hour.",
          unit: "short",
          queries: [
            inAnHour(
              events("stock[.]shortfall_detected|pick[.]short|claim[.]lost|order[.]claim_lost"),
              "type",
            ),
          ],
        },
      ],
    },
    {
      title: "What stands still",
      panels: [
        {
          title: "Holds past their deadline",
          about: "Timers that are due and have not fired, by partition.",
          unit: "short",
          queries: [worst("waybill_timers_overdue", "partition")],
        },
        {
          title: "Timers' lateness",
          about: "How long after its time a timer fires.",
          unit: "s",
          queries: slowness("waybill_timers_late_seconds"),
        },
        {
          title: "Stopped actors",
          about: "Orders, SKUs and parcels that wait for a fix after a defect.",
          unit: "short",
          queries: [
            worst("waybill_actors_stopped", "partition"),
            inAnHour("waybill_dead_letters_total", "actor_kind", "new: {{actor_kind}}"),
          ],
        },
      ],
    },
  ],
};
