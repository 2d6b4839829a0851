import { z } from "zod";

export const selector = z.object({ matchLabels: z.record(z.string(), z.string()) });
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.literal(true) })),
  securityContext: z.looseObject({}),
  resources: z.object({
    requests: z.record(z.string(), z.string()),
    limits: z.record(z.string(), z.string()),
  }),
});
const pod = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({
    containers: z.array(container).length(1),
    volumes: z.array(z.object({
      name: z.string(),
      secret: z.object({
        secretName: z.string(),
        items: z.array(z.object({ key: z.string(), path: z.string() })),
      }),
    })),
    terminationGracePeriodSeconds: z.number().optional(),
    securityContext: z.looseObject({ runAsNonRoot: z.literal(true), runAsUser: z.number().min(1) }),
  }),
});
/** A deployment or a job, as far as tests look into it. */
export const workload = z.looseObject({
  replicas: z.number().optional(),
  selector: selector.optional(),
  template: pod,
});
