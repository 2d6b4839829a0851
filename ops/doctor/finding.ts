import type { Config } from "../config.ts";
import type { FoundSystem } from "../cli/find_system.ts";

export type Verdict = "ok" | "warning" | "wrong";

/** What one look at the setup has shown. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  /** One sentence. */
  readonly says: string;
  /** What to do, one sentence; absent where all is well. */
  readonly advice?: string;
}

/** The setup as far as it can be known before anything is asked. */
export interface Setup {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the environment, without what cannot be used of it. */
  readonly config: Config;
  /** One sentence for each variable that cannot be used. */
  readonly problems: readonly string[];
  /** The system that the environment names, or that runs on the data folder. */
  readonly system?: FoundSystem;
  /** Where there is none: why. */
  readonly notFound?: string;
}

export interface Check {
  readonly name: string;
  /** What takes longer is given up, and is a finding itself. */
  readonly msMax: number;
  look(setup: Setup): Promise<readonly Said[]>;
}
export type Said = Omit<Finding, "check">;

export const ok = (says: string): Said => ({ verdict: "ok", says });
export const warning = (says: string, advice: string): Said => ({ verdict: "warning", says, advice });
export const wrong = (says: string, advice: string): Said => ({ verdict: "wrong", says, advice });

/** For what one does not know of an error. */
export const reasonOf = (error: unknown): string => error instanceof Error ? error.message : String(error);
