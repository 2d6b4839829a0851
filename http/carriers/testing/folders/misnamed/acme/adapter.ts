import type { CarrierAdapter } from "../../../../adapter.ts";

const adapter: CarrierAdapter = {
  name: "acne",
  title: "A slip",
  authenticate: () => ({ authentic: false, why: "never" }),
  callback: () => [],
  reply: () => [],
};
export default adapter;
