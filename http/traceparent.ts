/** The caller's W3C trace context when it is well-formed, so that one trace spans the request and the turn. */
export function traceparentOf(header: string | undefined): { traceparent?: string } {
  const wellFormed = header !== undefined &&
    /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(header);
  return wellFormed ? { traceparent: header } : {};
}
