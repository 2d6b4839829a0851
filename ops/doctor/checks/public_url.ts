import { type Check, ok, reasonOf, wrong } from "../finding.ts";

const answerMsMax = 8_000;

/** Whether customers' links lead to the edge, as far as this machine can tell. */
export const publicUrlCheck: Check = {
  name: "public URL",
  msMax: 10_000,
  look: async ({ config: { publicUrl } }) => {
    if (publicUrl === undefined) return [];
    const advice = `See that ${publicUrl} leads to the edge from here and from outside.`;
    try {
      const answer = await fetch(`${publicUrl}/livez`, { signal: AbortSignal.timeout(answerMsMax) });
      await answer.body?.cancel();
      if (answer.ok) return [ok(`${publicUrl} leads to the edge`)];
      return [wrong(`${publicUrl}/livez answers ${answer.status}`, advice)];
    } catch (error) {
      return [wrong(`${publicUrl} cannot be reached: ${reasonOf(error)}`, advice)];
    }
  },
};
