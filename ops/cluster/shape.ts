/** How many of each there are. */
export interface Shape {
  readonly nodes: number;
  readonly hosts: number;
  readonly edges: number;
  readonly projectors: number;
  readonly delivers: number;
  readonly partitions: number;
  readonly replicas: number;
}

export const usualShape: Shape = {
  nodes: 3,
  hosts: 3,
  edges: 2,
  projectors: 2,
  delivers: 1,
  partitions: 12,
  replicas: 3,
};

export const shapeMax: Shape = {
  nodes: 5,
  hosts: 9,
  edges: 9,
  projectors: 9,
  delivers: 9,
  partitions: 256,
  replicas: 5,
};

/** What cannot be started, as a sentence; undefined when it can. */
export function misshapen(shape: Shape): string | undefined {
  if (shape.nodes % 2 === 0) {
    return `Cannot start ${shape.nodes} NATS nodes: an even number tolerates no more than one less`;
  }
  if (shape.replicas > shape.nodes) {
    return `Cannot keep ${shape.replicas} replicas: there are ${shape.nodes} NATS nodes`;
  }
  return undefined;
}
