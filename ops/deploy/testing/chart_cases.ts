/** Every option of the chart. */
export const everything = {
  image: { tag: "1.2.3", pullSecrets: ["registry"] },
  nats: { url: "tls://nats.example.com:4222", caKey: "ca.crt" },
  publicUrl: "https://shop.example.com",
  delayRules: "no_movement=3d",
  sellers: { entities: { main: { address: { country: "GB" }, name: "Lamp Ltd" } } },
  returnWindow: "14d",
  caseRules: "gls:expired=off",
  carriers: {
    existingSecret: "shop-carriers",
    apisSecret: "shop-carrier-apis",
    genericCodes: { HOLD: "exception/held", 'a"b': "in_transit" },
  },
  webhooks: { private: true },
  notifications: { existingSecret: "shop-notifications", vapidPublicKey: "B".repeat(87) },
  extraEnv: [{ name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "http://collector:4318" }],
  podAnnotations: { "example.com/team": "back-office" },
  edge: {
    nodeSelector: { disk: "none" },
    tolerations: [{ key: "spot", operator: "Exists" }],
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, preference: { matchExpressions: [{ key: "zone", operator: "Exists" }] } },
        ],
      },
    },
  },
  host: { autoscaling: { enabled: true, targetLagMessages: 2_000_000 } },
  service: { annotations: { "example.com/lb": "internal" } },
  ingress: { enabled: true, className: "nginx", annotations: { a: "b" }, tlsSecret: "shop-tls" },
  podMonitor: { enabled: true, labels: { release: "prometheus" } },
  networkPolicy: { enabled: true, egress: [{ ports: [{ port: 4318, protocol: "TCP" }] }] },
};

const off = { enabled: false };
/** As little of it as there can be. */
export const nothing = {
  init: off,
  edge: { disruptionBudget: off, autoscaling: off },
  host: { disruptionBudget: off },
  projector: { disruptionBudget: off },
  deliver: { disruptionBudget: off },
};
