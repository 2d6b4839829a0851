/** Beside orders a rebuild takes so much of the time; measured by `npm run bench -- --only rebuild`. */
export const rebuildPace = { shareMax: 0.3, restMsMax: 4_000, busyRecordsPerSecond: 50 } as const;
