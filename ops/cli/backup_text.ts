export const timeOf = (ms: number): string => new Date(ms).toISOString();
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
