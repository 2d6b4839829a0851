import { type Schema, Validator } from "@cfworker/json-schema";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { roles } from "../run/roles.ts";
import { metrics } from "../telemetry/names.ts";
import { everything, nothing } from "./testing/chart_cases.ts";
import { debianTool } from "./testing/debian_tool.ts";
import { selector, workload } from "./testing/manifest_shapes.ts";
import { chartText, type Manifest, manifestsOf, merged, renderChart } from "./testing/render_chart.ts";
import { isRead } from "./testing/variables.ts";

/** The chart, rendered by the template engine that Helm is made of: with its defaults, with everything on, with everything off. */

const cases = { defaults: {}, everything, nothing } as const;
type Case = keyof typeof cases;
const names = ["defaults", "everything", "nothing"] as const;

let missing: string | undefined;
let defaults: unknown;
const rendered = {} as Record<Case, ReadonlyMap<string, string>>;
const manifests = {} as Record<Case, readonly Manifest[]>;

beforeAll(async () => {
  defaults = parse(await chartText("values.yaml"));
  const tool = await debianTool("chezmoi");
  if ("missing" in tool) return void (missing = tool.missing);
  for (const name of names) {
    rendered[name] = await renderChart(tool.path, merged(defaults, cases[name]));
    manifests[name] = manifestsOf(rendered[name]);
  }
});

const of = (name: Case, kind: string) => manifests[name].filter((one) => one.kind === kind);
const specOf = <T>(one: Manifest, schema: z.ZodType<T>): T => schema.parse(one.spec);
const workloads = (name: Case) =>
  [...of(name, "Deployment"), ...of(name, "Job")].map((one) => ({ one, ...specOf(one, workload) }));
/** The names of the deployments whose pods the labels choose. */
const chosen = (name: Case, wanted: Record<string, string>) =>
  workloads(name).filter(({ template }) =>
    Object.entries(wanted).every(([label, value]) => template.metadata.labels[label] === value)
  ).map(({ one }) => one.metadata.name);

describe("values", () => {
  test("the defaults and every option pass the schema; what is misspelt or impossible does not", async () => {
    const schema: Schema = JSON.parse(await chartText("values.schema.json"));
    const valid = (over: unknown) => new Validator(schema, "7", false).validate(merged(defaults, over));
    for (const name of names) expect(valid(cases[name]).errors, name).toEqual([]);
    const wrong = [
      { hosts: {} },
      { host: { replica: 3 } },
      { nats: { url: "http://nats" } },
      { init: { replicas: 2 } },
      { logLevel: "loud" },
      { edge: { replicas: "2" } },
      { deliver: { replicas: 3 } },
      { publicUrl: "https://shop.example.com/path" },
      { carriers: { genericCodes: { HOLD: 1 } } },
    ];
    for (const over of wrong) expect(valid(over).valid, JSON.stringify(over)).toBe(false);
  });
});

