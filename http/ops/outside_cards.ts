import type { CasesNow } from "../../projections/console/cases_now.ts";
import { countedMax } from "../../projections/console/orders_now.ts";
import type { OutgoingNow, Queue } from "../../projections/console/outgoing_now.ts";
import { markup, type Part } from "../tracking/markup.ts";
import type { CarriersNow } from "./console.ts";
import { agoOf, cappedText, durationText, numberText, table } from "./words.ts";

export function casesCard(teams: CasesNow, nowMs: number): Part {
  if (teams.length === 0) return markup`<p>No case is open.</p>`;
  const rows = teams.map(({ team, open, overdue, nextDue }) => [
    team.replaceAll("_", " "),
    numberText(open),
    overdue === 0 ? "0" : markup`<strong class="fault">${numberText(overdue)}</strong>`,
    nextDue.getTime() < nowMs
      ? markup`${agoOf(nextDue, nowMs)} ago`
      : `in ${durationText(nextDue.getTime() - nowMs)}`,
  ]);
  return markup`${table("Open cases by team", ["Team", "Open", "Overdue", "Next due"], rows)}
<p class="hint">What they are: <code>GET /v1/cases?state=open</code> (<a href="/docs">API</a>).</p>`;
}

export function carriersCard({ sinceMs, carriers }: CarriersNow, nowMs: number): Part {
  const since = markup`<p class="hint">As this edge has heard them for ${
    agoOf(new Date(sinceMs), nowMs)
  }.</p>`;
  if (carriers.length === 0) return markup`<p>No carrier has called.</p>${since}`;
  const rows = carriers.map(({ carrier, callbacks, heardAtMs, problem, pausedUntilMs }) => [
    carrier,
    heardAtMs === undefined ? "–" : markup`${agoOf(new Date(heardAtMs), nowMs)} ago`,
    Object.entries(callbacks).map(([result, count]) => `${numberText(count)} ${result}`).join(", ") || "–",
    pausedUntilMs === undefined ? (problem ?? "–") : `left alone for ${durationText(pausedUntilMs - nowMs)}`,
  ]);
  return markup`${table("Carriers", ["Carrier", "Heard", "Callbacks", "Trouble"], rows)}${since}`;
}

export function outgoingCard({ milestones, messages, webhooks, parked }: OutgoingNow, nowMs: number): Part {
  const row = (name: string, { waiting, oldest }: Queue): readonly Part[] => [
    name,
    cappedText(waiting, countedMax),
    oldest === undefined ? "–" : agoOf(oldest, nowMs),
  ];
  const rows = [
    row("Milestones to be told", milestones),
    row("Messages to customers", messages),
    row("Webhooks", webhooks),
  ];
  return markup`${table("What waits to be sent", ["What", "Waiting", "Oldest"], rows)}
<p class="hint">${
    cappedText(parked, countedMax)
  } messages were given up: <code>npx waybill notifications list</code>.</p>`;
}
