import type { Authenticate } from "./authenticate.ts";

/**
 * Chooses the rule by the header that was sent; a header that is there must be right, whatever else would do. `otherwise` judges what
 * has none of them.
 */
export function firstHeader(
  rules: readonly (readonly [header: string, rule: Authenticate])[],
  otherwise?: Authenticate,
): Authenticate {
  return (request, configured) => {
    const rule = rules.find(([header]) => request.header(header) !== undefined)?.[1] ?? otherwise;
    const names = rules.map(([header]) => header).join(" or ");
    return rule ? rule(request, configured) : { authentic: false, why: `no ${names} was sent` };
  };
}