describe.each(names)("rendered with %s", (name) => {
  test.beforeEach((context) => missing && context.skip(missing));

  test("there is a deployment for each role, and nothing has the name of another of its kind", () => {
    expect(of(name, "Deployment").map(({ metadata }) => metadata.name).sort()).toEqual(
      [...roles].sort().map((role) => `shop-${role}`),
    );
    const ids = manifests[name].map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("selectors choose the pods of one deployment, and those of its own", () => {
    for (const { one, selector } of workloads(name)) {
      if (one.kind === "Deployment") {
        expect(chosen(name, selector?.matchLabels ?? {})).toEqual([one.metadata.name]);
      }
    }
    for (const budget of of(name, "PodDisruptionBudget")) {
      const { matchLabels } = specOf(budget, z.looseObject({ selector })).selector;
      expect(chosen(name, matchLabels)).toEqual([budget.metadata.name]);
    }
    for (const service of of(name, "Service")) {
      const labels = specOf(service, z.looseObject({ selector: z.record(z.string(), z.string()) })).selector;
      expect(chosen(name, labels)).toEqual(["shop-edge"]);
    }
  });

  test("pods run as nobody in particular, write nothing, and have limits, probes and ports that exist", () => {
    for (const { one, template } of workloads(name)) {
      const [main] = template.spec.containers;
      expect(main?.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(main?.resources.limits).toHaveProperty("memory");
      if (one.kind !== "Deployment") continue;
      expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(10); // An edge's requests have 8 s.
      const ports = main?.ports.map((port) => port.name);
      for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
        const { httpGet } = z.looseObject({ httpGet: z.object({ path: z.string(), port: z.string() }) })
          .parse(main?.[probe]);
        expect(ports).toContain(httpGet.port);
        expect(httpGet.path).toBe(probe === "readinessProbe" ? "/readyz" : "/livez");
      }
    }
  });

  test("every variable is one that Waybill reads, and every file one that is mounted", () => {
    for (const { template: { spec } } of workloads(name)) {
      const [main] = spec.containers;
      for (const variable of main?.env ?? []) {
        expect(isRead(variable.name), variable.name).toBe(true);
        if (!variable.name.endsWith("_FILE") && variable.name !== "NATS_CA") continue;
        const mount = main?.volumeMounts.find(({ mountPath }) => variable.value.startsWith(`${mountPath}/`));
        const volume = spec.volumes.find((one) => one.name === mount?.name);
        const file = variable.value.slice((mount?.mountPath.length ?? 0) + 1);
        expect(volume?.secret.items.map(({ path }) => path), variable.value).toContain(file);
      }
      expect(main?.volumeMounts.map((one) => one.name)).toEqual(spec.volumes.map((one) => one.name));
    }
  });

  test("a role is one NATS user, and knows no other's password", () => {
    for (const { one, template: { spec } } of workloads(name)) {
      const role = one.metadata.labels["app.kubernetes.io/component"];
      const user = role === "init" ? "operator" : role;
      const env = new Map(spec.containers[0]?.env.map((variable) => [variable.name, variable.value]));
      expect([env.get("NATS_USER"), env.get("NATS_INBOX_PREFIX")]).toEqual([user, `_INBOX.${user}`]);
      const keys = spec.volumes.find((volume) => volume.name === "nats")?.secret.items.map(({ key }) => key);
      expect(keys?.filter((key) => key.endsWith("-password"))).toEqual([`${user}-password`]);
    }
  });

  test("what scales exists, has no fixed number of replicas, and scales on what is measured", () => {
    const known = Object.keys(metrics).map((metric) => metric.replaceAll(".", "_"));
    for (const scaler of of(name, "HorizontalPodAutoscaler")) {
      const spec = specOf(
        scaler,
        z.looseObject({
          scaleTargetRef: z.object({
            apiVersion: z.literal("apps/v1"),
            kind: z.literal("Deployment"),
            name: z.string(),
          }),
          metrics: z.array(z.looseObject({
            pods: z.looseObject({
              metric: z.object({ name: z.string() }),
              target: z.object({ type: z.string(), averageValue: z.string().regex(/^\d+$/) }),
            }).optional(),
          })),
        }),
      );
      const target = workloads(name).find(({ one }) => one.metadata.name === spec.scaleTargetRef.name);
      expect(target?.one.kind).toBe("Deployment");
      expect(target?.replicas).toBeUndefined();
      for (const { pods } of spec.metrics) if (pods) expect(known).toContain(pods.metric.name);
    }
  });

  test("the notes name the service that there is", () => {
    expect(rendered[name].get("NOTES.txt")).toContain("service/shop-edge 8080:80");
  });
});

describe("options", () => {
  test.beforeEach((context) => missing && context.skip(missing));
  const kinds = (name: Case) => new Set(manifests[name].map(({ kind }) => kind));

  test("each brings its manifest", () => {
    expect([...kinds("nothing")].sort()).toEqual(["Deployment", "Service"]);
    expect([...kinds("defaults")].sort()).toEqual([
      "Deployment",
      "HorizontalPodAutoscaler",
      "Job",
      "PodDisruptionBudget",
      "Service",
    ]);
    expect(kinds("everything")).toEqual(
      new Set([...kinds("defaults"), "Ingress", "NetworkPolicy", "PodMonitor"]),
    );
    expect(of("everything", "HorizontalPodAutoscaler")).toHaveLength(2);
  });

  test("the job that makes the streams is a hook, and is asked for what the values say", () => {
    const [job] = of("defaults", "Job");
    expect(job?.metadata).toMatchObject({ annotations: { "helm.sh/hook": "pre-install,pre-upgrade" } });
    expect(workloads("defaults").find(({ one }) => one === job)?.template.spec.containers[0]?.args)
      .toEqual(["log", "init", "--partitions", "12", "--replicas", "3"]);
  });

  test("edges alone know carriers' secrets, who delivers their APIs and how customers are told; both know the generic carrier's codes", () => {
    const mains = workloads("everything").map(({ one, template }) => ({
      name: one.metadata.name,
      main: template.spec.containers[0]!,
    }));
    const codes = JSON.stringify(everything.carriers.genericCodes);
    const withCodes = mains.filter(({ main }) =>
      main.env.some(({ name, value }) => name === "WAYBILL_CARRIER_GENERIC_CODES" && value === codes)
    );
    expect(withCodes.map(({ name }) => name)).toEqual(["shop-edge", "shop-deliver"]);
    const withSecrets = mains.filter(({ main }) => "envFrom" in main);
    expect(withSecrets).toMatchObject([
      { name: "shop-edge", main: { envFrom: [{ secretRef: { name: "shop-carriers" } }] } },
      {
        name: "shop-deliver",
        main: {
          envFrom: ["shop-carrier-apis", "shop-notifications"].map((name) => ({ secretRef: { name } })),
        },
      },
    ]);
    const settings = [
      ["shop-deliver", { name: "WAYBILL_DELAY_RULES", value: everything.delayRules }],
      ["shop-deliver", { name: "WAYBILL_CASE_RULES", value: everything.caseRules }],
      ["shop-edge", { name: "WAYBILL_RETURN_WINDOW", value: everything.returnWindow }],
      ["shop-edge", { name: "WAYBILL_SELLERS", value: JSON.stringify(everything.sellers) }],
    ] as const;
    for (const [workload, setting] of settings) {
      const told = mains.filter(({ main }) => main.env.some(({ name }) => name === setting.name));
      expect(told).toMatchObject([{ name: workload, main: { env: expect.arrayContaining([setting]) } }]);
    }
    const rows = mains.filter(({ main }) => main.env.some(({ name }) => name === "DATABASE_URL_FILE"));
    expect(rows.map(({ name }) => name)).toEqual(["shop-edge", "shop-projector", "shop-deliver"]);
  });

  test("settings arrive where they belong", () => {
    const edge = workloads("everything").find(({ one }) => one.metadata.name === "shop-edge")?.template;
    expect(edge?.spec).toMatchObject({ ...everything.edge, imagePullSecrets: [{ name: "registry" }] });
    expect(edge?.metadata).toMatchObject({ annotations: everything.podAnnotations });
    expect(edge?.spec.containers[0]).toMatchObject({ image: "waybill:1.2.3" });
    expect(edge?.spec.containers[0]?.env).toContainEqual(everything.extraEnv[0]);
    const url = { name: "WAYBILL_PUBLIC_URL", value: everything.publicUrl };
    const told = workloads("everything").filter(({ template }) =>
      template.spec.containers[0]?.env.some(({ name }) => name === "WAYBILL_WEBHOOKS_PRIVATE")
    );
    expect(told.map(({ one }) => one.metadata.name)).toEqual(["shop-edge", "shop-deliver"]);
    for (const { template } of told) expect(template.spec.containers[0]?.env).toContainEqual(url);
    const [ingress] = of("everything", "Ingress");
    expect(ingress?.spec).toMatchObject({
      ingressClassName: "nginx",
      rules: [{ http: { paths: [{ backend: { service: { name: "shop-edge", port: { name: "http" } } } }] } }],
      tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }],
    });
    const [policy] = of("everything", "NetworkPolicy");
    expect(policy?.spec).toMatchObject({ egress: [{}, everything.networkPolicy.egress[0]] });
  });
});
