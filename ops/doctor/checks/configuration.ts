import { type Check, ok, type Said, type Setup, warning, wrong } from "../finding.ts";

/** What each variable says, and which are missing that something needs. */
export const configurationCheck: Check = {
  name: "configuration",
  msMax: 1_000,
  look: (setup) => {
    const problems = setup.problems.map((problem) =>
      wrong(problem, "Change it where the roles get their environment from.")
    );
    const said = [...problems, ...missing(setup), ...unsaid(setup)];
    const nothing = said.every(({ verdict }) => verdict === "ok");
    return Promise.resolve(nothing ? [ok("every variable that is set can be used"), ...said] : said);
  },
};

/** What the roles refuse to start without. */
function missing({ config, system }: Setup): Said[] {
  const own = config.natsUrl !== undefined, all: Said[] = [];
  if (own && config.databaseUrl === undefined && system?.databaseUrl === undefined) {
    all.push(
      wrong("DATABASE_URL is not set", "Set it: edge, projector and deliver do not start without it."),
    );
  }
  if (own && config.secret === undefined) {
    all.push(
      wrong("WAYBILL_SECRET is not set", "Set it for edge and deliver, to the same 16 characters or more."),
    );
  }
  return all;
}

/** What works without, though hardly anybody wants it so. */
function unsaid({ env, config, system }: Setup): Said[] {
  const all: Said[] = [], { smtp, sms, push } = config.notifications;
  const said = (name: string) => Boolean(env[name] || env[`${name}_FILE`]);
  if (!said("WAYBILL_SELLERS") && !said("WAYBILL_SHOP_VAT_ID")) {
    all.push(
      warning(
        "no seller is described",
        "Set WAYBILL_SELLERS: invoices name who sells, and are never changed.",
      ),
    );
  }
  if (!smtp && !sms && !push) {
    all.push(
      warning(
        "no message reaches a customer",
        "Set WAYBILL_SMTP_URL and WAYBILL_MAIL_FROM where deliver runs.",
      ),
    );
  }
  if (config.publicUrl === undefined) {
    all.push(
      warning(
        "WAYBILL_PUBLIC_URL is not set",
        "Set it: links in messages lead there, and not to where deliver runs.",
      ),
    );
  }
  if (system && config.natsUrl !== undefined && config.bootstrapKey === undefined) {
    all.push(ok("WAYBILL_BOOTSTRAP_KEY is not set: only API keys may ask (waybill keys create)"));
  }
  return all;
}
