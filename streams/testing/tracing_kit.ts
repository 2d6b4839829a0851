import type { HostObserver } from "../host/observer.ts";

/** A turn's share in a trace. */
export interface DecideSpan {
  readonly trace: string;
  readonly parent: string;
  readonly id: string;
  readonly partition: number;
  readonly message: string | undefined;
}

export const callerSpan = "b7ad6b7169203331";
export const callerOf = (trace: string) => `00-${trace}-${callerSpan}-01`;

/** Goes on with each request in its own trace, as telemetry does, and remembers it. */
export class TracingKit {
  readonly spans: DecideSpan[] = [];

  readonly startTurn: HostObserver["startTurn"] = ({ partition, traced }) => {
    const requests = traced.map(({ traceparent, message }) => {
      const [, trace = "", parent = ""] = traceparent.split("-");
      const id = String(this.spans.length + 1).padStart(16, "0");
      this.spans.push({ trace, parent, id, partition, message });
      return `00-${trace}-${id}-01`;
    });
    const [traceparent] = requests;
    return { ...(traceparent === undefined ? {} : { traceparent, requests }), end: () => undefined };
  };

  /** The trace's spans as `partition message`, each a child of the one before it; throws when one has no child or several. */
  chainOf(trace: string): string[] {
    const ours = this.spans.filter((span) => span.trace === trace), chain: string[] = [];
    for (let parent = callerSpan; chain.length < ours.length;) {
      const [child, ...others] = ours.filter((span) => span.parent === parent);
      if (child === undefined || others.length > 0) throw new Error(`Not a chain: ${JSON.stringify(ours)}`);
      chain.push([child.partition, child.message ?? "command"].join(" "));
      parent = child.id;
    }
    return chain;
  }
}
