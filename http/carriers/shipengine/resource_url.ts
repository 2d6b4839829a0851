/** What the URL of a resource names: `/v1/tracking/usps/9400…` or `/v1/tracking?carrier_code=usps&tracking_number=9400…`. */
export function namedInUrl(
  url: string | undefined,
): { readonly carrier?: string | undefined; readonly trackingNumber?: string | undefined } {
  if (url === undefined || !URL.canParse(url)) return {};
  const { pathname, searchParams } = new URL(url);
  const [, carrier, trackingNumber] = /\/tracking\/([^/]+)\/([^/]+)\/?$/.exec(pathname) ?? [];
  return {
    carrier: searchParams.get("carrier_code") || carrier,
    trackingNumber: searchParams.get("tracking_number") || trackingNumber,
  };
}
